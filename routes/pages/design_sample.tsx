/** One component with its name over it, as /design shows them. */
import type { ComponentChildren } from "preact";

/** What a part of the page is handed: ids must differ between the two themes. */
export interface ShowcaseProps {
  readonly theme: "light" | "dark";
}

export function Sample(
  { name, children }: { name: string; children: ComponentChildren },
) {
  return (
    <div class="sample">
      <p class="muted">{name}</p>
      {children}
    </div>
  );
}
