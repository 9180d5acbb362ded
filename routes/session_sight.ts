/** The session that something belongs to, as far as somebody may see it. */
import { Id } from "../domain/common_input.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Session, SessionState } from "../domain/sessions/session.ts";
import { sessionPlace } from "../domain/sessions/session_place.ts";
import { isVisible } from "../domain/sessions/voice.ts";
import type { Commands, Snapshot } from "../realtime/commands.ts";
import type { Json } from "../realtime/json.ts";
import type { User } from "../realtime/user.ts";
import { isJsonObject } from "./json_body.ts";

/** As it is, whoever asks. */
export async function readSession(
  commands: Pick<Commands, "state">,
  sessionId: string,
): Promise<Snapshot<SessionState>> {
  const { area, channel, subject } = sessionPlace(sessionId);
  return await commands.state(area, channel, subject);
}

/** Null where there is none for this reader. */
export async function seenSession(
  commands: Pick<Commands, "state">,
  user: User,
  sessionId: string,
): Promise<Session | null> {
  // Anything else was never given out: it need not be looked for.
  if (!Id.safeParse(sessionId).success) return null;
  const { state } = await readSession(commands, sessionId);
  return isVisible(state, user) ? state : null;
}

/** @param sessionId Null for what belongs to the whole house. */
export async function maySeeSession(
  commands: Pick<Commands, "state">,
  user: User,
  sessionId: string | null,
): Promise<boolean> {
  return sessionId === null ||
    await seenSession(commands, user, sessionId) !== null;
}

/** Where one may not even look, there is nothing. @throws {Refusal} `session_not_found` */
export async function demandSessionSight(
  commands: Pick<Commands, "state">,
  user: User,
  sessionId: string,
): Promise<void> {
  if (await maySeeSession(commands, user, sessionId)) return;
  throw new Refusal("session_not_found");
}

/** The session that a row of a view belongs to. */
export function sessionOfRow(data: Json): string | null {
  return isJsonObject(data) && typeof data.sessionId === "string"
    ? data.sessionId
    : null;
}
