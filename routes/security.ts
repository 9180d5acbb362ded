/** What guards every response and every unsafe request: headers, CSP, CSRF. */
import { createMiddleware } from "hono/factory";
import type { MiddlewareHandler } from "hono";
import type { Env } from "./env.ts";
import type { OriginRule } from "../realtime/origin.ts";
import { hostOf, isOwnPage, isSecure, schemeOf } from "./origin.ts";
import { problem } from "./problem.ts";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

/** Sets `nonce` and `secure` for the request, and the headers every answer carries. */
export function securityHeaders(
  rule: OriginRule,
): MiddlewareHandler<Env> {
  return createMiddleware<Env>(async (c, next) => {
    const nonce = crypto.getRandomValues(new Uint8Array(16)).toBase64();
    c.set("nonce", nonce);
    c.set("secure", isSecure(c.req.raw, rule.trustProxy));
    await next();
    const { headers } = c.res;
    headers.set("Content-Security-Policy", policy(nonce, c.req.raw, rule));
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "same-origin");
    headers.set("Permissions-Policy", PERMISSIONS);
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    // But for what says itself that other people's pages may load it.
    if (!headers.has("Cross-Origin-Resource-Policy")) {
      headers.set("Cross-Origin-Resource-Policy", "same-origin");
    }
    if (schemeOf(c.req.raw, rule.trustProxy) === "https") {
      headers.set("Strict-Transport-Security", "max-age=31536000");
    }
  });
}

/**
 * Refuses what another site's page makes a browser send with our cookie. A bearer
 * token is never sent by a browser on its own, so such a request needs no proof.
 */
export function refuseForgery(rule: OriginRule): MiddlewareHandler<Env> {
  return createMiddleware<Env>(async (c, next) => {
    const request = c.req.raw;
    if (SAFE_METHODS.has(request.method)) return await next();
    if (c.get("identity")?.by === "bearer") return await next();
    const origin = request.headers.get("origin");
    const site = request.headers.get("sec-fetch-site");
    const from = origin ?? request.headers.get("referer");
    const listed = origin !== null && rule.allowed.includes(origin);
    const own = site !== null
      ? site === "same-origin" || site === "none" || listed
      : from !== null
      ? isOwnPage(from, request, rule)
      // None of the three: no browser sent it, and only browsers can be made to.
      : true;
    if (own) return await next();
    return problem(c, {
      code: "forbidden",
      reason: "cross_site",
      detail: "Cannot accept this request: it does not come from our own pages",
    });
  });
}

const PERMISSIONS = [
  "camera",
  "display-capture",
  "geolocation",
  "microphone",
  "payment",
  "usb",
].map((feature) => `${feature}=()`).join(", ");

function policy(
  nonce: string,
  request: Request,
  rule: OriginRule,
): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "manifest-src 'self'",
    `connect-src ${["'self'", ...sockets(request, rule)].join(" ")}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join("; ");
}

/** `'self'` covers sockets of the own port only; the second listener is named. */
function sockets(request: Request, rule: OriginRule): string[] {
  const own = URL.parse(`http://${hostOf(request, rule.trustProxy)}`);
  const { ports } = rule;
  if (own === null || ports.length < 2) return [];
  const scheme = schemeOf(request, rule.trustProxy) === "https" ? "wss" : "ws";
  return ports
    .filter((port) => port !== Number(own.port || 80))
    .map((port) => `${scheme}://${own.hostname}:${port}`);
}
