/** Words for alerts: only what people must hear of; the rest is seen on their page. */
import { isRecord } from "./events.ts";
import {
  type Body,
  sessionOf,
  SEVERITIES,
  type Severity,
  text,
  type Told,
  type Words,
} from "./words.ts";

/** What happens to an alert that people must hear of; the rest is seen on its page. */
const ALERTING = new Set([
  undefined,
  "alert_raised",
  "alert_repeated",
  "alert_escalated",
  "alert_woken",
]);

/** What happened longer ago than this is told of, and calls nobody away from their work. */
const DAY_MS = 86_400_000;

/** Somebody looks after it from then on: nobody else is called any more. */
const TAKING_IN_HAND = new Set([
  "alert_acknowledged",
  "alert_snoozed",
  "alert_resolved",
]);

/** Said before the title where it is not the first time one hears of it. */
const LEADS: Readonly<Record<string, string>> = {
  alert_escalated: "Not acknowledged: ",
  alert_woken: "Again: ",
};

export function alert(body: Body, told: Told): Words | undefined {
  const event = text(body.event);
  if (event !== undefined && TAKING_IN_HAND.has(event)) {
    const ends = alertKey(text(body.alertId));
    const nothing = { title: "", body: "", href: "/alerts" };
    return { ...nothing, severity: "info", ends, isSilent: true };
  }
  if (!ALERTING.has(event) || isLookedAfter(body)) return undefined;
  const about = isRecord(body.alert) ? { ...body, ...body.alert } : body;
  const id = text(about.alertId) ?? text(about.id);
  const lead = event === undefined ? undefined : LEADS[event];
  return {
    severity: severityOf(about.severity),
    isPast: Number(about.occurredAt) < (told.at ?? 0) - DAY_MS,
    title: `${lead ?? ""}${text(about.title) ?? "Alert"}`,
    body: text(about.body) ?? "",
    href: alertPath(id, text(about.sessionId) ?? sessionOf(told)),
    dedupeKey: alertKey(
      id ?? text(about.dedupeKey) ?? text(about.title),
    ),
  };
}

/** The notice to whom an alert was assigned. */
export function alertAssigned(body: Body): Words {
  const by = text(body.by) ?? "Someone";
  return {
    ...noticed(body),
    title: "Alert assigned to you",
    body: `${by} assigned you “${text(body.title) ?? "an alert"}”.`,
  };
}

/** The notice to who leads the session of one that nobody acknowledged. */
export function alertEscalated(body: Body): Words {
  return {
    ...noticed(body),
    title: "Not acknowledged in time",
    body: `“${text(body.title) ?? "An alert"}” waits for somebody.`,
  };
}

/** It came again, but somebody looks after it or has put it off. */
function isLookedAfter({ status }: Body): boolean {
  return status === "acknowledged" || status === "snoozed";
}

function noticed(body: Body): Omit<Words, "title" | "body"> {
  const id = text(body.alertId);
  return {
    severity: severityOf(body.severity),
    href: alertPath(id, text(body.sessionId)),
    dedupeKey: `${alertKey(id)}:${text(body.event) ?? ""}`,
  };
}

/** Within its session, the session is where it is talked about. */
function alertPath(id: string | undefined, sessionId?: string): string {
  if (sessionId) return `/sessions/${encodeURIComponent(sessionId)}`;
  return id === undefined
    ? "/alerts"
    : `/alerts?open=${encodeURIComponent(id)}#alert-${encodeURIComponent(id)}`;
}

function alertKey(name: string | undefined): string {
  return `alert:${name ?? ""}`;
}

function severityOf(value: unknown): Severity {
  return SEVERITIES.find((one) => one === value) ?? "medium";
}
