/** One figure with its name and what it means; they stand in a `dl`. */
import type { ComponentChildren } from "preact";

export function FigureTile(
  { name, value, more }: {
    readonly name: string;
    readonly value: ComponentChildren;
    readonly more: ComponentChildren;
  },
) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <b>{value}</b>
        <span>{more}</span>
      </dd>
    </div>
  );
}
