/** The way over the provider and back: what happens at `/login/oidc` and below. */
import { Hono } from "hono";
import { Refusal } from "../../domain/refusal.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import { cookieOf } from "../auth_identify.ts";
import { safePath } from "../auth.ts";
import type { AppContext, Env } from "../env.ts";
import type { AccountParts } from "./account_parts.ts";
import { agentOf } from "./agent.ts";
import { addressIn, endPresent, entered } from "./auth_routes.ts";
import { type Oidc, OidcRefusal } from "./oidc.ts";
import { TRANSACTION_LIFETIME_MS } from "./oidc_transaction.ts";

export const OIDC_PATH = "/login/oidc";

/** Why somebody is back at `/login`; the page has the words. */
export type LoginProblem =
  | "busy"
  | "deactivated"
  | "not_admitted"
  | "refused"
  | "unavailable";

/** @param options.ownOrigin How the browser reaches us, such as `https://app.example`. */
export function oidcRoutes(
  { oidc, ...parts }: AccountParts & { readonly oidc: Oidc },
  { ownOrigin }: { readonly ownOrigin: (c: AppContext) => string },
): Hono<Env> {
  const { transactions, accounts, guard, logger } = parts;
  const app = new Hono<Env>();
  const back = (c: AppContext, problem: LoginProblem) =>
    c.redirect(`/login?problem=${problem}`, 303);

  app.get(OIDC_PATH, async (c) => {
    if (guard.posted(addressIn(c)) > 0) return back(c, "busy");
    const next = safePath(c.req.query("next"));
    const redirectUri = `${ownOrigin(c)}${OIDC_PATH}/callback`;
    try {
      const { url, transaction } = await oidc.begin(redirectUri, next);
      setTransaction(c, transactions.seal(transaction));
      return c.redirect(url.href, 303);
    } catch (error) {
      return back(c, problemOf(error, logger));
    }
  });

  app.get(`${OIDC_PATH}/callback`, async (c) => {
    const kept = cookieOf(c.req.raw, transactionCookie(c));
    const transaction = kept === undefined
      ? undefined
      : transactions.open(kept);
    // Whatever comes of it: a second answer to the same question is not taken.
    setTransaction(c, undefined);
    if (transaction === undefined) return back(c, "refused");
    const { search } = new URL(c.req.url);
    try {
      const person = await oidc.finish(search, transaction);
      const admitted = await accounts.admit(person, agentOf(c.req.raw));
      await entered(c, { ...parts, oidc }, {
        state: "signed_in",
        ...admitted,
      });
      setTransaction(c, undefined);
      return c.redirect(safePath(transaction.next), 303);
    } catch (error) {
      return back(c, problemOf(error, logger));
    }
  });

  app.post("/logout", async (c) => {
    await endPresent(c, { ...parts, oidc });
    return c.redirect("/login?out=1", 303);
  });

  // A redirect straight from the form is what our own form-action forbids.
  app.get(`${OIDC_PATH}/end`, async (c) => {
    const url = await oidc.endUrl(`${ownOrigin(c)}/login`)
      .catch(() => undefined);
    return c.redirect(url?.href ?? "/login", 303);
  });
  return app;
}

function problemOf(
  error: unknown,
  logger: AccountParts["logger"],
): LoginProblem {
  if (error instanceof OidcRefusal) {
    const { reason, cause } = error;
    const why = cause instanceof Error ? cause.message : undefined;
    logger.info("sign-in refused", { reason, why });
    return reason;
  }
  if (error instanceof Refusal) {
    logger.info("sign-in refused", { reason: error.code });
    return error.code === "account_inactive" ? "deactivated" : "refused";
  }
  if (error instanceof RealtimeError && error.code === "unavailable") {
    logger.warn("cannot reach the provider", { error });
    return "unavailable";
  }
  throw error;
}

function transactionCookie(c: AppContext): string {
  return c.get("secure") ? "__Host-regulens-oidc" : "regulens-oidc";
}

/** Lax, because the browser comes back from another site. */
function setTransaction(c: AppContext, value: string | undefined): void {
  const seconds = value === undefined ? 0 : TRANSACTION_LIFETIME_MS / 1000;
  const attributes = [
    `${transactionCookie(c)}=${value ?? ""}`,
    `Max-Age=${seconds}`,
    "Path=/",
    "HttpOnly",
    "SameSite=Lax",
    ...c.get("secure") ? ["Secure"] : [],
  ];
  c.header("Set-Cookie", attributes.join("; "), { append: true });
}
