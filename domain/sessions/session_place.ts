/** Where a session's own entries lie, for whatever rests on a session. */
import type { Place } from "../decider.ts";
import { sessions } from "./commands.ts";
import { sessionChannel, type SessionState } from "./session.ts";
import { SESSION_SUBJECT } from "./view.ts";

/** For `CommandDeclaration.also`, and to read a session's state by. */
export function sessionPlace(sessionId: string): Place<SessionState> {
  const channel = sessionChannel(sessionId);
  return { area: sessions, channel, subject: SESSION_SUBJECT };
}

/** The same for `also`, of what may belong to a session or to the whole house. */
export function sessionIfAny(
  sessionId: string | undefined,
): { readonly session?: Place<SessionState> } {
  return sessionId === undefined ? {} : { session: sessionPlace(sessionId) };
}
