/**
 * An alert: raised, counted when it repeats, acknowledged, perhaps snoozed, resolved. The
 * browser folds with this same file, so nothing here may import a schema at run time.
 */
import type { Json, RecordedEvent } from "../decider.ts";
import { numberOf, recordOf, textOf } from "../read_json.ts";
import {
  ALERT,
  ALERT_SEVERITIES,
  type AlertReport,
  type Person,
} from "./events.ts";

/** Notes that an alert keeps; older ones are in the log. */
export const MAX_NOTES = 20;

export interface AlertNote extends Person {
  readonly text: string;
  readonly at: number;
}

export interface Alert extends AlertReport {
  readonly status: "open" | "acknowledged" | "snoozed" | "resolved";
  readonly alertId: string;
  readonly dedupeKey: string | null;
  /** Null for one of the whole house. */
  readonly sessionId: string | null;
  /** How often it was raised since it was last resolved. */
  readonly count: number;
  readonly raisedAt: number;
  /** When it last happened where it comes from, ms since 1970. */
  readonly occurredAt: number;
  readonly lastAt: number;
  readonly changedAt: number;
  /** ms since 1970; null: nobody is waited for. */
  readonly acknowledgeBy: number | null;
  readonly escalatedAt: number | null;
  readonly acknowledgedBy: Person | null;
  readonly acknowledgedAt: number | null;
  readonly assignee: Person | null;
  readonly snoozedUntil: number | null;
  readonly resolvedBy: Person | null;
  readonly resolvedAt: number | null;
  readonly dismissed: boolean;
  readonly resolution: string | null;
  /** How often it was raised anew: 1, and one more each time after it was resolved. */
  readonly raisings: number;
  /** Oldest first. */
  readonly notes: readonly AlertNote[];
  /** Also those that are no longer kept here. */
  readonly noteCount: number;
  /** Of the last entry that changed it, in its channel. */
  readonly offset: number;
}

/** `none`: nothing was ever raised under this id. */
export type AlertState = Alert | { readonly status: "none" };

type Body = NonNullable<RecordedEvent["body"]>;

export function initial(): AlertState {
  return { status: "none" };
}

/** Folds one entry in. What it does not know changes nothing; nothing stored makes it throw. */
export function evolve(state: AlertState, event: RecordedEvent): AlertState {
  const { type, v, body, at, offset } = event;
  if (type !== ALERT || v !== 1 || body === null) return state;
  const alertId = textOf(body.alertId);
  if (alertId === null) return state;
  if (body.event === "alert_raised") return raised(state, event, body);
  if (state.status === "none" || alertId !== state.alertId) return state;
  const changed = changedBy(state, event, body);
  return changed === state ? state : { ...changed, changedAt: at, offset };
}

function changedBy(state: Alert, event: RecordedEvent, body: Body): Alert {
  const { at } = event;
  const by = personOf(body);
  switch (body.event) {
    case "alert_repeated":
      return {
        ...state,
        ...reportOf(body),
        count: numberOf(body.count) ?? state.count + 1,
        occurredAt: timeOf(body.occurredAt) ?? at,
        lastAt: at,
      };
    case "alert_acknowledged":
      return {
        ...state,
        status: "acknowledged",
        acknowledgedBy: by,
        acknowledgedAt: at,
        snoozedUntil: null,
      };
    case "alert_assigned": {
      const assignee = recordOf(body.assignee);
      return { ...state, assignee: assignee && personOf(assignee) };
    }
    case "alert_snoozed":
      return {
        ...state,
        status: "snoozed",
        snoozedUntil: timeOf(body.until) ?? at,
      };
    case "alert_woken":
      return { ...state, status: "open", snoozedUntil: null };
    case "alert_escalated":
      return { ...state, escalatedAt: at };
    case "alert_noted": {
      const note = { ...by, text: textOf(body.text) ?? "", at };
      return {
        ...state,
        notes: [...state.notes.slice(1 - MAX_NOTES), note],
        noteCount: state.noteCount + 1,
      };
    }
    case "alert_resolved":
      return {
        ...state,
        status: "resolved",
        resolvedBy: by,
        resolvedAt: at,
        dismissed: body.dismissed === true,
        resolution: textOf(body.resolution),
        snoozedUntil: null,
      };
    default:
      return state;
  }
}

/** A resolved alert that is raised again starts over; who was assigned stays so. */
function raised(state: AlertState, event: RecordedEvent, body: Body): Alert {
  const { assignee = null, notes = [], noteCount = 0, raisings = 0 } =
    state.status === "none" ? {} : state;
  const { at, offset } = event;
  return {
    ...reportOf(body),
    status: "open",
    alertId: textOf(body.alertId) ?? "",
    dedupeKey: textOf(body.dedupeKey),
    sessionId: textOf(body.sessionId),
    count: 1,
    raisedAt: at,
    occurredAt: timeOf(body.occurredAt) ?? at,
    lastAt: at,
    changedAt: at,
    acknowledgeBy: timeOf(body.acknowledgeBy),
    escalatedAt: null,
    acknowledgedBy: null,
    acknowledgedAt: null,
    assignee,
    snoozedUntil: null,
    resolvedBy: null,
    resolvedAt: null,
    dismissed: false,
    resolution: null,
    raisings: raisings + 1,
    notes,
    noteCount,
    offset,
  };
}

function reportOf(body: Body): AlertReport {
  const severity = ALERT_SEVERITIES.find((one) => one === body.severity);
  return {
    severity: severity ?? "medium",
    title: textOf(body.title) ?? "",
    body: textOf(body.body) ?? "",
    source: textOf(body.source),
  };
}

/** What no clock can show reads as no time. */
function timeOf(value: Json | undefined): number | null {
  const time = numberOf(value);
  return time !== null && Math.abs(time) <= 8.64e15 ? time : null;
}

function personOf(body: { readonly [key: string]: unknown }): Person {
  const userId = typeof body.userId === "string" ? body.userId : "";
  const name = typeof body.name === "string" ? body.name : userId;
  return { userId, name };
}
