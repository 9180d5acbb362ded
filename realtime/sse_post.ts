/** One POST beside an event stream (P26): whose it is, how long it may be, what it is answered. */
import type { Admission } from "./admission.ts";
import type { ErrorCode } from "./codes.ts";
import { MAX_POSTS_AHEAD, type Posts } from "./sse_posts.ts";

/** The header with the secret of the stream's first event. */
export const SECRET_HEADER = "Regulens-Connection-Secret";
/** The header with the frame's number, from 1. */
export const SEQUENCE_HEADER = "Regulens-Sequence";

/** A body that takes longer to come is given up, in ms: its number may come again. */
const BODY_TIMEOUT_MS = 10_000;

export interface PostOptions {
  readonly admission: Admission;
  /** Longest body, in bytes: that of a frame (P4). */
  readonly maxBytes: number;
  /** Undefined when there is no such connection any more. */
  readonly found:
    | { readonly userId: string; readonly posts: Posts }
    | undefined;
  /** The connection must end: it said too much at once. */
  readonly tooBig: () => void;
}

export async function answerPost(
  request: Request,
  { admission, maxBytes, found, tooBig }: PostOptions,
): Promise<Response> {
  if (!admission.isWelcome(request)) {
    return problem(403, "forbidden", "Cannot post from this origin");
  }
  if (request.method !== "POST") {
    return problem(405, "invalid", "Cannot do this here: use POST");
  }
  const user = admission.identify(request);
  // A ticket signs in once, so a POST may come without a credential; with one it is the same user's.
  const isOurs = found?.posts.isOurs(request.headers.get(SECRET_HEADER)) &&
    (user === undefined || user.userId === found.userId);
  if (found === undefined || !isOurs) {
    return problem(404, "not_found", "Cannot find this connection");
  }
  const sequence = Number(request.headers.get(SEQUENCE_HEADER));
  if (!Number.isSafeInteger(sequence) || sequence < 1) {
    const detail = `Cannot order this: ${SEQUENCE_HEADER} must count from 1`;
    return problem(400, "invalid", detail);
  }
  const { posts } = found;
  if (posts.reading >= MAX_POSTS_AHEAD) {
    return problem(429, "rate_limited", "Cannot take more at once");
  }
  posts.reading++;
  const body = await read(request, maxBytes).finally(() => posts.reading--);
  if (body === "too_big") {
    tooBig();
    return problem(413, "invalid", `Cannot take more than ${maxBytes} bytes`);
  }
  if (body === "cut") {
    return problem(400, "malformed", "Cannot read this: it did not come whole");
  }
  if (posts.take(sequence, body.text) === "early") {
    return problem(409, "conflict", "Cannot take this before the missing ones");
  }
  return new Response(null, {
    status: 202,
    headers: { "Cache-Control": "no-store" },
  });
}

/** The body as text, unless there is too much of it or it does not come. */
async function read(
  { body, headers }: Request,
  maxBytes: number,
): Promise<{ readonly text: string } | "too_big" | "cut"> {
  if (body === null) return { text: "" };
  if (Number(headers.get("content-length")) > maxBytes) {
    await body.cancel();
    return "too_big";
  }
  const reader = body.getReader();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    reader.cancel().catch(() => {});
  }, BODY_TIMEOUT_MS);
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (isLate) return "cut";
      if (done) return { text: text + decoder.decode() };
      size += value.length;
      if (size > maxBytes) {
        reader.cancel().catch(() => {});
        return "too_big";
      }
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    return "cut";
  } finally {
    clearTimeout(timer);
  }
}

const TITLES = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  429: "Too Many Requests",
} as const;

function problem(
  status: keyof typeof TITLES,
  code: ErrorCode,
  detail: string,
): Response {
  const body = {
    type: "about:blank",
    title: TITLES[status],
    status,
    detail,
    code,
  };
  const headers: Record<string, string> = {
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
  };
  if (status === 405) headers.Allow = "POST";
  if (status === 429) headers["Retry-After"] = "1";
  return new Response(JSON.stringify(body), { status, headers });
}
