/** Event streams for pages of other origins: those that may open a socket may read the answers too (P28). */
import type { Admission } from "./admission.ts";
import { SECRET_HEADER, SEQUENCE_HEADER } from "./sse_post.ts";

/** How long a browser need not ask again, in seconds. */
const ASK_AGAIN_AFTER_S = 600;

/** What a page may send beyond what a form could. */
const ALLOWED_HEADERS = [
  "Authorization",
  "Content-Type",
  SECRET_HEADER,
  SEQUENCE_HEADER,
].join(", ");

type Answer = Response | Promise<Response>;

/**
 * The answer with what a browser wants to see before it shows it to a page of another
 * origin; and the answer to its question whether it may ask at all.
 *
 * @param answer Asked for whatever is not that question.
 */
export function openToPages(
  request: Request,
  admission: Pick<Admission, "isWelcome">,
  answer: () => Answer,
): Answer {
  const origin = request.headers.get("origin");
  if (origin === null || !admission.isWelcome(request)) return answer();
  if (isQuestion(request)) {
    return opened(new Response(null, { status: 204 }), origin, {
      "Access-Control-Allow-Methods": "GET, POST",
      "Access-Control-Allow-Headers": ALLOWED_HEADERS,
      "Access-Control-Max-Age": String(ASK_AGAIN_AFTER_S),
    });
  }
  const answered = answer();
  return answered instanceof Promise
    ? answered.then((response) => opened(response, origin))
    : opened(answered, origin);
}

/** A browser asks before it sends what a form could not. */
function isQuestion({ method, headers }: Request): boolean {
  return method === "OPTIONS" && headers.has("access-control-request-method");
}

/** With credentials, as a socket's handshake carries them: the origin is named, never a star. */
function opened(
  response: Response,
  origin: string,
  more: Readonly<Record<string, string>> = {},
): Response {
  const headers = {
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Expose-Headers": "Retry-After",
    ...more,
  };
  for (const [name, value] of Object.entries(headers)) {
    response.headers.set(name, value);
  }
  response.headers.append("Vary", "Origin");
  return response;
}
