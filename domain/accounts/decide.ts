/** Which changes of an account are allowed, and by whom: the person, an admin, or the server. */
import { SERVER_USER_IDS } from "../access.ts";
import type { Context, DomainEvent } from "../decider.ts";
import { Refusal } from "../refusal.ts";
import type { Account } from "./account.ts";
import type { Change } from "./account_input.ts";
import { happened } from "./events.ts";

/** API tokens of one person at most. */
export const MAX_TOKENS = 50;

export interface AccountCommand {
  readonly userId: string;
  readonly change: Change;
}

export interface AccountAlso {
  /** The account of who asks; absent when that is the person or the server. */
  readonly actor?: Account;
}

/** @throws {Refusal} */
export function decide(
  account: Account,
  { userId, change }: AccountCommand,
  context: Context<AccountAlso>,
): readonly DomainEvent[] {
  const { user, now } = context;
  switch (change.kind) {
    case "invite": {
      demandAdmin(account, context);
      const isNew = account.status === "none" || account.status === "invited";
      if (!isNew) throw new Refusal("account_exists");
      const { name, role, link } = change;
      return [happened("account_invited", userId, { name, role, link })];
    }
    case "link":
      demandAdmin(account, context);
      demandActive(account);
      if (account.source === "oidc") throw new Refusal("account_of_provider");
      return [
        happened("password_link_made", userId, { link: change.link }),
      ];
    case "accept": {
      const { link, status } = account;
      const isAlive = (status === "invited" || status === "active") &&
        link !== null && link.expiresAt > now && link.hash === change.linkHash;
      if (!isAlive) throw new Refusal("link_dead");
      // A link to a new password renames nobody.
      const name = status === "invited" ? change.name : undefined;
      return [
        happened("password_set", userId, {
          password: change.password,
          ...name !== undefined && { name },
        }),
      ];
    }
    case "password":
      demandSelf(userId, context);
      demandPassword(account, change.basedOn);
      return [happened("password_set", userId, { password: change.password })];
    case "sign_in":
      demandSelf(userId, context);
      demandPassword(account, change.basedOn);
      return [signedIn(userId, change.signIn)];
    case "admit":
      demandSelf(userId, context);
      return admit(account, { ...change, userId });
    case "end_sign_in":
      demandSelfOrAdmin(account, { ...context, userId });
      return account.signIns.some(({ id }) => id === change.signInId)
        ? [happened("sign_in_ended", userId, { signInId: change.signInId })]
        : [];
    case "end_sign_ins":
      demandSelfOrAdmin(account, { ...context, userId });
      return account.signIns.length > 0
        ? [happened("sign_ins_ended", userId)]
        : [];
    case "seen":
      demandSelf(userId, context);
      return account.status === "active"
        ? [happened("account_seen", userId, { ids: change.ids })]
        : [];
    case "lock": {
      if (!isServer(user.userId)) throw new Refusal("not_allowed");
      if (account.status === "none") return [];
      const { failures, until } = change;
      return [happened("sign_in_locked", userId, { failures, until })];
    }
    case "role":
      demandAdmin(account, context);
      demandKnown(account);
      if (account.source === "oidc") throw new Refusal("account_of_provider");
      if (account.role === change.role) return [];
      // So one admin is always left: whoever acts is one, and stays one.
      if (user.userId === userId) throw new Refusal("own_account");
      return [happened("role_changed", userId, { role: change.role })];
    case "deactivate":
      demandAdmin(account, context);
      demandKnown(account);
      if (user.userId === userId) throw new Refusal("own_account");
      return account.status === "deactivated"
        ? []
        : [happened("account_deactivated", userId)];
    case "reactivate":
      demandAdmin(account, context);
      demandKnown(account);
      return account.status === "deactivated"
        ? [happened("account_reactivated", userId)]
        : [];
    case "make_token": {
      demandSelf(userId, context);
      demandActive(account);
      const living = account.tokens.filter((one) => one.expiresAt > now);
      if (living.length >= MAX_TOKENS) throw new Refusal("too_many_tokens");
      const { id: tokenId, ...token } = change.token;
      return [happened("token_made", userId, { tokenId, ...token })];
    }
    case "revoke_token":
      demandSelfOrAdmin(account, { ...context, userId });
      return account.tokens.some(({ id }) => id === change.tokenId)
        ? [happened("token_revoked", userId, { tokenId: change.tokenId })]
        : [];
  }
}

/** Somebody the provider vouches for: their name and role are what it says now. */
function admit(
  account: Account,
  { userId, name, role, signIn }:
    & Extract<Change, { kind: "admit" }>
    & { readonly userId: string },
): readonly DomainEvent[] {
  if (account.status === "none") {
    return [
      happened("account_admitted", userId, { name, role }),
      signedIn(userId, signIn),
    ];
  }
  // The provider's "ana" need not be the "ana" who had a password here.
  if (account.source !== "oidc") throw new Refusal("account_exists");
  demandActive(account);
  return [
    ...account.name === name
      ? []
      : [happened("account_renamed", userId, { name })],
    ...account.role === role
      ? []
      : [happened("role_changed", userId, { role })],
    signedIn(userId, signIn),
  ];
}

function signedIn(
  userId: string,
  { id: signInId, agent, expiresAt }: {
    readonly id: string;
    readonly agent: string;
    readonly expiresAt: number;
  },
): DomainEvent {
  return happened("signed_in", userId, { signInId, agent, expiresAt });
}

function isServer(userId: string): boolean {
  return SERVER_USER_IDS.includes(userId);
}

/** As the log has it now, not as they signed in: two admins cannot put each other out. */
function demandAdmin(
  account: Account,
  { user, also }: Context<AccountAlso>,
): void {
  if (isServer(user.userId)) return;
  const actor = also.actor ?? account;
  const isAdmin = actor.userId === user.userId &&
    actor.status === "active" && actor.role === "admin";
  if (!isAdmin) throw new Refusal("not_allowed");
}

function demandSelf(userId: string, { user }: Context<AccountAlso>): void {
  if (user.userId !== userId) throw new Refusal("not_allowed");
}

function demandSelfOrAdmin(
  account: Account,
  { userId, ...context }: Context<AccountAlso> & { readonly userId: string },
): void {
  if (context.user.userId !== userId) demandAdmin(account, context);
}

function demandKnown(account: Account): void {
  if (account.status === "none") throw new Refusal("account_not_found");
}

function demandActive(account: Account): void {
  demandKnown(account);
  if (account.status !== "active") throw new Refusal("account_inactive");
}

/** @param basedOn Which password was known to the caller; it may have changed since. */
function demandPassword(account: Account, basedOn: number): void {
  demandActive(account);
  if (account.password?.offset !== basedOn) {
    throw new Refusal("password_changed");
  }
}
