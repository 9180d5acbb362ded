/** In place of an empty list: why it is empty, and what to do about it. */
import type { ComponentChildren } from "preact";

export function EmptyState(
  { title, text, action }: {
    readonly title: string;
    readonly text: ComponentChildren;
    readonly action?: ComponentChildren;
  },
) {
  return (
    <div class="empty">
      <h3>{title}</h3>
      <p>{text}</p>
      {action}
    </div>
  );
}
