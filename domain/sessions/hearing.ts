/** Who may be told on their own channel of what happens in a session. */
import { may } from "../access.ts";
import type { SessionState } from "./session.ts";

/**
 * Whoever was removed from a session that is not open hears no more of it, also not as a voter
 * of a poll that was opened before. What house role someone has is not known here.
 *
 * @param session Undefined where it belongs to none: everyone may be told.
 */
export function hearing(
  session: SessionState | undefined,
): (userId: string) => boolean {
  if (session === undefined) return () => true;
  if (session.status === "none") return () => false;
  const { open, openedBy } = session;
  const inside = new Map(session.participants.map((one) => [one.userId, one]));
  return (userId) => {
    const own = inside.get(userId);
    const participants = own ? [own] : [];
    const user = { userId, roles: ["observer"] };
    const access = { open, openedBy, participants };
    return may(user, "read", { kind: "session", session: access });
  };
}
