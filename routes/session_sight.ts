/** Whether somebody may see the session that something belongs to, for lists and single reads. */
import { Refusal } from "../domain/refusal.ts";
import { sessions } from "../domain/sessions/commands.ts";
import { sessionChannel } from "../domain/sessions/session.ts";
import { SESSION_SUBJECT } from "../domain/sessions/view.ts";
import { isVisible } from "../domain/sessions/voice.ts";
import type { Commands } from "../realtime/commands.ts";
import type { Json } from "../realtime/json.ts";
import type { User } from "../realtime/user.ts";
import { isJsonObject } from "./json_body.ts";

/** @param sessionId Null for what belongs to the whole house. */
export async function maySeeSession(
  commands: Pick<Commands, "state">,
  user: User,
  sessionId: string | null,
): Promise<boolean> {
  if (sessionId === null) return true;
  const { state } = await commands.state(
    sessions,
    sessionChannel(sessionId),
    SESSION_SUBJECT,
  );
  return isVisible(state, user);
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
