/** The documentation: the files of docs/, read once, in the order in which one reads them. */
import { type Heading, renderMarkdown } from "./markdown.ts";

const FOLDER = new URL("../../docs/", import.meta.url);

/** What is read first stands first; a file that no shelf names stands on the last. */
const SHELVES: readonly (readonly [name: string, pages: readonly string[]])[] =
  [
    ["Start", ["concepts", "quickstart"]],
    ["Connect", ["protocol", "client", "reference"]],
    ["What is promised", ["guarantees", "audit"]],
    ["Decide together", [
      "polls",
      "consensus",
      "decisions_live",
      "decisions",
    ]],
    ["Rules and alerts", ["rules", "decision_tables", "alerts", "learning"]],
    ["Operate", ["operations/*", "jobs", "job_pages", "cache", "demo"]],
    ["Under the hood", ["architecture", "*"]],
  ];

export interface DocPage {
  /** Path below `/docs/`, e.g. `operations/deploy`. */
  readonly name: string;
  readonly title: string;
  readonly html: string;
  readonly headings: readonly Heading[];
  /** The markdown, for the search. */
  readonly text: string;
}

export interface Shelf {
  readonly name: string;
  readonly pages: readonly DocPage[];
}

export interface Library {
  readonly shelves: readonly Shelf[];
  readonly pages: ReadonlyMap<string, DocPage>;
}

/** Reads the files with the first reader; they are as old as the program. */
export function createLibrary(): () => Promise<Library> {
  let library: Promise<Library> | undefined;
  return () =>
    library ??= readLibrary().catch((error) => {
      library = undefined;
      throw error;
    });
}

/** @param folder Where the markdown is. @default docs/ of this program */
export async function readLibrary(folder: URL = FOLDER): Promise<Library> {
  const pages = new Map<string, DocPage>();
  for (const name of (await namesIn(folder)).sort()) {
    const text = await Deno.readTextFile(new URL(`${name}.md`, folder));
    const slash = name.lastIndexOf("/");
    const { html, headings } = renderMarkdown(text, name.slice(0, slash + 1));
    const title = headings.find(({ depth }) => depth === 1)?.text ?? name;
    pages.set(name, { name, title, html, headings, text });
  }
  return { shelves: shelvesOf(pages), pages };
}

/** Names without `.md`, those of folders with their folder. */
async function namesIn(folder: URL, under = ""): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(new URL(under, folder))) {
    const { name, isDirectory } = entry;
    if (isDirectory) names.push(...await namesIn(folder, `${under}${name}/`));
    // What the address of a page cannot hold is no page.
    else if (/^[a-z_]+\.md$/.test(name)) names.push(under + name.slice(0, -3));
  }
  return names;
}

function shelvesOf(pages: ReadonlyMap<string, DocPage>): readonly Shelf[] {
  const left = new Map(pages);
  const take = (wanted: string) => {
    const prefix = wanted.endsWith("*") ? wanted.slice(0, -1) : undefined;
    const found = [...left.values()].filter(({ name }) =>
      prefix === undefined ? name === wanted : name.startsWith(prefix)
    );
    for (const { name } of found) left.delete(name);
    return found;
  };
  return SHELVES.map(([name, wanted]) => ({
    name,
    pages: wanted.flatMap(take),
  })).filter((shelf) => shelf.pages.length > 0);
}
