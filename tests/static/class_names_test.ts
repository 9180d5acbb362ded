/** Every sheet goes to every page: what one page calls its own, no other sheet may mean too. */
import { assertEquals } from "@std/assert";

const FOLDERS = ["../../static/style/", "../../static/"].map((path) =>
  new URL(path, import.meta.url)
);

/** What all pages are made of: pages adapt their classes in a scope of their own. */
const COMMON = [
  "base",
  "charts",
  "controls",
  "frame",
  "notifications",
  "status",
  "surfaces",
];
/** They show and print what other sheets name. */
const IGNORED = ["app", "design", "print"];
/** One thing in both sheets, adapted where it stands on another page. */
const ONE_THING = ["trace", "two-choices"];

/** Selectors of a sheet, each list taken apart at its outer commas. */
function selectorsOf(css: string): readonly string[] {
  const text = css.replaceAll(/\/\*.*?\*\//gs, "");
  return [...text.matchAll(/([^{};]+)\{/g)].flatMap(([, list = ""]) =>
    list.trim().startsWith("@") ? [] : splitOutside(list, ",")
  );
}

/** Parts between separators that stand in no brackets, trimmed. */
function splitOutside(text: string, separators: string): readonly string[] {
  const parts = [""];
  let depth = 0;
  for (const sign of text) {
    if ("([".includes(sign)) depth++;
    if (")]".includes(sign)) depth--;
    if (depth === 0 && separators.includes(sign)) parts.push("");
    else parts[parts.length - 1] += sign;
  }
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/** The class of `.x`, `.x:hover`, `.x::before`: an element known by that class alone. */
function aloneIn(compound: string): string | undefined {
  return compound.match(/^\.([\w-]+)(?:$|:)/)?.[1];
}

/** Classes that a sheet styles wherever they stand. */
function bareClasses(css: string): readonly string[] {
  return selectorsOf(css).flatMap((selector) =>
    splitOutside(selector, " >+~").length === 1 ? aloneIn(selector) ?? [] : []
  );
}

/** Classes that a sheet knows an element by, in a scope or without. */
function styledClasses(css: string): readonly string[] {
  return selectorsOf(css).flatMap((selector) => {
    const last = splitOutside(selector, " >+~").at(-1) ?? "";
    const among = last.match(/^:(?:is|where)\((.*)\)$/s)?.[1];
    const either = among === undefined ? [last] : splitOutside(among, ",");
    return either.flatMap((compound) => aloneIn(compound) ?? []);
  });
}

interface Sheet {
  readonly name: string;
  readonly css: string;
}

/** `sheet.class → sheet` wherever a page's own class is one of another sheet as well. */
function collisions(sheets: readonly Sheet[]): readonly string[] {
  return sheets.filter(({ name }) => !COMMON.includes(name)).flatMap((own) =>
    [...new Set(bareClasses(own.css))].flatMap((one) =>
      sheets
        .filter(({ name, css }) =>
          name !== own.name && styledClasses(css).includes(one)
        )
        .map(({ name }) => `${own.name}.${one} → ${name}`)
    )
  );
}

async function readSheets(): Promise<readonly Sheet[]> {
  const sheets: Sheet[] = [];
  for (const folder of FOLDERS) {
    for await (const { name: file } of Deno.readDir(folder)) {
      const name = file.replace(".css", "");
      if (!file.endsWith(".css") || IGNORED.includes(name)) continue;
      const css = await Deno.readTextFile(new URL(file, folder));
      sheets.push({ name, css });
    }
  }
  return sheets.sort((a, b) => a.name < b.name ? -1 : 1);
}

Deno.test("the reader of the sheets finds what collides, and only that", () => {
  const found = (a: string, b: string) =>
    collisions([{ name: "a", css: a }, { name: "b", css: b }]);
  const both = ["a.x → b", "b.x → a"];
  assertEquals(found(".x { }", ".x { }"), both);
  assertEquals(found("/* .x { } */ .y { }", ".x { }"), []);
  assertEquals(found("@media (width < 1px) { .x:hover { } }", ".x { }"), both);
  assertEquals(found("p, .x::before { }", ".y .x { }"), ["a.x → b"]);
  assertEquals(found(".x { }", ".y > :is(.z, .x) { }"), ["a.x → b"]);
  assertEquals(found(".y .x { }", ".z .x { }"), []);
  assertEquals(found(".x { }", ".y.x { } .x p { } .y:has(.x) { }"), []);
});

Deno.test("no class of a page's own is styled by another sheet too", async () => {
  const sheets = await readSheets();
  assertEquals(sheets.some(({ css }) => bareClasses(css).length > 0), true);
  const found = collisions(sheets).filter((one) =>
    !ONE_THING.some((name) => one.includes(`.${name} →`))
  );
  assertEquals(found, []);
});

Deno.test("every class that is said to be one thing in two sheets still is", async () => {
  const found = collisions(await readSheets());
  for (const name of ONE_THING) {
    assertEquals([name, found.some((one) => one.includes(`.${name} →`))], [
      name,
      true,
    ]);
  }
});
