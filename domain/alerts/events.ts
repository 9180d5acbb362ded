/** What happens to an alert, as stored: version 1 of every body. Stored shapes never change. */
import type { DomainEvent, Json } from "../decider.ts";

/** Message type all of them travel as. */
export const ALERT = "ALERT";

/** From most to least urgent. */
export const ALERT_SEVERITIES = [
  "critical",
  "high",
  "medium",
  "low",
  "info",
] as const;
export type AlertSeverity = typeof ALERT_SEVERITIES[number];

export type AlertEventName =
  | "alert_raised"
  | "alert_repeated"
  | "alert_acknowledged"
  | "alert_assigned"
  | "alert_snoozed"
  | "alert_woken"
  | "alert_escalated"
  | "alert_noted"
  | "alert_resolved";

/** What an alert says, each time it is raised. */
export interface AlertReport {
  readonly severity: AlertSeverity;
  readonly title: string;
  readonly body: string;
  /** Which system or rule it comes from. */
  readonly source: string | null;
}

/** When it happened where it comes from, ms since 1970; null: when it was raised. */
export interface Occurrence {
  readonly occurredAt: number | null;
}

export interface Person {
  readonly userId: string;
  readonly name: string;
}

export function alertRaised(
  raised: AlertReport & Occurrence & {
    readonly alertId: string;
    readonly dedupeKey: string | null;
    readonly sessionId: string | null;
    /** ms since 1970; null: nobody is waited for. */
    readonly acknowledgeBy: number | null;
  },
  by: Person,
): DomainEvent {
  const { alertId, occurredAt, ...rest } = raised;
  const body = { ...rest, ...occurred(occurredAt) };
  return happened("alert_raised", alertId, by, body);
}

/** The same again: the newest report, how often by now, and how it stands meanwhile. */
export function alertRepeated(
  alertId: string,
  report: AlertReport & Occurrence & {
    readonly count: number;
    /** Nobody needs to hear again of what is looked after, or was put off. */
    readonly status: "open" | "acknowledged" | "snoozed";
  },
  by: Person,
): DomainEvent {
  const { occurredAt, ...rest } = report;
  const body = { ...rest, ...occurred(occurredAt) };
  return happened("alert_repeated", alertId, by, body);
}

export function alertAcknowledged(alertId: string, by: Person): DomainEvent {
  return happened("alert_acknowledged", alertId, by, {});
}

/** Null takes the assignment back. */
export function alertAssigned(
  alertId: string,
  assignee: Person | null,
  by: Person,
): DomainEvent {
  const to = assignee && { ...assignee };
  return happened("alert_assigned", alertId, by, { assignee: to });
}

export function alertSnoozed(
  alertId: string,
  until: number,
  by: Person,
): DomainEvent {
  return happened("alert_snoozed", alertId, by, { until });
}

/** With what everyone should see again, as it stands on its own in a toast. */
export function alertWoken(
  alertId: string,
  report: AlertReport,
  by: Person,
): DomainEvent {
  return happened("alert_woken", alertId, by, { ...report });
}

/** `to`: ids of those who lead its session; of the house's, everyone is told. */
export function alertEscalated(
  alertId: string,
  report: AlertReport & { readonly to: readonly string[] },
  by: Person,
): DomainEvent {
  return happened("alert_escalated", alertId, by, { ...report });
}

export function alertNoted(
  alertId: string,
  text: string,
  by: Person,
): DomainEvent {
  return happened("alert_noted", alertId, by, { text });
}

/** `dismissed`: there was nothing to it. */
export function alertResolved(
  alertId: string,
  outcome: { readonly dismissed: boolean; readonly resolution: string | null },
  by: Person,
): DomainEvent {
  return happened("alert_resolved", alertId, by, { ...outcome });
}

/** Left out where it says nothing: entries from before it was kept have none either. */
function occurred(
  occurredAt: number | null,
): { readonly [key: string]: Json } {
  return occurredAt === null ? {} : { occurredAt };
}

function happened(
  event: AlertEventName,
  alertId: string,
  { userId, name }: Person,
  body: { readonly [key: string]: Json },
): DomainEvent {
  return { type: ALERT, v: 1, body: { event, ...body, alertId, userId, name } };
}
