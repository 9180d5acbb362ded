/** One page of the documentation from its markdown: HTML that the strict CSP admits, and its headings. */
import { Marked, type Tokens } from "marked";
import { escapeHtml, highlight } from "./highlight.ts";

export interface Heading {
  /** 1 is the page's title. */
  readonly depth: number;
  readonly text: string;
  /** What `#…` leads to; made as GitHub makes it, so that links hold in both places. */
  readonly id: string;
}

export interface Rendered {
  readonly html: string;
  readonly headings: readonly Heading[];
}

/**
 * @param text Markdown of our own. HTML in it is shown as text all the same.
 * @param folder Where the file lies below docs/, e.g. `operations/`; "" at the top.
 */
export function renderMarkdown(text: string, folder = ""): Rendered {
  const headings: Heading[] = [];
  const seen = new Map<string, number>();
  const marked = new Marked({
    renderer: {
      heading({ depth, tokens }: Tokens.Heading) {
        const plain = plainText(this.parser.parseInline(tokens));
        const id = uniqueId(slugOf(plain), seen);
        headings.push({ depth, text: plain, id });
        const inner = this.parser.parseInline(tokens);
        if (depth === 1) return `<h1 id="${id}">${inner}</h1>\n`;
        const label = escapeHtml(`Link to “${plain}”`);
        return `<h${depth} id="${id}">${inner} <a class="docs-anchor" ` +
          `href="#${id}" aria-label="${label}">#</a></h${depth}>\n`;
      },
      code({ text: code, lang = "" }: Tokens.Code) {
        const language = /^\w*/.exec(lang)?.[0] ?? "";
        // Reached by the keyboard, because it scrolls.
        return `<pre class="docs-code" tabindex="0"><code>${
          highlight(code, language)
        }</code></pre>\n`;
      },
      table(token: Tokens.Table) {
        const head = row(token.header.map((cell) => this.tablecell(cell)));
        const body = token.rows.map((cells) =>
          row(cells.map((cell) => this.tablecell(cell)))
        );
        const name = escapeHtml(
          `Table: ${token.header.map((cell) => cell.text).join(", ")}`,
        );
        return `<div class="docs-table" role="region" tabindex="0" ` +
          `aria-label="${name}"><table class="table"><thead>${head}</thead>` +
          `<tbody>${body.join("")}</tbody></table></div>\n`;
      },
      tablecell({ header, tokens }: Tokens.TableCell) {
        const inner = this.parser.parseInline(tokens);
        if (!header) return `<td>${inner}</td>`;
        // An empty heading says nothing to who hears the table.
        return inner === "" ? "<td></td>" : `<th scope="col">${inner}</th>`;
      },
      link({ href, tokens }: Tokens.Link) {
        const inner = this.parser.parseInline(tokens);
        const to = linkTo(href, folder);
        return to === undefined
          ? inner
          : `<a href="${escapeHtml(to)}">${inner}</a>`;
      },
      // Pictures are for those who read the files in the repository.
      image: ({ text: alt }: Tokens.Image) => escapeHtml(alt),
      html: ({ text: raw }: Tokens.HTML | Tokens.Tag) => escapeHtml(raw),
    },
  });
  const html = marked.parse(text, { async: false });
  return { html, headings };
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.join("")}</tr>`;
}

/** The words of a piece of inline HTML that we have made ourselves. */
function plainText(html: string): string {
  return html.replaceAll(/<[^>]*>/g, "").replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&").trim();
}

function slugOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}

function uniqueId(slug: string, seen: Map<string, number>): string {
  const count = seen.get(slug) ?? 0;
  seen.set(slug, count + 1);
  return count === 0 ? slug : `${slug}-${count}`;
}

/**
 * Where a link of a file leads on the pages; undefined for what is only in the repository.
 * `protocol.md#polls` is `/docs/protocol#polls`.
 */
export function linkTo(href: string, folder = ""): string | undefined {
  if (href.startsWith("#") || /^(https?|mailto):/.test(href)) return href;
  // Pages of this server, e.g. `/docs/api`.
  if (href.startsWith("/") && !href.startsWith("//")) return href;
  const base = `http://docs/docs/${folder}`;
  const { pathname, hash, host } = new URL(href, base);
  const name = pathname.match(/^\/docs\/([a-z_/]+)\.md$/)?.[1];
  return host === "docs" && name !== undefined
    ? `/docs/${name}${hash}`
    : undefined;
}
