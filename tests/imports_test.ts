/** Who may import whom: reads every import of the tree and fails on an edge that is not listed. */
import { assertEquals } from "@std/assert";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const LAYERS = ["domain", "realtime", "routes", "islands"] as const;
/** Packages the pure calculations may use, and nothing else from outside. */
const DOMAIN_PACKAGES = [
  "zod",
  "@marcbachmann/cel-js",
  "feelin",
  "votes",
  "simple-statistics",
];
/** Folders each layer may reach besides itself; root files, tests and benches reach all. */
const MAY_REACH: Record<string, readonly string[]> = {
  domain: [],
  realtime: [],
  routes: ["domain", "realtime", "islands"],
  islands: ["domain", "realtime/client"],
};
/** Commands know the shape of a decider, as a type. */
const DECIDER_READERS = [
  "realtime/commands.ts",
  "realtime/fold.ts",
  "realtime/plan.ts",
  "realtime/signal_commands.ts",
];
/** Run outside the browser and outside the server: they make the bundles. */
const BUILD_PROGRAMS = ["islands/build.ts"];

interface Import {
  readonly from: string;
  /** A path from the root, or a bare specifier. */
  readonly to: string;
  readonly bare: boolean;
  readonly typeOnly: boolean;
}

const STATEMENT =
  /^[ \t]*(?:import|export)\s+(type\s+)?((?:[^"';`]*?)\sfrom\s+)?"([^"]+)"/gm;
const CALL = /\bimport\(\s*"([^"]+)"\s*\)/g;

function importsOf(file: string): Import[] {
  const text = Deno.readTextFileSync(join(ROOT, file));
  const found = [...text.matchAll(STATEMENT)].map(([, type, names, to]) => ({
    to,
    typeOnly: type !== undefined || (names !== undefined && allTypes(names)),
  }));
  for (const [, to] of text.matchAll(CALL)) found.push({ to, typeOnly: false });
  return found.map(({ to, typeOnly }) => {
    const bare = !to.startsWith(".");
    const path = bare ? to : relative(ROOT, join(ROOT, dirname(file), to));
    return { from: file, to: path, bare, typeOnly };
  });
}

/** `{ type A, type B }` leaves nothing at run time either. */
function allTypes(names: string): boolean {
  const list = names.match(/^\s*\{([\s\S]*)\}\s*from\s*$/)?.[1];
  if (list === undefined) return false;
  const items = list.split(",").map((item) => item.trim()).filter(Boolean);
  return items.length > 0 && items.every((item) => item.startsWith("type "));
}

function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(join(ROOT, folder))) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* filesIn(path);
    else if (/\.tsx?$/.test(name)) yield path;
  }
}

const files = LAYERS.flatMap((folder) => [...filesIn(folder)]);
const imports = files.flatMap(importsOf);

function isAllowed({ from, to, bare, typeOnly }: Import): boolean {
  const layer = from.split("/")[0];
  if (BUILD_PROGRAMS.includes(from)) return true;
  if (bare) {
    if (layer !== "domain") return layer !== "islands" || !isNode(to);
    return DOMAIN_PACKAGES.includes(to);
  }
  if (to.startsWith(`${layer}/`)) return true;
  if (layer === "realtime" && to === "domain/decider.ts") {
    return typeOnly && DECIDER_READERS.includes(from);
  }
  // Types cost the browser nothing and say what an island shows.
  if (layer === "islands" && typeOnly && to.startsWith("realtime/")) {
    return true;
  }
  return MAY_REACH[layer].some((folder) => to.startsWith(`${folder}/`));
}

function isNode(specifier: string): boolean {
  return specifier.startsWith("node:");
}

function edge({ from, to, typeOnly }: Import): string {
  return `${from} → ${to}${typeOnly ? " (type)" : ""}`;
}

Deno.test("[I9] the reader sees imports of every kind", () => {
  const to = (file: string) => importsOf(file).map(edge);
  assertEquals(to("domain/sessions/view.ts"), [
    "domain/sessions/view.ts → domain/decider.ts (type)",
    "domain/sessions/view.ts → domain/row_indexer.ts",
    "domain/sessions/view.ts → domain/sessions/events.ts (type)",
    "domain/sessions/view.ts → domain/sessions/session.ts",
  ]);
});

Deno.test("[I9] no file imports what its folder may not", () => {
  assertEquals(imports.filter((one) => !isAllowed(one)).map(edge), []);
});

Deno.test("[I9] no layer imports in a circle at run time", () => {
  assertEquals(cycles(imports.filter((one) => !one.bare && !one.typeOnly)), []);
});

Deno.test("[I9] no island ships zod", () => {
  const next = Map.groupBy(
    imports.filter(({ typeOnly }) => !typeOnly),
    ({ from }) => from,
  );
  const shipping = files.filter((file) =>
    file.startsWith("islands/") && !BUILD_PROGRAMS.includes(file) &&
    reaches(file, "zod", next)
  );
  assertEquals(shipping, []);
});

Deno.test("[I9] what the browser folds with ships no schema", () => {
  const next = Map.groupBy(
    imports.filter(({ typeOnly }) => !typeOnly),
    ({ from }) => from,
  );
  assertEquals(reaches("domain/sessions/session.ts", "zod", next), false);
  // And the way there would be seen:
  assertEquals(reaches("domain/sessions/commands.ts", "zod", next), true);
});

function reaches(
  file: string,
  target: string,
  next: Map<string, Import[]>,
  seen = new Set<string>(),
): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  return (next.get(file) ?? []).some(({ to, bare }) =>
    bare ? to === target : reaches(to, target, next, seen)
  );
}

/** Every file that reaches itself. */
function cycles(edges: readonly Import[]): string[] {
  const next = Map.groupBy(edges, ({ from }) => from);
  return [...next.keys()].filter((file) => {
    const seen = new Set<string>();
    const waiting = (next.get(file) ?? []).map(({ to }) => to);
    for (let to = waiting.pop(); to !== undefined; to = waiting.pop()) {
      if (to === file) return true;
      if (seen.has(to)) continue;
      seen.add(to);
      for (const edge of next.get(to) ?? []) waiting.push(edge.to);
    }
    return false;
  });
}
