/** One person's account: who they are, how they sign in, what acts for them. The fold of its events. */
import type { Json, RecordedEvent, RoleName } from "../decider.ts";
import { numberOf, recordOf, textOf, textsOf } from "../read_json.ts";
import { ACCOUNT } from "./events.ts";
import type { TokenScope } from "./token_scope.ts";

/** Sign-ins of one person at most; with another, the oldest ends. */
export const MAX_SIGN_INS = 50;

/** A password as it is kept: scrypt (RFC 7914), salt and key in Base64. */
export interface PasswordHash {
  readonly algorithm: "scrypt";
  readonly cost: number;
  readonly blockSize: number;
  readonly parallelism: number;
  readonly salt: string;
  readonly key: string;
}

export interface SignIn {
  readonly id: string;
  /** ms since 1970, like every time here. */
  readonly at: number;
  readonly expiresAt: number;
  /** Such as "Firefox on Linux"; empty when the browser did not say. */
  readonly agent: string;
  /** To the day. */
  readonly seenAt: number;
}

export interface ApiToken {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of its text, 64 hex digits. */
  readonly hash: string;
  readonly scope: TokenScope;
  readonly at: number;
  readonly expiresAt: number;
  /** To the day; null while it was never used. */
  readonly usedAt: number | null;
}

/** A link that sets a password once. */
export interface PasswordLink {
  /** SHA-256 of its secret, 64 hex digits. */
  readonly hash: string;
  readonly expiresAt: number;
}

/** Wrong passwords in a row, and until when nothing is tried. */
export interface SignInLock {
  readonly failures: number;
  readonly until: number;
}

export type AccountStatus = "none" | "invited" | "active" | "deactivated";

export interface Account {
  readonly status: AccountStatus;
  readonly userId: string;
  readonly name: string;
  readonly role: RoleName;
  /** Who vouches for them: a password here, or the provider. */
  readonly source: "password" | "oidc";
  /** `offset` names the entry it was set with: no two passwords share one. */
  readonly password: PasswordHash & { readonly offset: number } | null;
  readonly link: PasswordLink | null;
  /** Oldest first. */
  readonly signIns: readonly SignIn[];
  readonly tokens: readonly ApiToken[];
  readonly lock: SignInLock | null;
  readonly createdAt: number;
  /** The entry it was last changed with. */
  readonly offset: number;
}

export function initial(): Account {
  return {
    status: "none",
    userId: "",
    name: "",
    role: "observer",
    source: "password",
    password: null,
    link: null,
    signIns: [],
    tokens: [],
    lock: null,
    createdAt: 0,
    offset: 0,
  };
}

/** Folds one entry in; what it does not know changes nothing. */
export function evolve(account: Account, event: RecordedEvent): Account {
  const { type, v, body, offset } = event;
  if (type !== ACCOUNT || v !== 1 || body === null) return account;
  const changed = changedBy(account, event, body);
  return changed === account ? account : { ...changed, offset };
}

function changedBy(
  account: Account,
  { at, offset }: RecordedEvent,
  body: { readonly event: string; readonly [key: string]: Json },
): Account {
  const { signIns, tokens } = account;
  switch (body.event) {
    case "account_invited":
      return {
        ...account,
        ...whoIn(body),
        status: "invited",
        source: "password",
        link: linkOf(body.link),
        createdAt: account.createdAt || at,
      };
    case "account_admitted":
      return {
        ...account,
        ...whoIn(body),
        status: "active",
        source: "oidc",
        createdAt: at,
      };
    case "password_link_made":
      return { ...account, link: linkOf(body.link) };
    case "password_set": {
      const password = passwordOf(body.password);
      if (password === null) return account;
      return {
        ...account,
        name: textOf(body.name) ?? account.name,
        status: "active",
        password: { ...password, offset },
        link: null,
        // Whoever knew the old one is out.
        signIns: [],
        lock: null,
      };
    }
    case "signed_in": {
      const id = textOf(body.signInId);
      const expiresAt = numberOf(body.expiresAt);
      if (id === null || expiresAt === null) return account;
      const agent = textOf(body.agent) ?? "";
      const alive = signIns.filter((one) => one.expiresAt > at);
      const all = [...alive, { id, at, expiresAt, agent, seenAt: at }];
      return { ...account, signIns: all.slice(-MAX_SIGN_INS), lock: null };
    }
    case "sign_in_ended":
      return {
        ...account,
        signIns: signIns.filter(({ id }) => id !== body.signInId),
      };
    case "sign_ins_ended":
      return { ...account, signIns: [] };
    case "account_seen": {
      const seen = new Set(textsOf(body.ids));
      return {
        ...account,
        signIns: signIns.map((one) =>
          seen.has(one.id) ? { ...one, seenAt: at } : one
        ),
        tokens: tokens.map((one) =>
          seen.has(one.id) ? { ...one, usedAt: at } : one
        ),
      };
    }
    case "sign_in_locked":
      return {
        ...account,
        lock: {
          failures: numberOf(body.failures) ?? 0,
          until: numberOf(body.until) ?? 0,
        },
      };
    case "role_changed":
      return { ...account, role: roleOf(body.role) };
    case "account_renamed":
      return { ...account, name: textOf(body.name) ?? account.name };
    case "account_deactivated":
      return {
        ...account,
        status: "deactivated",
        link: null,
        signIns: [],
        tokens: [],
      };
    case "account_reactivated":
      return {
        ...account,
        status: account.source === "oidc" || account.password
          ? "active"
          : "invited",
      };
    case "token_made": {
      const token = tokenOf(body, at);
      if (token === null) return account;
      const alive = tokens.filter((one) => one.expiresAt > at);
      return { ...account, tokens: [...alive, token] };
    }
    case "token_revoked":
      return {
        ...account,
        tokens: tokens.filter(({ id }) => id !== body.tokenId),
      };
    default:
      return account;
  }
}

function whoIn(body: { readonly [key: string]: Json }) {
  const userId = textOf(body.userId) ?? "";
  return { userId, name: textOf(body.name) ?? userId, role: roleOf(body.role) };
}

function roleOf(value: Json | undefined): RoleName {
  const role = textOf(value);
  return role === "admin" || role === "facilitator" || role === "member"
    ? role
    : "observer";
}

function linkOf(value: Json | undefined): PasswordLink | null {
  const link = recordOf(value);
  const hash = textOf(link?.hash);
  const expiresAt = numberOf(link?.expiresAt);
  return hash === null || expiresAt === null ? null : { hash, expiresAt };
}

function passwordOf(value: Json | undefined): PasswordHash | null {
  const kept = recordOf(value);
  const cost = numberOf(kept?.cost);
  const blockSize = numberOf(kept?.blockSize);
  const parallelism = numberOf(kept?.parallelism);
  const salt = textOf(kept?.salt);
  const key = textOf(kept?.key);
  if (cost === null || blockSize === null || parallelism === null) return null;
  if (kept?.algorithm !== "scrypt" || salt === null || key === null) {
    return null;
  }
  return { algorithm: "scrypt", cost, blockSize, parallelism, salt, key };
}

function tokenOf(
  body: { readonly [key: string]: Json },
  at: number,
): ApiToken | null {
  const id = textOf(body.tokenId);
  const hash = textOf(body.hash);
  const expiresAt = numberOf(body.expiresAt);
  if (id === null || hash === null || expiresAt === null) return null;
  const scope = body.scope === "admin" || body.scope === "write"
    ? body.scope
    : "read";
  const name = textOf(body.name) ?? "";
  return { id, name, hash, scope, at, expiresAt, usedAt: null };
}
