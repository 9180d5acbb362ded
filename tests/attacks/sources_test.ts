/** What the source must not have: ways out for a request forged by input, patterns that explode. */
import { assertEquals, assertExists } from "@std/assert";
import { Pattern } from "./pattern_steps.ts";

const ROOT = new URL("../../", import.meta.url);

/** Everything that runs, by path and text. */
async function* sources(): AsyncGenerator<readonly [string, string]> {
  async function* walk(folder: string): AsyncGenerator<string> {
    for await (
      const { name, isDirectory } of Deno.readDir(new URL(folder, ROOT))
    ) {
      if (isDirectory) yield* walk(`${folder}${name}/`);
      else if (/\.tsx?$/.test(name)) yield folder + name;
    }
  }
  for await (const { name, isFile } of Deno.readDir(ROOT)) {
    if (isFile && name.endsWith(".ts")) {
      yield [name, await Deno.readTextFile(new URL(name, ROOT))];
    }
  }
  for (const folder of ["domain/", "realtime/", "routes/", "islands/"]) {
    for await (const path of walk(folder)) {
      yield [path, await Deno.readTextFile(new URL(path, ROOT))];
    }
  }
}

/**
 * What runs in the browser, and what goes to an address that only the operator sets: the
 * provider of sign-ins, the database, the bus between nodes.
 */
const MAY_CALL_OUT =
  /^islands\/|^realtime\/client\/|^routes\/accounts\/oidc|^realtime\/postgres\/driver\.ts|^realtime\/nodes\/nats_link\.ts/;

Deno.test("[S6] nothing that runs on the server makes a request: no input can aim one", async () => {
  const found: string[] = [];
  for await (const [path, text] of sources()) {
    if (MAY_CALL_OUT.test(path)) continue;
    for (const [index, line] of text.split("\n").entries()) {
      const calls =
        /(?<![.\w#])fetch\(|Deno\.connect\(|Deno\.connectTls\(|new WebSocket\(|new EventSource\(|node:(http|https|net|tls|dgram)["/]/
          .test(line);
      // The guard's way to the server behind it is a file of our own making.
      const isOwnFile = line.includes('transport: "unix"');
      if (calls && !isOwnFile && !/^\s*(\*|\/\/|\/\*)/.test(line)) {
        found.push(`${path}:${index + 1} ${line.trim()}`);
      }
    }
  }
  assertEquals(found, []);
});

/** The regular expression literals of a source, near enough: none is missed, some are no patterns. */
function patternsIn(text: string): (readonly [string, string])[] {
  return [
    ...text.matchAll(
      /\/(?![*/\s])((?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([dgimsuvy]*)/g,
    ),
  ]
    .map(([, source, flags]) => [source, flags]);
}

/** Undefined for what is a path, a division or a tag. */
function patternOf(source: string, flags: string): Pattern | undefined {
  try {
    return new Pattern(source, flags);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

Deno.test("[S6] the work of every pattern grows with the text, not with its square, nor worse", async () => {
  const found: string[] = [];
  let seen = 0;
  for await (const [path, text] of sources()) {
    for (const [source, flags] of patternsIn(text)) {
      const pattern = patternOf(source, flags);
      if (pattern === undefined) continue;
      seen++;
      const worst = pattern.worst();
      if (worst !== undefined) found.push(`${path} /${source}/ ${worst}`);
    }
  }
  assertEquals(seen > 100, true, `patterns are found, got ${seen}`);
  assertEquals(found, []);
});

Deno.test("[S6] what counts the steps knows the patterns it is for", () => {
  for (
    const [bad, why] of [
      ["(a+)+$", "a repetition repeated"],
      [
        "^(\\w+\\s?)*$",
        "a repetition repeated, with something between that may be missing",
      ],
      ["^(a|a)*$", "alternatives that overlap, repeated"],
      ["^(a|ab|b)*c", "alternatives that overlap in two ways"],
      ["^(?:\\d|\\w)+!", "sets that overlap, repeated"],
      [
        "^\\s*-?\\s*$",
        "neighbours that overlap once what is between them is missing",
      ],
      ["^\\d+\\d*x", "neighbours that overlap"],
      ["^[ \\t]*(.*?)[ \\t]*$", "a lazy one and a neighbour that overlaps"],
      ["-+$", "an end that is looked for from every place"],
    ]
  ) assertExists(new Pattern(bad, "").worst(), `${bad}: ${why}`);
  for (
    const good of [
      "^[a-z]+$",
      "(ab)+",
      "\\d{1,5}",
      "(a|b)",
      "^\\s*(?:-\\s*)?$",
      "^(?:,[^,]+)*$",
      "^(?:[^\\\\]|\\\\.)*$",
      "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",
    ]
  ) assertEquals(new Pattern(good, "").worst(), undefined, good);
});
