/** The commands of an alert, declared once: roles, routes, results. Their rules are in `decide.ts`. */
import type { Area, CommandDeclaration, Json } from "../decider.ts";
import { sessionChannel } from "../sessions/session.ts";
import { sessionIfAny } from "../sessions/session_place.ts";
import {
  AssignAlert,
  KEYED,
  NoteAlert,
  OfAlert,
  RaiseAlert,
  ResolveAlert,
  SnoozeAlert,
} from "./alert_input.ts";
import { alertJson } from "./alert_json.ts";
import { type AlertState, evolve, initial } from "./alert.ts";
import { type AlertCommand, type AlertSurroundings, decide } from "./decide.ts";
import { notices } from "./notices.ts";
import { index } from "./view.ts";

export const alerts: Area<AlertState, AlertCommand, AlertSurroundings> = {
  name: "alerts",
  keepsOffsets: true,
  initial,
  evolve,
  decide,
  index,
  notices,
};

/** Carries every alert that belongs to no session. */
export const ALERTS_CHANNEL = "alerts";
/** What the subjects of alerts begin with. */
export const ALERT_SUBJECT = "alert:";

export function alertSubject(alertId: string): string {
  return ALERT_SUBJECT + alertId;
}

export function alertChannel(sessionId: string | null | undefined): string {
  return sessionId ? sessionChannel(sessionId) : ALERTS_CHANNEL;
}

type Declaration<Input> = CommandDeclaration<
  Input,
  AlertState,
  AlertCommand,
  AlertSurroundings
>;

const raiseAlert: Declaration<RaiseAlert> = {
  ...ofAlert({
    name: "raise_alert",
    summary: "Raise an alert, or count one up that is still going on",
    input: RaiseAlert,
    http: { method: "POST", path: "/alerts", status: 201 },
    command: ({ id = "", ...input }) => ({
      command: "raise_alert",
      alertId: id,
      severity: input.severity,
      title: input.title,
      body: input.body ?? "",
      source: input.source ?? null,
      dedupeKey: input.dedupeKey ?? null,
      sessionId: input.sessionId ?? null,
      acknowledgeWithinMs: input.acknowledgeWithinMs ?? null,
      occurredAt: input.occurredAt ?? null,
    }),
  }),
  scope: ALERTS_CHANNEL,
  // The same key is the same alert, wherever it is raised and by whom.
  complete: (input, newId, digest) => ({
    ...input,
    id: input.dedupeKey === undefined
      ? input.id ?? newId()
      : KEYED + digest([input.sessionId ?? "", input.dedupeKey]).slice(0, 20),
  }),
  subject: ({ id = "" }) => alertSubject(id),
};

export const alertCommands = [
  raiseAlert,
  ofAlert({
    name: "acknowledge_alert",
    summary: "Acknowledge an alert: somebody looks after it",
    input: OfAlert,
    http: post("acknowledge"),
    command: () => ({ command: "acknowledge_alert" }),
  }),
  ofAlert({
    name: "assign_alert",
    summary: "Assign an alert to somebody, or take that back",
    input: AssignAlert,
    http: post("assign"),
    command: ({ userId, name }) => ({
      command: "assign_alert",
      assignee: userId === null ? null : { userId, name: name ?? userId },
    }),
  }),
  ofAlert({
    name: "snooze_alert",
    summary: "Put an alert off until a time",
    input: SnoozeAlert,
    http: post("snooze"),
    command: ({ until }) => ({ command: "snooze_alert", until }),
  }),
  ofAlert({
    name: "note_alert",
    summary: "Write a note on an alert",
    input: NoteAlert,
    http: post("notes"),
    command: ({ text }) => ({ command: "note_alert", text }),
  }),
  ofAlert({
    name: "resolve_alert",
    summary: "Resolve an alert, or dismiss it",
    input: ResolveAlert,
    http: post("resolve"),
    command: ({ dismissed = false, resolution = null }) => ({
      command: "resolve_alert",
      dismissed,
      resolution,
    }),
  }),
  ofAlert({
    name: "wake_alert",
    summary: "End a snooze whose time is over; the server does it by itself",
    input: OfAlert,
    http: post("wake"),
    command: () => ({ command: "wake_alert" }),
  }),
  ofAlert({
    name: "escalate_alert",
    summary: "Escalate what nobody acknowledged in time; the server does it",
    input: OfAlert,
    http: post("escalate"),
    command: () => ({ command: "escalate_alert" }),
  }),
] as const;

function post(action: string) {
  const path = `/alerts/{alertId}/${action}`;
  return { method: "POST", path, status: 200 } as const;
}

function ofAlert<
  Input extends { readonly sessionId?: string; readonly alertId?: string },
>(
  declaration: Pick<
    Declaration<Input>,
    "name" | "summary" | "input" | "http" | "command"
  >,
): Declaration<Input> {
  return {
    ...declaration,
    // Inside a session its own roles count, so every signed-in user may ask.
    role: "observer",
    area: alerts,
    channel: ({ sessionId }) => alertChannel(sessionId),
    subject: ({ alertId = "" }) => alertSubject(alertId),
    also: ({ sessionId }) => sessionIfAny(sessionId),
    result: withAlert,
  };
}

function withAlert(state: AlertState): Json {
  return state.status === "none" ? null : { alert: alertJson(state) };
}
