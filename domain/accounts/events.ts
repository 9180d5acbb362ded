/** What happens to accounts, as entries of a channel that nobody reads but the server. */
import type { DomainEvent, Json } from "../decider.ts";

/** Type of the entries. */
export const ACCOUNT = "ACCOUNT";

/** Server-only: it holds what passwords and tokens are checked against (P8: `sealed:*`). */
export const ACCOUNTS_CHANNEL = "sealed:users";

export type AccountEventName =
  | "account_invited"
  | "account_admitted"
  | "account_renamed"
  | "account_deactivated"
  | "account_reactivated"
  | "account_seen"
  | "password_link_made"
  | "password_set"
  | "role_changed"
  | "signed_in"
  | "sign_in_ended"
  | "sign_ins_ended"
  | "sign_in_locked"
  | "token_made"
  | "token_revoked";

export function happened(
  event: AccountEventName,
  userId: string,
  body: { readonly [key: string]: Json } = {},
): DomainEvent {
  return { type: ACCOUNT, v: 1, body: { event, userId, ...body } };
}
