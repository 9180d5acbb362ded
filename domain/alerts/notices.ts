/** Whom an alert tells on their own channel: who it is assigned to, and who leads when it is late. */
import type { DomainEvent, Notice, RecordedEvent } from "../decider.ts";
import { alertWasAssigned, alertWasEscalated } from "../inbox/events.ts";
import { textOf, textsOf } from "../read_json.ts";
import { userChannel } from "../user_id.ts";
import type { AlertState } from "./alert.ts";

/** Nobody is told of what they did themselves; `state` is the state after `event`. */
export function notices(
  state: AlertState,
  { body, sender }: RecordedEvent,
): readonly Notice[] {
  if (state.status === "none" || body === null) return [];
  const { assignee, alertId, sessionId, title, severity } = state;
  const about = { alertId, sessionId, title, severity };
  if (body.event === "alert_assigned") {
    if (assignee === null || assignee.userId === sender) return [];
    const by = textOf(body.name) ?? "Someone";
    return told([assignee.userId], alertWasAssigned({ ...about, by }));
  }
  // Everyone reads of those of the house; of a session's, only who is in its room now.
  if (body.event !== "alert_escalated" || sessionId === null) return [];
  const to = new Set(textsOf(body.to));
  if (assignee !== null) to.add(assignee.userId);
  return told([...to], alertWasEscalated(about));
}

function told(
  userIds: readonly string[],
  event: DomainEvent,
): readonly Notice[] {
  return userIds.flatMap((userId) => {
    const channel = userChannel(userId);
    return channel === undefined ? [] : [{ channel, event }];
  });
}
