/** Where the built files are: the manifest of the build, read once at the start. */

import type { Manifest } from "../../islands/manifest.ts";

const MANIFEST = new URL("../../static/built/manifest.json", import.meta.url);

/** @throws {Error} If the islands have not been built. */
export async function readManifest(file: URL = MANIFEST): Promise<Manifest> {
  try {
    const manifest: Manifest = JSON.parse(await Deno.readTextFile(file));
    return manifest;
  } catch (cause) {
    throw new Error(
      "Cannot read static/built/manifest.json: run `deno task build` first",
      { cause },
    );
  }
}

/** Scripts a page with these islands needs, each once; none without islands. */
export function scriptsFor(
  { boot, islands }: Manifest,
  names: readonly string[],
): readonly string[] {
  if (names.length === 0) return [];
  return [
    ...new Set([...boot, ...names.flatMap((name) => islands[name] ?? [])]),
  ];
}
