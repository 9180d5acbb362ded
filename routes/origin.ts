/** What is our own address as the caller sees it: for cookies, CSRF and the Origin rule (P2). */

export interface OriginOptions {
  readonly trustProxy: boolean;
  /** Origins admitted besides our own, e.g. `https://app.example`. */
  readonly allowedOrigins: readonly string[];
  /** Ports of both listeners: a page of one may call the other. */
  readonly ports: () => readonly number[];
}

/** The host the caller asked for, as `name` or `name:port`. */
export function hostOf(request: Request, trustProxy: boolean): string {
  const forwarded = trustProxy
    ? firstOf(request.headers.get("x-forwarded-host"))
    : undefined;
  return forwarded ?? request.headers.get("host") ?? new URL(request.url).host;
}

/**
 * True unless the browser speaks plain HTTP to its own machine. Elsewhere cookies are
 * `Secure`: someone in between must never see one.
 */
export function isSecure(request: Request, trustProxy: boolean): boolean {
  const scheme = schemeOf(request, trustProxy);
  if (scheme === "https") return true;
  const { hostname } = parseHost(hostOf(request, trustProxy)) ?? {};
  return hostname !== "localhost" && hostname !== "127.0.0.1" &&
    hostname !== "[::1]";
}

/** Whether the caller came over TLS, to us or to the proxy before us. */
export function schemeOf(
  request: Request,
  trustProxy: boolean,
): "http" | "https" {
  const forwarded = trustProxy
    ? firstOf(request.headers.get("x-forwarded-proto"))
    : undefined;
  const scheme = forwarded ?? new URL(request.url).protocol.replace(":", "");
  return scheme === "https" ? "https" : "http";
}

/** Whether a page of `origin` (an Origin or a Referer) may act here: its host is ours, or it is listed. */
export function isAllowedOrigin(
  origin: string,
  request: Request,
  options: OriginOptions,
): boolean {
  const from = parseUrl(origin);
  if (from === undefined) return false;
  if (options.allowedOrigins.includes(from.origin)) return true;
  const own = parseHost(hostOf(request, options.trustProxy));
  if (own === undefined || from.hostname !== own.hostname) return false;
  // The scheme is ignored (a proxy may end TLS), so "no port" stands for both defaults.
  if (from.port === own.port) return true;
  return options.ports().includes(Number(from.port));
}

function parseHost(host: string): URL | undefined {
  return parseUrl(`http://${host}`);
}

function parseUrl(text: string): URL | undefined {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) ? url : undefined;
}

function firstOf(list: string | null): string | undefined {
  return list?.split(",")[0]?.trim() || undefined;
}
