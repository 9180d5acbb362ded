/** What an API token may do: a part of what its owner may, never more. */
import { highestRole, ROLES } from "../access.ts";
import type { RoleName } from "../decider.ts";

/**
 * `read` changes nothing; `write` does what its owner may, but for what takes an admin;
 * `admin` does what its owner may.
 */
export const TOKEN_SCOPES = ["read", "write", "admin"] as const;
export type TokenScope = typeof TOKEN_SCOPES[number];

const MOST = {
  read: "observer",
  write: "facilitator",
  admin: "admin",
} as const satisfies Record<TokenScope, RoleName>;

/** The role a token acts with: its owner's, at most what the scope gives. */
export function roleOfToken(role: RoleName, scope: TokenScope): RoleName {
  const least = Math.min(ROLES.indexOf(role), ROLES.indexOf(MOST[scope]));
  return ROLES[least];
}

/** The scopes that make a difference to somebody with these roles. */
export function scopesFor(roles: readonly string[]): readonly TokenScope[] {
  const role = highestRole({ userId: "", roles });
  if (role === undefined) return [];
  if (role === "admin") return TOKEN_SCOPES;
  return role === "observer" ? ["read"] : ["read", "write"];
}
