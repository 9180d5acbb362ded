/** Who is behind a request: ticket, bearer token or cookie, the first that is present decides. */
import { timingSafeEqual } from "node:crypto";
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
  /**
   * Uses a ticket up; called by the handshake that succeeds. False: someone was first. Rejects
   * while nobody can tell.
   */
  readonly consume?: () => boolean | Promise<boolean>;
  /** False once the sign-in behind it has ended. */
  readonly isCurrent?: () => boolean;
}

/** Accounts, where there are any: who a sign-in or a token speaks for is theirs to say. */
export interface People {
  /** The same person as they are today; undefined once what they came with is over. */
  today(user: User): User | undefined;
  ofToken(text: string): User | undefined;
}

/** Everybody is who their cookie says: the demo. */
const AS_SIGNED: People = {
  today: (user) => user,
  ofToken: () => undefined,
};

export interface IdentifyOptions {
  readonly signIns: SignIns;
  readonly tickets: Tickets;
  readonly apiToken?: string;
  readonly trustProxy: boolean;
  /** @default nobody has an account */
  readonly people?: People;
}

export interface Identify {
  /** For HTTP: bearer or cookie. */
  request(request: Request): Identity | undefined;
  /** For the handshake: a ticket too. */
  handshake(request: Request): Identity | undefined;
}

export function createIdentify(options: IdentifyOptions): Identify {
  const { signIns, tickets, apiToken, trustProxy } = options;
  const { people = AS_SIGNED } = options;
  const service = apiToken === undefined ? undefined : Buffer.from(apiToken);
  const isCurrent = (user: User) => () =>
    user.signInId === undefined ||
    !signIns.isRevoked(user.signInId) && people.today(user) !== undefined;
  const request = (request: Request): Identity | undefined => {
    const bearer = bearerOf(request);
    if (bearer !== undefined) {
      // A wrong credential is nobody: it must not fall through to a cookie that is right.
      if (service !== undefined && isSecret(bearer, service)) {
        return { user: SERVICE_USER, by: "bearer" };
      }
      const user = people.ofToken(bearer);
      return user && { user, by: "bearer", isCurrent: isCurrent(user) };
    }
    const cookie = cookieOf(request, cookieName(isSecure(request, trustProxy)));
    const signed = cookie === undefined ? undefined : signIns.verify(cookie);
    const user = signed && people.today(signed);
    return user && { user, by: "cookie", isCurrent: isCurrent(user) };
  };
  const handshake = (incoming: Request): Identity | undefined => {
    const ticket = new URL(incoming.url).searchParams.get("ticket");
    if (ticket === null) return request(incoming);
    const issued = tickets.peek(ticket);
    const user = issued && people.today(issued);
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

/** Compares in constant time; how long the secret is may be known. */
function isSecret(text: string, secret: Buffer): boolean {
  const given = Buffer.from(text);
  return given.length === secret.length && timingSafeEqual(given, secret);
}
