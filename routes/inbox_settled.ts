/**
 * What a person has seen to by acting: the ballot they were asked for, the alert they
 * acknowledged or resolved. Nobody has to acknowledge that once more in their inbox.
 */
import {
  alertChannel,
  alerts,
  alertSubject,
} from "../domain/alerts/alert_commands.ts";
import { alertHands } from "../domain/alerts/hands.ts";
import { polls, pollSubject } from "../domain/consensus/polls/commands.ts";
import { placeOfVoter } from "../domain/consensus/polls/poll.ts";
import { ALERT } from "../domain/alerts/events.ts";
import { INBOX_UPDATE, isRecord } from "../domain/inbox/events.ts";
import { sessionOf, text, type Told } from "../domain/inbox/words.ts";
import { sessionChannel } from "../domain/sessions/session.ts";
import type { Commands } from "../realtime/commands.ts";

/** When its reader did what it asks for, ms since 1970; null: not yet, or it asks for nothing. */
export async function settledAt(
  commands: Pick<Commands, "state">,
  told: Told,
  userId: string,
): Promise<number | null> {
  const { type, body, at = 0 } = told;
  if (!isRecord(body)) return null;
  const sessionId = text(body.sessionId) ?? sessionOf(told);
  if (type === INBOX_UPDATE && body.event === "poll_opened") {
    const pollId = text(body.pollId);
    if (pollId === undefined || sessionId === undefined) return null;
    const round = typeof body.round === "number" ? body.round : 1;
    const place = { sessionId, pollId, round };
    return await votedAt(commands, place, userId);
  }
  const isOfAlert = type === ALERT ||
    type === INBOX_UPDATE && (body.event === "alert_assigned" ||
        body.event === "alert_escalated");
  const alertId = text(body.alertId);
  if (!isOfAlert || alertId === undefined) return null;
  const { state: hands } = await commands.state(
    alertHands,
    alertChannel(sessionId),
    alertSubject(alertId),
  );
  const acted = hands.get(userId);
  // What was told after they acted is news again.
  return acted !== undefined && acted >= at ? acted : null;
}

/** Reports whether somebody looks after the alert that was told of, or it is over. */
export async function isInHand(
  commands: Pick<Commands, "state">,
  told: Told,
): Promise<boolean> {
  const { type, body } = told;
  const alertId = isRecord(body) ? text(body.alertId) : undefined;
  if (type !== ALERT || alertId === undefined) return false;
  const { state } = await commands.state(
    alerts,
    alertChannel(sessionOf(told)),
    alertSubject(alertId),
  );
  return state.status !== "open" && state.status !== "none";
}

/** Of the round that was asked for; with its end the asking is over, too. */
async function votedAt(
  commands: Pick<Commands, "state">,
  { sessionId, pollId, round }: {
    readonly sessionId: string;
    readonly pollId: string;
    readonly round: number;
  },
  userId: string,
): Promise<number | null> {
  const { state } = await commands.state(
    polls,
    sessionChannel(sessionId),
    pollSubject(pollId),
  );
  if (state.status === "none") return null;
  if (round < state.round) {
    return state.rounds.find((one) => one.round === round)?.at ?? null;
  }
  const place = placeOfVoter(state, userId);
  return place === undefined ? null : state.box.get(place)?.at ?? null;
}
