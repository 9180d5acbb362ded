/** Who may do what: one pure function, asked by everything, that denies what it does not know (P8). */
import type { RoleName } from "./decider.ts";
import { userOfChannel } from "./user_id.ts";

/** Roles from least to most; each may do what those before it may. */
export const ROLES = [
  "observer",
  "member",
  "facilitator",
  "admin",
] as const satisfies readonly RoleName[];

/** Who acts without an account: the service token, and the server itself. */
export const SERVER_USER_IDS: readonly string[] = ["service", "regulens"];

export interface Actor {
  readonly userId: string;
  readonly roles: readonly string[];
}

/** What of a session its access rests on; a session's state and its row in the list both fit. */
export interface SessionAccess {
  /** Every signed-in user may see it. */
  readonly open: boolean;
  readonly openedBy: string;
  /** Also those who left and may come back; not those who were removed. */
  readonly participants: readonly {
    readonly userId: string;
    readonly role: RoleName;
  }[];
}

/** What is asked about. `session` is absent when there is none of that id. */
export type Subject =
  | {
    readonly kind: "channel";
    readonly channel: string;
    readonly session?: SessionAccess;
  }
  | { readonly kind: "session"; readonly session?: SessionAccess }
  | { readonly kind: "user"; readonly userId: string }
  | { readonly kind: "server" };

export type Action =
  | "read"
  | "publish"
  | "message"
  | "disconnect"
  | "issue_ticket"
  | "see_stats"
  | "see_connections"
  | "close_connection"
  | "subscribe_connection"
  | "broadcast"
  | "see_operations"
  | "see_log_lines"
  | "change_cache"
  | "manage_users"
  | "open_session";

/** Channels every signed-in user reads and only the server writes. */
const SHARED_CHANNELS = ["alerts", "rules", "decisions", "learning", "jobs"];

/** Least role for what is done to the server as a whole. */
const SERVER_ACTIONS: ReadonlyMap<Action, RoleName> = new Map([
  ["see_stats", "observer"],
  ["see_operations", "facilitator"],
  ["broadcast", "facilitator"],
  ["open_session", "facilitator"],
  ["change_cache", "admin"],
  ["manage_users", "admin"],
  ["see_connections", "admin"],
  ["see_log_lines", "admin"],
  ["close_connection", "admin"],
  ["subscribe_connection", "admin"],
]);

/** Reports whether `user` may do `action` to `subject`. A user without a known role may nothing. */
export function may(user: Actor, action: Action, subject: Subject): boolean {
  if (!hasRole(user, "observer")) return false;
  switch (subject.kind) {
    case "channel":
      if (action === "read") return mayReadChannel(user, subject);
      return action === "publish" && mayPublish(user, subject.channel);
    case "session":
      return action === "read" && maySee(user, subject.session);
    case "user":
      return mayToUser(user, action, subject.userId);
    case "server": {
      const least = SERVER_ACTIONS.get(action);
      return least !== undefined && hasRole(user, least);
    }
    default:
      return false;
  }
}

/** Reports whether a user has at least this role outside any session. */
export function hasRole(user: Actor, least: RoleName): boolean {
  const rank = ROLES.indexOf(least);
  return ROLES.some((role, i) => i >= rank && user.roles.includes(role));
}

/** The user's highest known role; undefined when there is none. */
export function highestRole(user: Actor): RoleName | undefined {
  return ROLES.findLast((role) => user.roles.includes(role));
}

/** The role that counts in a channel: the participant's inside a session, elsewhere the user's. */
export function roleIn(
  user: Actor,
  session?: SessionAccess,
): RoleName | undefined {
  const inside = session?.participants
    .find(({ userId }) => userId === user.userId)?.role;
  if (inside !== undefined) return inside;
  // Looking in from outside gives no say, but an admin keeps theirs.
  if (session && !hasRole(user, "admin")) return "observer";
  return highestRole(user);
}

function mayReadChannel(
  user: Actor,
  { channel, session }: { channel: string; session?: SessionAccess },
): boolean {
  if (channel.startsWith("topic:")) return true;
  if (channel.startsWith("session:")) return maySee(user, session);
  if (channel.startsWith("user:")) {
    return userOfChannel(channel) === user.userId;
  }
  if (channel === "ops") return hasRole(user, "facilitator");
  if (channel === "audit") return hasRole(user, "admin");
  return SHARED_CHANNELS.includes(channel);
}

function mayPublish(user: Actor, channel: string): boolean {
  if (channel === "topic:all") return hasRole(user, "facilitator");
  return channel.startsWith("topic:") && hasRole(user, "member");
}

function maySee(user: Actor, session: SessionAccess | undefined): boolean {
  if (session === undefined) return false;
  return session.open || session.openedBy === user.userId ||
    session.participants.some(({ userId }) => userId === user.userId) ||
    hasRole(user, "admin");
}

function mayToUser(user: Actor, action: Action, userId: string): boolean {
  if (action === "message") return hasRole(user, "member");
  if (action === "disconnect") return hasRole(user, "admin");
  return action === "issue_ticket" &&
    (userId === user.userId || hasRole(user, "admin"));
}
