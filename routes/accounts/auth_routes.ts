/** Signing in and out with a password: `POST /login` for programs, `POST /logout`. */
import { Hono } from "hono";
import { z } from "zod";
import type { User } from "../../realtime/user.ts";
import { cookieName, cookieOf } from "../auth_identify.ts";
import { SIGN_IN_LIFETIME_MS } from "../auth_sign_ins.ts";
import { readForm, safePath, setCookie } from "../auth.ts";
import type { AppContext, Env } from "../env.ts";
import { problem } from "../problem.ts";
import type { AccountParts } from "./account_parts.ts";
import type { SignInAnswer } from "./accounts.ts";
import { agentOf } from "./agent.ts";
import { MAX_PASSWORD, typedName } from "./sign_in_name.ts";

export const WRONG = "Name or password is wrong";

/** What is typed to sign in. Too long a password is wrong without being looked at. */
export const PasswordForm = z.object({
  name: z.string().max(1_000),
  password: z.string().max(4 * MAX_PASSWORD),
  next: z.string().optional(),
});

export function passwordRoutes(parts: AccountParts): Hono<Env> {
  const app = new Hono<Env>();
  app.post("/login", async (c, pass) => {
    if (parts.oidc !== undefined) return await pass();
    const form = PasswordForm.parse(await readForm(c));
    const answer = await signInWith(c, parts, form);
    if (answer.state === "signed_in") {
      return c.redirect(safePath(form.next), 303);
    }
    return answer.state === "refused"
      ? problem(c, { code: "unauthorized", detail: WRONG })
      : problem(c, {
        code: "rate_limited",
        detail: "Cannot try another password yet",
        retryAfterMs: answer.retryAfterMs,
      });
  });
  app.post("/logout", async (c) => {
    await endPresent(c, parts);
    return c.redirect("/login", 303);
  });
  return app;
}

/** Tries a password, and sets the cookie when it is right. */
export async function signInWith(
  c: AppContext,
  parts: AccountParts,
  { name, password }: { readonly name: string; readonly password: string },
): Promise<SignInAnswer> {
  const address = addressIn(c);
  const waitMs = parts.guard.posted(address);
  if (waitMs > 0) return { state: "locked", retryAfterMs: waitMs };
  const userId = typedName(name);
  const agent = agentOf(c.req.raw);
  const attempt = { userId, password, address, agent };
  return await entered(c, parts, await parts.accounts.signIn(attempt));
}

/** Hands the cookie of a sign-in over; the one the request came with ends. */
export async function entered<Answer extends SignInAnswer>(
  c: AppContext,
  parts: AccountParts,
  answer: Answer,
): Promise<Answer> {
  if (answer.state === "signed_in") {
    await endPresent(c, parts);
    setCookie(c, answer.cookie, SIGN_IN_LIFETIME_MS / 1000);
  }
  return answer;
}

/** Ends the sign-in the request came with: the cookie, the entry, its sockets. */
export async function endPresent(
  c: AppContext,
  parts: AccountParts,
): Promise<User | undefined> {
  const present = cookieOf(c.req.raw, cookieName(c.get("secure")));
  if (present === undefined) return undefined;
  // First the cookie: it must go even if the log cannot write now.
  setCookie(c, "", 0);
  const signed = parts.signIns.verify(present);
  const user = signed && parts.directory.today(signed);
  if (user !== undefined) await parts.accounts.signOut(user);
  return user;
}

/** Where a request comes from; absent only in tests. */
export function addressIn(c: AppContext): string {
  return c.env?.remoteAddress ?? "";
}
