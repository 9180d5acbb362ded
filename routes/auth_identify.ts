/** Who is behind a request: ticket, bearer token or cookie, the first that is present decides. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { User } from "../realtime/user.ts";
import type { SignIns } from "./auth_sign_ins.ts";
import type { Tickets } from "./auth_tickets.ts";
import { isSecure } from "./origin.ts";

/** User behind `REGULENS_API_TOKEN`. */
export const SERVICE_USER: User = {
  userId: "service",
  name: "Service",
  roles: ["admin"],
};

export interface Identity {
  readonly user: User;
  readonly by: "ticket" | "bearer" | "cookie";
  /** Uses a ticket up; called by the handshake that succeeds. False: someone was first. */
  readonly consume?: () => boolean;
  /** False once the sign-in behind it has ended. */
  readonly isCurrent?: () => boolean;
}

export interface IdentifyOptions {
  readonly signIns: SignIns;
  readonly tickets: Tickets;
  readonly apiToken?: string;
  readonly trustProxy: boolean;
}

export interface Identify {
  /** For HTTP: bearer or cookie. */
  request(request: Request): Identity | undefined;
  /** For the handshake: a ticket too. */
  handshake(request: Request): Identity | undefined;
}

export function createIdentify(options: IdentifyOptions): Identify {
  const { signIns, tickets, apiToken, trustProxy } = options;
  const isCurrent = ({ signInId }: User) => () =>
    signInId === undefined || !signIns.isRevoked(signInId);
  const request = (request: Request): Identity | undefined => {
    const bearer = bearerOf(request);
    if (bearer !== undefined) {
      // A wrong credential is nobody: it must not fall through to a cookie that is right.
      if (apiToken === undefined || !sameText(bearer, apiToken)) return;
      return { user: SERVICE_USER, by: "bearer" };
    }
    const cookie = cookieOf(request, cookieName(isSecure(request, trustProxy)));
    const user = cookie === undefined ? undefined : signIns.verify(cookie);
    return user && { user, by: "cookie", isCurrent: isCurrent(user) };
  };
  const handshake = (incoming: Request): Identity | undefined => {
    const ticket = new URL(incoming.url).searchParams.get("ticket");
    if (ticket === null) return request(incoming);
    const user = tickets.peek(ticket);
    if (user === undefined) return;
    // Signing out ends the tickets of that sign-in too.
    if (!isCurrent(user)()) return;
    return {
      user,
      by: "ticket",
      consume: () => tickets.consume(ticket),
      isCurrent: isCurrent(user),
    };
  };
  return { request, handshake };
}

/** `__Host-` binds the cookie to this host over TLS; browsers refuse it on plain http. */
export function cookieName(secure: boolean): string {
  return secure ? "__Host-regulens" : "regulens";
}

/** The value of our cookie in a request, checked or not. */
export function cookieOf(request: Request, name: string): string | undefined {
  for (const pair of (request.headers.get("cookie") ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) {
      return pair.slice(at + 1).trim();
    }
  }
}

/** The bearer token; other schemes are a proxy's business, not a credential of ours. */
function bearerOf(request: Request): string | undefined {
  const header = request.headers.get("authorization")?.trim() ?? "";
  const [scheme, ...rest] = header.split(/\s+/);
  return scheme.toLowerCase() === "bearer" ? rest.join(" ") : undefined;
}

/** Compares in constant time, whatever the lengths. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
