/** Bodies that are too much: over the limit, announced or not, or nested without end. */
import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { MAX_JSON_DEPTH } from "../realtime/protocol.ts";
import type { AppContext, Env } from "./env.ts";
import { DepthCount } from "./json_depth.ts";
import { problem } from "./problem.ts";

/** Largest request body, in bytes. */
export const MAX_BODY_BYTES = 1024 * 1024;

/** From here on a body of the API is looked at as it comes: a smaller one is there at once. */
const WATCHED_BYTES = 32 * 1024;

/** Refuses bodies over `MAX_BODY_BYTES`, and of the API what nests too deep, as soon as it is seen. */
export const limitBody: MiddlewareHandler<Env> = createMiddleware<Env>(
  async (c, next) => {
    const { body, headers, method, url } = c.req.raw;
    if (body === null) return await next();
    const isJson = c.req.path.startsWith("/api/");
    const announced = headers.get("content-length");
    if (announced !== null && !headers.has("transfer-encoding")) {
      const size = Number(announced);
      if (size > MAX_BODY_BYTES) return tooLarge(c);
      if (!isJson || size <= WATCHED_BYTES) return await next();
    }
    const depth = isJson ? new DepthCount(MAX_JSON_DEPTH) : undefined;
    const read = await readAtMost(body, { limit: MAX_BODY_BYTES, depth });
    if (read === "too_large") return tooLarge(c);
    if (read === "too_deep") return tooDeep(c);
    // Made from its parts: a copy of the request would take its abort signal along,
    // and for that Deno writes a warning between our log lines.
    c.req.raw = new Request(url, { method, headers, body: read });
    await next();
  },
);

/** All bytes of a stream, unless there are too many or they nest too deep: then none more are read. */
async function readAtMost(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  { limit, depth }: {
    readonly limit: number;
    readonly depth: DepthCount | undefined;
  },
): Promise<Uint8Array<ArrayBuffer> | "too_large" | "too_deep"> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  // Leaving the loop early cancels the stream.
  for await (const part of stream) {
    size += part.length;
    if (size > limit) return "too_large";
    if (depth?.exceeds(part)) return "too_deep";
    parts.push(part);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function tooLarge(c: AppContext): Response {
  const detail = `Cannot accept the body: at most ${MAX_BODY_BYTES} bytes`;
  return problem(c, { code: "invalid", status: 413, detail });
}

function tooDeep(c: AppContext): Response {
  return problem(c, {
    code: "malformed",
    detail: `Cannot read the body: nested deeper than ${MAX_JSON_DEPTH} levels`,
  });
}
