/** What may be done with an alert, and by whom: inside a session its own roles count. */
import { hasRole } from "../access.ts";
import type { Context, DomainEvent } from "../decider.ts";
import { Refusal } from "../refusal.ts";
import type { SessionState } from "../sessions/session.ts";
import { demandSight, hasVoice } from "../sessions/voice.ts";
import type { Alert, AlertState } from "./alert.ts";
import {
  alertAcknowledged,
  alertAssigned,
  alertEscalated,
  alertNoted,
  alertRaised,
  alertRepeated,
  type AlertReport,
  alertResolved,
  alertSnoozed,
  alertWoken,
  type Occurrence,
  type Person,
} from "./events.ts";

/** Clocks differ: by so much an alert may lie ahead of the server's. */
export const MAX_AHEAD_MS = 5 * 60 * 1000;

export type AlertCommand =
  | (
    & {
      readonly command: "raise_alert";
      readonly alertId: string;
      readonly dedupeKey: string | null;
      readonly sessionId: string | null;
      readonly acknowledgeWithinMs: number | null;
    }
    & AlertReport
    & Occurrence
  )
  | { readonly command: "acknowledge_alert" }
  | { readonly command: "assign_alert"; readonly assignee: Person | null }
  | { readonly command: "snooze_alert"; readonly until: number }
  | { readonly command: "note_alert"; readonly text: string }
  | {
    readonly command: "resolve_alert";
    readonly dismissed: boolean;
    readonly resolution: string | null;
  }
  /** Of the server's own, when their time has come. */
  | { readonly command: "wake_alert" }
  | { readonly command: "escalate_alert" };

/** What its decisions rest on besides its own state. */
export interface AlertSurroundings {
  /** Absent for an alert of the whole house. */
  readonly session?: SessionState;
}

type Surrounded = Context<AlertSurroundings>;

/** The events a command causes; none when it is so already. @throws {Refusal} */
export function decide(
  state: AlertState,
  command: AlertCommand,
  context: Surrounded,
): readonly DomainEvent[] {
  const { user, now, also: { session } } = context;
  demandSight(session, user);
  if (
    command.command === "wake_alert" || command.command === "escalate_alert"
  ) {
    if (!hasRole(user, "admin")) throw new Refusal("not_allowed");
    return state.status === "none"
      ? []
      : inTime(state, command.command, context);
  }
  if (!hasVoice(user, session)) throw new Refusal("not_allowed");
  if (command.command === "raise_alert") {
    // What is still going on outlives its session, or nobody could end it any more.
    if (session?.status === "closed") throw new Refusal("session_closed");
    return raise(state, command, context);
  }
  if (state.status === "none") throw new Refusal("alert_not_found");
  if (command.command === "note_alert") {
    return [alertNoted(state.alertId, command.text, user)];
  }
  if (command.command === "resolve_alert") {
    const { dismissed, resolution } = command;
    return state.status === "resolved"
      ? []
      : [alertResolved(state.alertId, { dismissed, resolution }, user)];
  }
  if (state.status === "resolved") throw new Refusal("alert_resolved");
  switch (command.command) {
    case "acknowledge_alert":
      return state.status === "acknowledged"
        ? []
        : [alertAcknowledged(state.alertId, user)];
    case "assign_alert":
      return state.assignee?.userId === command.assignee?.userId ? [] : [
        alertAssigned(
          state.alertId,
          command.assignee && named(command.assignee, context),
          user,
        ),
      ];
    case "snooze_alert":
      if (command.until <= now) {
        const message = "Must lie ahead of the server's clock";
        throw new Refusal("snooze_in_the_past", {
          errors: [{ path: "until", message }],
        });
      }
      return [alertSnoozed(state.alertId, command.until, user)];
  }
}

/** By the name they have here. @throws {Refusal} for whoever takes no part in its session */
function named(
  assignee: Person,
  { user, also: { session } }: Surrounded,
): Person {
  const { userId } = assignee;
  if (userId === user.userId) return { userId, name: user.name };
  if (session === undefined || session.status === "none") return assignee;
  const inside = session.participants
    .find((one) => one.userId === userId && one.status !== "left");
  if (inside === undefined) throw new Refusal("participant_not_found");
  return { userId, name: inside.name };
}

function raise(
  state: AlertState,
  command: Extract<AlertCommand, { command: "raise_alert" }>,
  { user, now }: Surrounded,
): readonly DomainEvent[] {
  const { alertId, dedupeKey, sessionId, acknowledgeWithinMs } = command;
  const { severity, title, body, source, occurredAt } = command;
  if (occurredAt !== null && occurredAt > now + MAX_AHEAD_MS) {
    const message = "Lies ahead of the server's clock by more than 5 minutes";
    throw new Refusal("occurred_in_the_future", {
      errors: [{ path: "occurredAt", message }],
    });
  }
  const report = { severity, title, body, source, occurredAt };
  if (state.status !== "none" && state.status !== "resolved") {
    if (dedupeKey === null) throw new Refusal("alert_exists");
    const { count, status } = state;
    const again = { ...report, count: count + 1, status };
    return [alertRepeated(alertId, again, user)];
  }
  if (state.status === "resolved" && dedupeKey === null) {
    throw new Refusal("alert_exists");
  }
  const acknowledgeBy = acknowledgeWithinMs === null
    ? null
    : now + acknowledgeWithinMs;
  const raised = { ...report, alertId, dedupeKey, sessionId, acknowledgeBy };
  return [alertRaised(raised, user)];
}

/** Fired by a deadline; what has happened meanwhile makes it moot. */
function inTime(
  state: Alert,
  command: "wake_alert" | "escalate_alert",
  { user, now, also: { session } }: Surrounded,
): readonly DomainEvent[] {
  const { alertId, severity, title, body, source } = state;
  const report = { severity, title, body, source };
  if (command === "wake_alert") {
    const isOver = state.status === "snoozed" &&
      state.snoozedUntil !== null && now >= state.snoozedUntil;
    return isOver ? [alertWoken(alertId, report, user)] : [];
  }
  const isLate = state.acknowledgeBy !== null && now >= state.acknowledgeBy &&
    state.acknowledgedAt === null && state.escalatedAt === null &&
    state.status !== "resolved";
  if (!isLate) return [];
  return [alertEscalated(alertId, { ...report, to: leaders(session) }, user)];
}

function leaders(session: SessionState | undefined): readonly string[] {
  if (session === undefined || session.status === "none") return [];
  return session.participants
    .filter(({ role, status }) => role === "facilitator" && status !== "left")
    .map(({ userId }) => userId);
}
