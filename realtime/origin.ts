/** Whose page is asking: the own origin, by the rule that sockets and forms share (P2). */

export interface OriginRule {
  /** Further origins that are welcome, e.g. `https://app.example`. */
  readonly allowed: readonly string[];
  /** Ports of our own listeners. */
  readonly ports: readonly number[];
  /** Believe `X-Forwarded-Host`. */
  readonly trustProxy: boolean;
}

/**
 * Reports whether an origin is ours or allowed. Ours is: its host equals the `Host` the
 * request came to, whatever the scheme; the same machine on our other port is ours too.
 */
export function isOwnOrigin(
  origin: string,
  headers: Headers,
  { allowed, ports, trustProxy }: OriginRule,
): boolean {
  if (allowed.includes(origin)) return true;
  const forwarded = trustProxy ? headers.get("x-forwarded-host") : null;
  const host = (forwarded ?? headers.get("host"))?.split(",").at(-1)?.trim();
  if (!URL.canParse(origin) || host === undefined) return false;
  const url = new URL(origin);
  if (url.host.toLowerCase() === host.toLowerCase()) return true;
  const reached = `http://${host}`;
  if (!URL.canParse(reached)) return false;
  const { hostname, port } = new URL(reached);
  if (url.hostname !== hostname) return false;
  const portOf = (text: string, secure: boolean) =>
    text === "" ? (secure ? 443 : 80) : Number(text);
  const originPort = portOf(url.port, url.protocol === "https:");
  return originPort === portOf(port, url.protocol === "https:") ||
    (ports.includes(originPort) && ports.includes(portOf(port, false)));
}
