/** Who sees a session and who has a say in it, for everything that happens inside one. */
import { hasRole, may } from "../access.ts";
import type { Context } from "../decider.ts";
import { Refusal } from "../refusal.ts";
import type { Session, SessionState } from "./session.ts";

type User = Context["user"];

export function isVisible(
  session: SessionState,
  user: User,
): session is Session {
  return session.status !== "none" &&
    may(user, "read", { kind: "session", session });
}

/**
 * Reports whether someone has a say: inside a session its own roles count.
 *
 * @param session Undefined for what belongs to none: then every member has one.
 */
export function hasVoice(
  user: User,
  session: SessionState | undefined,
): boolean {
  if (session === undefined) return hasRole(user, "member");
  if (session.status === "none") return false;
  const inside = session.participants
    .find(({ userId }) => userId === user.userId);
  if (inside && inside.status !== "left") return inside.role !== "observer";
  return hasRole(user, "admin");
}

/**
 * Whoever may not see a session learns nothing of it, not even that it exists.
 *
 * @throws {Refusal} `session_not_found`
 */
export function demandSight(
  session: SessionState | undefined,
  user: User,
): void {
  if (session === undefined || isVisible(session, user)) return;
  throw new Refusal("session_not_found");
}

/**
 * For what is added to an open session by those who have a say in it.
 *
 * @throws {Refusal} `session_not_found`, `session_closed` or `not_allowed`
 */
export function demandOpenVoice(session: SessionState, user: User): void {
  demandSight(session, user);
  if (session.status === "closed") throw new Refusal("session_closed");
  if (!hasVoice(user, session)) throw new Refusal("not_allowed");
}
