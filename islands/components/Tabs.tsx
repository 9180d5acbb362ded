/** Views of one thing as links: they work without scripts, and arrow keys move between them. */
import type { TargetedKeyboardEvent } from "preact";

export interface Tab {
  readonly href: string;
  readonly label: string;
}

export interface TabsProps {
  /** What they are views of. */
  readonly label: string;
  readonly tabs: readonly Tab[];
  /** `href` of the one that is shown. */
  readonly current: string;
}

export function Tabs({ label, tabs, current }: TabsProps) {
  return (
    <nav class="tabs" aria-label={label} onKeyDown={moveFocus}>
      {tabs.map(({ href, label }) => (
        <a
          key={href}
          href={href}
          aria-current={href === current ? "page" : undefined}
        >
          {label}
        </a>
      ))}
    </nav>
  );
}

/** Left and right go around, Home and End to the ends; Tab still reaches every one. */
function moveFocus(event: TargetedKeyboardEvent<HTMLElement>): void {
  const links = [...event.currentTarget.querySelectorAll("a")];
  const here = links.findIndex((link) => link === document.activeElement);
  const to = nextIndex(event.key, here, links.length);
  if (here < 0 || to === undefined) return;
  event.preventDefault();
  links[to]?.focus();
}

/** Where a key leads from `here` among `count`; undefined for other keys. */
export function nextIndex(
  key: string,
  here: number,
  count: number,
): number | undefined {
  switch (key) {
    case "ArrowLeft":
      return (here - 1 + count) % count;
    case "ArrowRight":
      return (here + 1) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
