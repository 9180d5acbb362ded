/** A person as two letters, with a dot for where they are; the name stands beside it. */
import { initials } from "../format.ts";

export function Avatar(
  { name, presence }: {
    readonly name: string;
    /** Filled dot, hollow dot, none. */
    readonly presence?: "here" | "away";
  },
) {
  return (
    <span class={presence ? `avatar ${presence}` : "avatar"} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
