/** Builds the verifier page into static/verify.html: one file, with all it needs inside. */
import { build, stop } from "esbuild";

const ROOT = new URL("../../", import.meta.url).pathname;
const OUT = `${ROOT}static/verify.html`;

const { outputFiles } = await build({
  absWorkingDir: ROOT,
  entryPoints: ["routes/verifier/verifier.ts"],
  // The code that checks on the server, but for where it takes its hashes from.
  alias: { "node:crypto": `${ROOT}routes/verifier/sha256.ts` },
  bundle: true,
  format: "iife",
  target: ["es2023", "chrome140", "firefox133", "safari18.2"],
  minify: true,
  legalComments: "none",
  write: false,
  logLevel: "warning",
});
await stop();

// An end of the script inside it would end it.
const script = outputFiles[0].text.trim().replaceAll("</script", "<\\/script");
const template = await Deno.readTextFile(
  `${ROOT}routes/verifier/verifier.html`,
);
const digest = `sha256-${await digestOf(script)}`;
const page = filled("script-hash", digest)
  .replace("<script></script>", () => `<script>${script}</script>`);
if (!page.includes(script)) throw new Error("Cannot place the script");
await Deno.writeTextFile(OUT, page);
console.log(
  `${(page.length / 1024).toFixed(1).padStart(6)} KB  static/verify.html`,
);

async function digestOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))
    .toBase64();
}

/** The template with its one placeholder of that name filled. */
function filled(placeholder: string, text: string): string {
  if (!template.includes(placeholder)) {
    throw new Error(`Cannot fill ${placeholder}: the template has none`);
  }
  return template.replace(placeholder, () => text);
}
