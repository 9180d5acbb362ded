/** Signing in and out in the demo: `POST /login`, `POST /logout`, and the cookie between them. */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { ROLES } from "../domain/access.ts";
import type { RoleName } from "../domain/decider.ts";
import { CLOSE } from "../realtime/codes.ts";
import type { Logger } from "../realtime/logger.ts";
import type { User } from "../realtime/user.ts";
import { SIGN_IN_LIFETIME_MS, type SignIns } from "./auth_sign_ins.ts";
import { cookieName, cookieOf } from "./auth_identify.ts";
import type { Env } from "./env.ts";
import { parseJson } from "./json_body.ts";

/** What a visitor fills in. */
export const SignInForm = z.object({
  name: z.string().trim().min(1, "Give a name").max(80, "At most 80 characters")
    .regex(/^\P{C}*$/u, "No control characters"),
  role: z.enum(ROLES).default("member"),
  /** Where to go after; only our own paths. */
  next: z.string().optional(),
});

export interface AuthParts {
  readonly signIns: SignIns;
  readonly logger: (category: string) => Logger;
  readonly hub: { disconnectUser(userId: string, code: number): number };
}

export function authRoutes(parts: AuthParts): Hono<Env> {
  const app = new Hono<Env>();
  app.post("/login", async (c) => {
    const form = SignInForm.parse(await readForm(c));
    await signIn(c, form, parts);
    return c.redirect(safePath(form.next), 303);
  });
  app.post("/logout", async (c) => {
    await signOut(c, parts);
    return c.redirect("/login", 303);
  });
  return app;
}

/** Opens a new sign-in and sets its cookie; the one the request came with ends. */
export async function signIn(
  c: Context<Env>,
  person: { readonly name: string; readonly role: RoleName },
  parts: AuthParts,
): Promise<User> {
  await endPresent(c, parts);
  const { user, cookie } = parts.signIns.open(person);
  setCookie(c, cookie, SIGN_IN_LIFETIME_MS / 1000);
  parts.logger("auth").info("signed in", { userId: user.userId, ...person });
  return user;
}

/** Ends the sign-in the request came with and closes the sockets of its user on the spot. */
export async function signOut(
  c: Context<Env>,
  parts: AuthParts,
): Promise<void> {
  // First the cookie and the sockets: they must go even if the log cannot write now.
  setCookie(c, "", 0);
  await endPresent(c, parts);
}

async function endPresent(c: Context<Env>, parts: AuthParts): Promise<void> {
  const present = cookieOf(c.req.raw, cookieName(c.get("secure")));
  if (present === undefined) return;
  const user = parts.signIns.verify(present);
  if (user === undefined) return;
  const revoked = parts.signIns.revoke(present);
  parts.hub.disconnectUser(user.userId, CLOSE.signedOut);
  await revoked;
  parts.logger("auth").info("signed out", { userId: user.userId });
}

export function setCookie(
  c: Context<Env>,
  value: string,
  maxAgeSeconds: number,
): void {
  const secure = c.get("secure");
  const attributes = [
    `${cookieName(secure)}=${value}`,
    `Max-Age=${maxAgeSeconds}`,
    "Path=/",
    "HttpOnly",
    "SameSite=Lax",
    ...(secure ? ["Secure"] : []),
  ];
  c.header("Set-Cookie", attributes.join("; "));
}

/** Form fields, or the same as JSON. */
export async function readForm(c: Context<Env>): Promise<unknown> {
  if (c.req.header("content-type")?.includes("json")) {
    return parseJson(await c.req.text());
  }
  return await c.req.parseBody();
}

/** `next` only when it stays here: one slash, then no second one nor a backslash. */
export function safePath(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])[^\\\p{C}]*$/u.test(next)) return "/";
  return next;
}
