/** A titled surface: what every part of a page stands in. */
import type { ComponentChildren } from "preact";

export interface PanelProps {
  /** Of the heading; links lead to it. */
  readonly id: string;
  readonly title: string;
  /** At the end of the head: a count, a state, a link. */
  readonly end?: ComponentChildren;
  /** A class of its own, for the page's layout. */
  readonly part?: string;
  readonly children: ComponentChildren;
}

export function Panel({ id, title, end, part, children }: PanelProps) {
  return (
    <section
      class={part ? `panel ${part}` : "panel"}
      aria-labelledby={`${id}-title`}
      id={id}
    >
      <header>
        <h2 id={`${id}-title`}>{title}</h2>
        {end !== undefined && <div class="end">{end}</div>}
      </header>
      {children}
    </section>
  );
}
