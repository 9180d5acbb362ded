/** Whom a decision tells on their own channel: those who scored, of what was chosen. */
import type { Notice, RecordedEvent } from "../../decider.ts";
import { decisionWasClosed } from "../../inbox/events.ts";
import { textOf } from "../../read_json.ts";
import { hearing } from "../../sessions/hearing.ts";
import type { SessionState } from "../../sessions/session.ts";
import { userChannel } from "../../user_id.ts";
import type { DecisionState } from "./live_decision.ts";

/**
 * Nobody is told of what they did themselves, nor of a session they may not see any more;
 * `state` is the state after `event`.
 */
export function notices(
  state: DecisionState,
  { body, sender }: RecordedEvent,
  { session }: { readonly session?: SessionState } = {},
): readonly Notice[] {
  if (state.status === "none" || body?.event !== "decision_closed") return [];
  const { decisionId, sessionId, title, alternatives, chosen } = state;
  const event = decisionWasClosed({
    decisionId,
    sessionId,
    title,
    by: textOf(body.name) ?? "Someone",
    chosen: alternatives.find(({ id }) => id === chosen)?.label ?? null,
  });
  const concerned = new Set([state.openedBy, ...state.sheets.keys()]);
  const mayHear = hearing(session);
  return [...concerned].flatMap((userId) => {
    const channel = userChannel(userId);
    return channel === undefined || userId === sender || !mayHear(userId)
      ? []
      : [{ channel, event }];
  });
}
