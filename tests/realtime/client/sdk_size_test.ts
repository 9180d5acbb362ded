/** What the SDK costs a page. */
import { assert } from "@std/assert";
import { build } from "esbuild";

const ROOT = new URL("../../../", import.meta.url).pathname;
const MAX_BYTES = 12 * 1024;
/** What comes later, and only where sockets are blocked (P27). */
const MAX_STREAM_BYTES = 3 * 1024;

Deno.test({
  name:
    "[P21] the SDK without Preact stays within 12 KB of gzip, without zod or Node code",
  // esbuild keeps its process for the life of ours.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const { outputFiles, metafile } = await build({
      absWorkingDir: ROOT,
      stdin: {
        contents: `
          export * from "./realtime/client/browser.ts";
          export * from "./realtime/client/use_web_socket.ts";
          export * from "./realtime/client/live.ts";
          export * from "./realtime/client/positions.ts";`,
        resolveDir: ROOT,
        loader: "ts",
      },
      bundle: true,
      splitting: true,
      outdir: "out",
      minify: true,
      format: "esm",
      platform: "browser",
      external: ["preact", "preact/hooks", "@preact/signals"],
      metafile: true,
      write: false,
    });
    const inputs = Object.keys(metafile.inputs);
    const foreign = inputs.filter((path) =>
      path !== "<stdin>" && !path.startsWith("realtime/client/") &&
      path !== "realtime/codes.ts"
    );
    assert(foreign.length === 0, foreign.join());
    const stream = await gzipBytes(
      outputFiles.filter(({ path }) => /\/sse-\w+\.js$/.test(path)),
    );
    const all = await gzipBytes(outputFiles);
    assert(all - stream <= MAX_BYTES, `${all - stream} bytes`);
    assert(stream > 0 && stream <= MAX_STREAM_BYTES, `${stream} bytes`);
    console.log(`SDK: ${all - stream} bytes of gzip, streams ${stream} more`);
  },
});

async function gzipBytes(
  files: readonly { readonly text: string }[],
): Promise<number> {
  let total = 0;
  for (const { text } of files) {
    const zipped = new Blob([text]).stream()
      .pipeThrough(new CompressionStream("gzip"));
    total += (await new Response(zipped).bytes()).length;
  }
  return total;
}
