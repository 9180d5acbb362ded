/** Who may what over HTTP and in channels. Denies whatever it does not know. */
import type { User } from "../realtime/user.ts";
import { type Role, ROLES } from "./auth_sign_ins.ts";

export type { Role };

/** Whether one of the user's roles is at least `least`, outside any session. */
export function hasRole(user: User, least: Role): boolean {
  return user.roles.some((role) => rankOf(role) >= rankOf(least));
}

/** Roles by what they may, from 0; a role nobody knows may nothing. */
function rankOf(role: string): number {
  return ROLES.findIndex((known) => known === role);
}
