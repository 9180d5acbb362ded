/** How the caller reaches us: host, scheme, and whether the page that asks is our own (P2). */
import { isOwnOrigin, type OriginRule } from "../realtime/origin.ts";

/**
 * Reports whether a page may act here: its origin is ours or listed.
 *
 * @param page An Origin, or a Referer with its path.
 */
export function isOwnPage(
  page: string,
  request: Request,
  rule: OriginRule,
): boolean {
  const origin = URL.parse(page)?.origin;
  if (origin === undefined || origin === "null") return false;
  const headers = new Headers(request.headers);
  // HTTP/2 has no Host header; its authority is in the URL.
  if (!headers.has("host")) headers.set("host", new URL(request.url).host);
  return isOwnOrigin(origin, headers, rule);
}

/** The host the caller asked for, as `name` or `name:port`. */
export function hostOf(request: Request, trustProxy: boolean): string {
  return forwarded(request, "x-forwarded-host", trustProxy) ??
    request.headers.get("host") ?? new URL(request.url).host;
}

/** Whether the caller came over TLS, to us or to the proxy before us. */
export function schemeOf(
  request: Request,
  trustProxy: boolean,
): "http" | "https" {
  const scheme = forwarded(request, "x-forwarded-proto", trustProxy) ??
    new URL(request.url).protocol.replace(":", "");
  return scheme === "https" ? "https" : "http";
}

/**
 * True unless the browser speaks plain HTTP to its own machine. Elsewhere cookies are
 * `Secure`: someone in between must never see one.
 */
export function isSecure(request: Request, trustProxy: boolean): boolean {
  if (schemeOf(request, trustProxy) === "https") return true;
  const host = URL.parse(`http://${hostOf(request, trustProxy)}`)?.hostname;
  return host !== "localhost" && host !== "127.0.0.1" && host !== "[::1]";
}

/** The client's address: the connection's, or what the proxy before us saw. */
export function addressOf(
  request: Request,
  connected: string,
  trustProxy: boolean,
): string {
  return forwarded(request, "x-forwarded-for", trustProxy) ?? connected;
}

/** The last value of the list is our proxy's own; earlier ones are the client's word. */
function forwarded(
  request: Request,
  header: string,
  trustProxy: boolean,
): string | undefined {
  if (!trustProxy) return undefined;
  return request.headers.get(header)?.split(",").at(-1)?.trim() || undefined;
}
