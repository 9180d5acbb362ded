/** The frame of the documentation: its own top for those who are not signed in, and what there is to read. */
import type { ComponentChildren } from "preact";
import { ButtonLink } from "../../islands/components/Button.tsx";
import type { User } from "../../realtime/user.ts";
import type { Shelf } from "../docs/library.ts";
import { Mark } from "./layout.tsx";

/** Pages that are made, not written: they stand with the others. */
export const REFERENCES = [
  ["/docs/api", "HTTP reference, to try"],
  ["/docs/events", "Messages and console"],
] as const;

export interface DocsFrameProps {
  readonly user: User | undefined;
  readonly path: string;
  readonly shelves: readonly Shelf[];
  /** Words that were looked up. */
  readonly asked?: string;
  /** What is on this page, beside it. */
  readonly aside?: ComponentChildren;
  readonly children: ComponentChildren;
}

export function DocsFrame(props: DocsFrameProps) {
  const { user, path, aside, children } = props;
  return (
    <>
      {!user && <PublicTop path={path} />}
      <div class={aside ? "docs docs-with-aside" : "docs"}>
        <Contents {...props} />
        <main id="main" tabIndex={-1} class="docs-text">
          <a class="docs-to-contents" href="#contents">Contents and search</a>
          {children}
        </main>
        {aside}
      </div>
    </>
  );
}

/** Nobody has to sign in to read; whoever does comes back here. */
function PublicTop({ path }: { readonly path: string }) {
  return (
    <header class="top">
      <a class="brand" href="/docs">
        <Mark />
        <span>Regulens</span>
      </a>
      <span class="docs-place">Documentation</span>
      <div class="end">
        <ButtonLink small href={`/login?next=${encodeURIComponent(path)}`}>
          Sign in
        </ButtonLink>
      </div>
    </header>
  );
}

function Contents({ path, shelves, asked = "" }: DocsFrameProps) {
  return (
    <nav class="docs-contents" id="contents" aria-label="Documentation">
      <form action="/docs" method="get" role="search">
        <input
          class="input"
          type="search"
          name="q"
          value={asked}
          placeholder="Search"
          aria-label="Search the documentation"
          maxLength={100}
        />
      </form>
      <div>
        {shelves.map(({ name, pages }) => (
          <section key={name}>
            <p class="docs-shelf">{name}</p>
            <ul>
              {pages.map((page) => (
                <Entry key={page.name} path={path} href={`/docs/${page.name}`}>
                  {page.title}
                </Entry>
              ))}
              {name === "Connect" &&
                REFERENCES.map(([href, title]) => (
                  <Entry key={href} path={path} href={href}>{title}</Entry>
                ))}
            </ul>
          </section>
        ))}
      </div>
    </nav>
  );
}

function Entry(
  { path, href, children }: {
    readonly path: string;
    readonly href: string;
    readonly children: string;
  },
) {
  const isHere = path === href ||
    (href === "/docs/api" && path.startsWith(`${href}/`));
  return (
    <li>
      <a href={href} aria-current={isHere ? "page" : undefined}>{children}</a>
    </li>
  );
}
