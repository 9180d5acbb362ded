/** What is told of alerts. */
import { z } from "zod";
import {
  ALERT_SEVERITIES,
  type AlertEventName,
} from "../../domain/alerts/events.ts";
import { BY, event, Instant, UserId } from "./event_shapes.ts";

const OF = { alertId: z.string(), ...BY };
const REPORT = {
  ...OF,
  severity: z.enum(ALERT_SEVERITIES),
  title: z.string(),
  body: z.string(),
  source: z.string().nullable(),
};
const OCCURRED = {
  occurredAt: Instant.optional().meta({
    description: "When it happened where it comes from, ms since 1970",
  }),
};

export const ALERT_EVENTS = {
  alert_raised: event("alert_raised", {
    ...REPORT,
    ...OCCURRED,
    dedupeKey: z.string().nullable(),
    sessionId: z.string().nullable(),
    acknowledgeBy: Instant.nullable(),
  }),
  alert_repeated: event("alert_repeated", {
    ...REPORT,
    ...OCCURRED,
    count: z.int(),
    status: z.enum(["open", "acknowledged", "snoozed"]),
  }),
  alert_acknowledged: event("alert_acknowledged", OF),
  alert_assigned: event("alert_assigned", {
    ...OF,
    assignee: z.object({ userId: UserId, name: z.string() }).nullable(),
  }),
  alert_snoozed: event("alert_snoozed", { ...OF, until: Instant }),
  alert_woken: event("alert_woken", REPORT),
  alert_escalated: event("alert_escalated", {
    ...REPORT,
    to: z.array(UserId).meta({ description: "Those who lead its session" }),
  }),
  alert_noted: event("alert_noted", { ...OF, text: z.string() }),
  alert_resolved: event("alert_resolved", {
    ...OF,
    dismissed: z.boolean(),
    resolution: z.string().nullable(),
  }),
} satisfies Record<AlertEventName, z.ZodObject>;
