/** Builds the islands and the stylesheet into static/built/: hashed names, a manifest, a size report. */
import {
  build,
  type BuildOptions,
  type Metafile,
  type Plugin,
  stop,
} from "esbuild";
import { gzipped } from "../routes/gzip.ts";
import type { Manifest } from "./manifest.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const OUT = "static/built";
/** What a page may ship as scripts for its first view, in bytes of gzip. */
const MAX_PAGE_BYTES = 40 * 1024;
/** What it may have once all that its readers commonly use has come, idle time included. */
const MAX_LIVE_BYTES = 66 * 1024;
/** Islands by page, as the pages ask for them; those of every page are in the starting script. */
const PAGES: Readonly<Record<string, readonly string[]>> = {
  "most pages": [],
  "home": ["JobPart", "LivePart"],
  "the inbox": ["InboxPreferences", "LivePart"],
  "the room, with a poll or without": ["SessionRoom"],
  "the alerts": ["AlertTriage", "LivePart"],
  "the rules": ["RulePart"],
  "a rule": ["LivePart", "RuleEditor", "RulePart"],
  "an evaluation": ["RuleTraces"],
  "a decision": ["DecisionMatrix"],
  "learning": ["LivePart"],
  "the jobs": ["JobPart"],
  "the audit trail": ["AuditNews"],
  "the cache": ["LivePart"],
  "operations": ["OpsCharts"],
};

/** The same once the scripts are there that come by themselves after the first view. */
const LIVE_PAGES: Readonly<Record<string, readonly string[]>> = {
  "the room with a live poll": ["SessionRoom", "Polls"],
  "operations with charts": ["OpsCharts", "ops_plots"],
};

/**
 * Scripts that come later, by the script that is there by then. Each is built as if it
 * imported that one, so what the two share stays in it: else it would be cut into a small
 * file for every set of later scripts, and small files compress badly. The development bar
 * is not among them: the starting script waits for it.
 */
const LATER: Readonly<Record<string, string>> = {
  "AlertTriage.tsx": "boot.ts",
  "AuditNews.ts": "boot.ts",
  "ConnectionDetails.tsx": "boot.ts",
  "DecisionMatrix.tsx": "boot.ts",
  "InboxPreferences.tsx": "boot.ts",
  "JobPart.ts": "boot.ts",
  "LivePart.ts": "boot.ts",
  "OpsCharts.ts": "boot.ts",
  "ops_plots.ts": "OpsCharts.ts",
  "RuleEditor.tsx": "boot.ts",
  "RulePart.ts": "boot.ts",
  "RuleTraces.tsx": "boot.ts",
  "SessionRoom.tsx": "boot.ts",
  "notification_sound.ts": "boot.ts",
  "sse.ts": "boot.ts",
  "toast_keys.ts": "boot.ts",
  "toast_words.ts": "boot.ts",
  "Polls.tsx": "SessionRoom.tsx",
  "room_past.ts": "SessionRoom.tsx",
  "poll_proof.ts": "SessionRoom.tsx",
  "RuleBacktest.tsx": "RuleEditor.tsx",
  "DecisionRest.tsx": "DecisionMatrix.tsx",
  "decision_check.ts": "DecisionRest.tsx",
};

/** Scripts that start by themselves, on pages that need nothing of the others. */
const ON_THEIR_OWN = ["islands/docs_try.ts", "islands/docs_console.ts"];
/** The client as one file for other people's pages, under a name that stays: /static/sdk.js. */
const SDK = { sdk: "realtime/client/sdk.ts" };

const COMMON: BuildOptions & { metafile: true } = {
  absWorkingDir: ROOT,
  outdir: OUT,
  bundle: true,
  format: "esm",
  target: ["es2023", "chrome123", "firefox121", "safari17.5"],
  minify: true,
  sourcemap: false,
  legalComments: "none",
  metafile: true,
  write: true,
  logLevel: "warning",
};

const started = performance.now();
const { metafile } = await build({
  ...COMMON,
  entryPoints: ["islands/boot.ts", "static/app.css"],
  outbase: "",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  splitting: true,
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [afterOthers()],
});
const alone = await build({
  ...COMMON,
  entryPoints: ON_THEIR_OWN,
  entryNames: "[name]-[hash]",
});
const sdk = await build({
  ...COMMON,
  entryPoints: SDK,
  banner: { js: "/* Regulens client; docs/client.md says how */" },
});
await stop();

