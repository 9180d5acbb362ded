/** Whom an alert tells on their own channel: the one it is assigned to. */
import type { Notice, RecordedEvent } from "../decider.ts";
import { alertWasAssigned } from "../inbox/events.ts";
import { textOf } from "../read_json.ts";
import { userChannel } from "../user_id.ts";
import type { AlertState } from "./alert.ts";

/** Nobody is told of what they did themselves; `state` is the state after `event`. */
export function notices(
  state: AlertState,
  { body, sender }: RecordedEvent,
): readonly Notice[] {
  if (state.status === "none" || body?.event !== "alert_assigned") return [];
  const { assignee, alertId, sessionId, title, severity } = state;
  if (assignee === null || assignee.userId === sender) return [];
  const channel = userChannel(assignee.userId);
  const by = textOf(body.name) ?? "Someone";
  const event = alertWasAssigned({ alertId, sessionId, title, severity, by });
  return channel === undefined ? [] : [{ channel, event }];
}
