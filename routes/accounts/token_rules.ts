/** What may be asked for when a token is made: its name, scope and end. */
import { z } from "zod";
import { PersonName } from "../../domain/accounts/account_input.ts";
import { scopesFor, TOKEN_SCOPES } from "../../domain/accounts/token_scope.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import type { User } from "../../realtime/user.ts";
import type { AppContext } from "../env.ts";

const DAY_MS = 24 * 60 * 60_000;

/** Days a token lives at most: one that is forgotten ends by itself. */
export const MAX_TOKEN_DAYS = 365;

export const TokenRequest = z.object({
  name: PersonName,
  scope: z.enum(TOKEN_SCOPES).default("read"),
  days: z.coerce.number<string | number>().int("Whole days").min(1)
    .max(MAX_TOKEN_DAYS, `At most ${MAX_TOKEN_DAYS} days`).default(90),
});
export type TokenRequest = z.infer<typeof TokenRequest>;

/** When a token made now ends, ms since 1970. */
export function tokenEnd(now: number, days: number): number {
  return now + days * DAY_MS;
}

/** @throws {RealtimeError} `forbidden` for a scope that is more than the user has */
export function demandScope(user: User, scope: TokenRequest["scope"]): void {
  if (scopesFor(user.roles).includes(scope)) return;
  throw new RealtimeError("forbidden", "Cannot give more than you have", {
    reason: "not_allowed",
  });
}

/**
 * A token makes no further ones: who has stolen one must not stay when it ends.
 *
 * @throws {RealtimeError} `forbidden`
 */
export function demandInPerson(c: AppContext): void {
  if (c.get("identity")?.by === "cookie") return;
  throw new RealtimeError("forbidden", "Cannot do this with a token", {
    reason: "in_person",
  });
}
