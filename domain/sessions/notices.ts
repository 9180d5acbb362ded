/** Whom a session tells on their own channel: those it concerns who may not be looking. */
import type { Notice, RecordedEvent } from "../decider.ts";
import {
  addedToSession,
  removedFromSession,
  sessionWasClosed,
} from "../inbox/events.ts";
import { userChannel } from "../user_id.ts";
import type { Session, SessionState } from "./session.ts";

/** Nobody is told of what they did themselves; `state` is the state after `event`. */
export function notices(
  state: SessionState,
  event: RecordedEvent,
): readonly Notice[] {
  const { body, sender } = event;
  if (state.status === "none" || body === null) return [];
  const about = {
    sessionId: state.id,
    title: state.title,
    by: nameOf(state, sender),
  };
  const present = state.participants.filter(({ status }) => status !== "left")
    .map(({ userId }) => userId);
  switch (body.event) {
    case "session_opened":
      return tell(present, sender, addedToSession(about));
    case "participant_joined":
      return tell([body.userId], sender, addedToSession(about));
    case "participant_left":
      return body.reason === "removed"
        ? tell([body.userId], sender, removedFromSession(about))
        : [];
    case "session_closed":
      return tell(present, sender, sessionWasClosed(about));
    default:
      return [];
  }
}

function tell(
  userIds: readonly unknown[],
  sender: string | null,
  event: Notice["event"],
): readonly Notice[] {
  return userIds.flatMap((userId) => {
    if (typeof userId !== "string" || userId === sender) return [];
    const channel = userChannel(userId);
    return channel === undefined ? [] : [{ channel, event }];
  });
}

function nameOf({ participants }: Session, userId: string | null): string {
  return participants.find((one) => one.userId === userId)?.name ?? userId ??
    "Someone";
}