const manifest = {
  ...manifestOf(metafile),
  scripts: scriptsByName(alone.metafile),
};
await removeOldFiles([metafile, alone.metafile, sdk.metafile]);
await Deno.writeTextFile(
  `${ROOT}${OUT}/manifest.json`,
  JSON.stringify(manifest, null, 2),
);
await report(manifest);

function afterOthers(): Plugin {
  return {
    name: "after others",
    setup: ({ onLoad }) =>
      onLoad({ filter: /\/(islands|client)\/\w+\.tsx?$/ }, async ({ path }) => {
        const first = LATER[path.slice(path.lastIndexOf("/") + 1)];
        if (first === undefined) return undefined;
        const source = await Deno.readTextFile(path);
        return {
          contents: `import "${ROOT}islands/${first}";${source}`,
          loader: "tsx",
        };
      }),
  };
}

function manifestOf(meta: Metafile): Manifest {
  const islands: Record<string, readonly string[]> = {};
  let boot = "";
  let stylesheet = "";
  for (const [path, output] of Object.entries(meta.outputs)) {
    const entry = output.entryPoint ?? "";
    if (entry === "islands/boot.ts") boot = path;
    else if (entry.endsWith(".css")) stylesheet = path;
    else if (entry.startsWith("islands/")) {
      const name = entry.slice("islands/".length).replace(/\.tsx?$/, "");
      islands[name] = scriptsOf(meta, path).map(urlOf);
    }
  }
  return {
    boot: scriptsOf(meta, boot).map(urlOf),
    stylesheet: urlOf(stylesheet),
    islands,
  };
}

/** Of each script of its own its address, by the name of its source. */
function scriptsByName({ outputs }: Metafile): Manifest["scripts"] {
  return Object.fromEntries(
    Object.entries(outputs).map(([path, { entryPoint = "" }]) => [
      entryPoint.slice(entryPoint.lastIndexOf("/") + 1).replace(/\.ts$/, ""),
      urlOf(path),
    ]),
  );
}

/** A script and everything it imports before it can run, itself first. */
function scriptsOf(meta: Metafile, path: string): readonly string[] {
  const found = new Set([path]);
  for (const each of found) {
    for (const { path: imported, kind } of meta.outputs[each]?.imports ?? []) {
      if (kind === "import-statement") found.add(imported);
    }
  }
  return [...found];
}

function urlOf(path: string): string {
  return `/${path}`;
}

/** Files of earlier builds are taken away; a running server keeps what it has read. */
async function removeOldFiles(metas: readonly Metafile[]): Promise<void> {
  for await (const { name } of Deno.readDir(`${ROOT}${OUT}`)) {
    if (!metas.some(({ outputs }) => `${OUT}/${name}` in outputs)) {
      await Deno.remove(`${ROOT}${OUT}/${name}`);
    }
  }
}

/** Every file, then what each page ships: a page that ships too much ends the build. */
async function report(manifest: Manifest): Promise<void> {
  const { boot, stylesheet, islands, scripts = {} } = manifest;
  const files = new Set([
    ...boot,
    ...Object.values(islands).flat(),
    ...Object.values(scripts),
    "/static/built/sdk.js",
    stylesheet,
  ]);
  const sizes = new Map<string, number>();
  for (const url of files) sizes.set(url, await gzipBytes(`${ROOT}${url}`));
  for (const [url, bytes] of sizes) {
    console.log(`${kilobytes(bytes)}  ${url.slice(1)}`);
  }
  const tooLarge: string[] = [];
  const limits = [[PAGES, MAX_PAGE_BYTES], [
    LIVE_PAGES,
    MAX_LIVE_BYTES,
  ]] as const;
  for (const [pages, maxBytes] of limits) {
    for (const [page, names] of Object.entries(pages)) {
      const scripts = new Set(
        [...boot, ...names.flatMap((name) => islands[name] ?? [])],
      );
      const total = scripts.values().reduce(
        (sum, url) => sum + (sizes.get(url) ?? 0),
        0,
      );
      console.log(
        `${kilobytes(total)}  scripts of ${page}, ${scripts.size} files`,
      );
      if (total > maxBytes) {
        tooLarge.push(`${page}: more than ${kilobytes(maxBytes).trim()}`);
      }
    }
  }
  const ms = Math.round(performance.now() - started);
  console.log(`Sizes are gzip; built in ${ms} ms`);
  if (tooLarge.length > 0) {
    console.error(`Cannot ship the scripts of ${tooLarge.join(", ")}`);
    Deno.exit(1);
  }
}

async function gzipBytes(path: string): Promise<number> {
  // As the server sends it.
  return (await gzipped(await Deno.readFile(path))).length;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1).padStart(6)} KB`;
}
