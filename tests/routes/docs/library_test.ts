/** The documentation as it is: every page reads, every link in it leads somewhere, and the search finds. */
import { assertEquals } from "@std/assert";
import { readLibrary } from "../../../routes/docs/library.ts";
import { HELP, helpFor } from "../../../routes/pages/help.ts";
import { searchDocs } from "../../../routes/docs/search.ts";

const library = await readLibrary();
const pages = [...library.pages.values()];

/** Pages of the documentation that are made, not written. */
const MADE = ["/docs/api", "/docs/events"];

Deno.test("[O5] every page has one title and stands on one shelf", () => {
  const shelved = library.shelves.flatMap((shelf) => shelf.pages);
  assertEquals(shelved.length, pages.length);
  assertEquals(new Set(shelved).size, pages.length);
  const titled = pages.filter(({ headings }) =>
    headings.filter(({ depth }) => depth === 1).length !== 1
  );
  assertEquals(titled.map(({ name }) => name), []);
});

Deno.test("[O5] every link between pages leads to a heading that is there", () => {
  const lost = pages.flatMap(({ name, html }) =>
    [...html.matchAll(/href="([^"]*)"/g)].map(([, href = ""]) => href)
      .filter((href) => href.startsWith("#") || href.startsWith("/docs/"))
      .filter((href) => !MADE.includes(href))
      .filter((href) => {
        const [path = "", id] = href.split("#");
        const target = path === "" ? name : path.slice("/docs/".length);
        const page = library.pages.get(target);
        return !page ||
          (id && !page.headings.some((heading) => heading.id === id));
      })
      .map((href) => `${name}: ${href}`)
  );
  assertEquals(lost, []);
});

Deno.test("[O5] the help of every page is there", () => {
  const targets = [...HELP.map(([path]) => helpFor(path)), helpFor("/")];
  const lost = targets.filter((href) => {
    const [path = "", id] = href.split("#");
    const page = library.pages.get(path.slice("/docs/".length));
    return path !== "/docs" &&
      (!page || (id && !page.headings.some((heading) => heading.id === id)));
  });
  assertEquals(lost, []);
  assertEquals(helpFor("/sessions/01a2"), "/docs/polls");
  assertEquals(helpFor("/sessions"), "/docs/concepts");
});

Deno.test("[O5] a search finds what a heading names first, and lines with all its words", () => {
  const [first] = searchDocs(library, "close codes");
  assertEquals(first?.href.startsWith("/docs/"), true);
  const [backpressure] = searchDocs(library, "staying connected");
  assertEquals(backpressure?.href, "/docs/protocol#staying-connected");
  const found = searchDocs(library, "HEARTBEAT missed 4008");
  assertEquals(
    found.some(({ href }) => href === "/docs/protocol#staying-connected"),
    true,
  );
  assertEquals(searchDocs(library, "zzzz nothing has this"), []);
  assertEquals(searchDocs(library, "  "), []);
});
