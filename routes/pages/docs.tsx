/** The documentation as pages: what docs/ holds, for everyone, signed in or not. */
import { Hono } from "hono";
import type { ComponentChildren } from "preact";
import { ButtonLink } from "../../islands/components/Button.tsx";
import type { AppContext, Env } from "../env.ts";
import { type DocPage, type Library, type Shelf } from "../docs/library.ts";
import { type Found, searchDocs } from "../docs/search.ts";
import { DocsFrame, REFERENCES } from "./DocsFrame.tsx";
import type { PageParts } from "./page_parts.ts";
import { notFoundPage } from "./problems.tsx";
import { renderPage } from "./render.tsx";

export function docsPages(
  parts: PageParts,
  library: () => Promise<Library>,
): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/docs", async (c) => {
    const read = await library();
    const asked = (c.req.query("q") ?? "").slice(0, 100).trim();
    return await show(c, parts, {
      title: asked ? `“${asked}” in the documentation` : "Documentation",
      shelves: read.shelves,
      asked,
      body: asked
        ? <Results asked={asked} found={searchDocs(read, asked)} />
        : <Front shelves={read.shelves} />,
    });
  });
  app.get("/docs/:name{[a-z_/]+}", async (c, pass) => {
    const { pages, shelves } = await library();
    const page = pages.get(c.req.param("name"));
    if (!page) {
      // Other pages of the documentation are made elsewhere.
      if (/^(api|events)\b/.test(c.req.param("name"))) return await pass();
      return await notFoundPage(c, parts, "page");
    }
    return await show(c, parts, {
      title: page.title,
      shelves,
      page,
      body: (
        <article
          class="docs-article"
          dangerouslySetInnerHTML={{ __html: page.html }}
        />
      ),
    });
  });
  return app;
}

async function show(
  c: AppContext,
  parts: PageParts,
  { title, shelves, body, page, asked }: {
    readonly title: string;
    readonly shelves: readonly Shelf[];
    readonly body: ComponentChildren;
    readonly page?: DocPage;
    readonly asked?: string;
  },
): Promise<Response> {
  return await renderPage(c, parts, {
    title,
    body: (
      <DocsFrame
        user={c.get("user")}
        path={c.req.path}
        shelves={shelves}
        asked={asked}
        aside={page && <OnThisPage page={page} />}
      >
        {body}
      </DocsFrame>
    ),
  });
}

function OnThisPage({ page }: { readonly page: DocPage }) {
  const headings = page.headings.filter(({ depth }) =>
    depth === 2 || depth === 3
  );
  if (headings.length < 2) return null;
  return (
    <nav class="docs-aside" aria-label="On this page">
      <p class="docs-shelf">On this page</p>
      <ul>
        {headings.map(({ depth, id, text }) => (
          <li key={id} class={depth === 3 ? "docs-deeper" : undefined}>
            <a href={`#${id}`}>{text}</a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Front({ shelves }: { readonly shelves: readonly Shelf[] }) {
  return (
    <>
      <h1>Documentation</h1>
      <p class="lead">
        How Regulens is used, spoken to and run, and what it promises.
      </p>
      <p class="docs-starts">
        <ButtonLink kind="primary" href="/docs/quickstart">
          Quick start
        </ButtonLink>
        <ButtonLink href="/docs/concepts">Concepts</ButtonLink>
        {REFERENCES.map(([href, title]) => (
          <ButtonLink key={href} href={href}>{title}</ButtonLink>
        ))}
      </p>
      <div class="docs-shelves">
        {shelves.map(({ name, pages }) => (
          <section key={name}>
            <h2>{name}</h2>
            <ul>
              {pages.map((page) => (
                <li key={page.name}>
                  <a href={`/docs/${page.name}`}>{page.title}</a>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  );
}

function Results(
  { asked, found }: {
    readonly asked: string;
    readonly found: readonly Found[];
  },
) {
  return (
    <>
      <h1>
        {found.length === 0 ? "Nothing has" : "What has"} “{asked}”
      </h1>
      {found.length === 0 && (
        <p class="lead">
          Try fewer words, or the contents: every page is named there.
        </p>
      )}
      <ol class="docs-found">
        {found.map(({ page, heading, href, line }) => (
          <li key={href}>
            <a href={href}>
              {heading === page ? page : `${page}: ${heading}`}
            </a>
            {line && <p>{line}</p>}
          </li>
        ))}
      </ol>
    </>
  );
}
