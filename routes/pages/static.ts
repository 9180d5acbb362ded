/** Files as they are: hashed names for ever, the others checked by ETag each time. */
import { Hono } from "hono";
import type { Env } from "../env.ts";
import { gzipped } from "../gzip.ts";

const FOLDER = new URL("../../static/", import.meta.url);

/** One name without a slash or a leading dot: nothing can point outside the folder. */
const FILE_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  ico: "image/x-icon",
  js: "text/javascript; charset=utf-8",
  png: "image/png",
  svg: "image/svg+xml",
  webmanifest: "application/manifest+json",
};

interface StaticFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Compressed once; undefined for what is compressed already. */
  readonly gzip: Uint8Array<ArrayBuffer> | undefined;
  readonly type: string;
  readonly etag: string;
}

/** @param folder Where the files are. @default static/ of this program */
export function staticRoutes(folder: URL = FOLDER): Hono<Env> {
  const app = new Hono<Env>();
  // Read together and kept: pages of this build ask for some of them only later, when the
  // next build may have taken them away.
  let built: Promise<Map<string, StaticFile>> | undefined;

  app.get("/static/built/:name", async (c) => {
    const name = c.req.param("name");
    const kept = await (built ??= readBuilt(folder));
    const file = kept.get(name) ?? await readStatic(folder, "built/", name);
    if (!file) return c.notFound();
    kept.set(name, file);
    return answer(c.req.raw, file, "public, max-age=31536000, immutable");
  });
  // The client for other people's pages: built, but under a name that stays, and for any origin.
  app.get("/static/sdk.js", async (c) => {
    const file = await readStatic(folder, "built/", "sdk.js");
    if (!file) return c.notFound();
    const response = answer(c.req.raw, file, "no-cache");
    response.headers.set("Access-Control-Allow-Origin", "*");
    response.headers.set("Cross-Origin-Resource-Policy", "cross-origin");
    return response;
  });
  app.get("/static/:name", async (c) => {
    const file = await readStatic(folder, "", c.req.param("name"));
    if (!file) return c.notFound();
    return answer(c.req.raw, file, "no-cache");
  });
  app.get("/favicon.ico", (c) => c.redirect("/static/icon.svg", 301));
  return app;
}

function answer(request: Request, file: StaticFile, cache: string): Response {
  const headers = {
    "Cache-Control": cache,
    "ETag": file.etag,
    "Vary": "Accept-Encoding",
  };
  // A weak match: a compressing proxy or server may have weakened the tag.
  const known = request.headers.get("if-none-match") ?? "";
  if (known.includes(file.etag)) {
    return new Response(null, { status: 304, headers });
  }
  if (file.gzip && takesGzip(request)) {
    return new Response(file.gzip, {
      headers: {
        ...headers,
        "ETag": `W/${file.etag}`,
        "Content-Encoding": "gzip",
        "Content-Type": file.type,
      },
    });
  }
  return new Response(file.bytes, {
    headers: { ...headers, "Content-Type": file.type },
  });
}

function takesGzip({ headers }: Request): boolean {
  return (headers.get("accept-encoding") ?? "").split(",").some((one) => {
    const [name, weight = ""] = one.split(";");
    return name.trim() === "gzip" && !/^\s*q=0(\.0*)?\s*$/.test(weight);
  });
}

async function readBuilt(folder: URL): Promise<Map<string, StaticFile>> {
  const built = new Map<string, StaticFile>();
  for await (const { name } of Deno.readDir(new URL("built/", folder))) {
    const file = await readStatic(folder, "built/", name);
    if (file) built.set(name, file);
  }
  return built;
}

async function readStatic(
  folder: URL,
  under: string,
  name: string,
): Promise<StaticFile | undefined> {
  const type = TYPES[name.slice(name.lastIndexOf(".") + 1)];
  if (!FILE_NAME.test(name) || type === undefined) return undefined;
  try {
    const bytes = await Deno.readFile(new URL(under + name, folder));
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    const etag = `"${new Uint8Array(digest, 0, 12).toHex()}"`;
    return { bytes, gzip: await compressed(bytes, type), type, etag };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function compressed(
  bytes: Uint8Array<ArrayBuffer>,
  type: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (type === TYPES.png || type === TYPES.ico) return undefined;
  return await gzipped(bytes);
}
