/** What a person's own channel tells besides messages. */
import { z } from "zod";
import { LEVELS } from "../../domain/inbox/events.ts";
import { Anything, event, Instant } from "./event_shapes.ts";

const SESSION = {
  sessionId: z.string(),
  title: z.string(),
  by: z.string().meta({ description: "Name of who did it" }),
};
const POLL = {
  sessionId: z.string(),
  pollId: z.string(),
  question: z.string(),
  by: z.string(),
};
const ALERT = {
  alertId: z.string(),
  sessionId: z.string().nullable(),
  title: z.string(),
  severity: z.string(),
};

export const INBOX_EVENTS = {
  added_to_session: event("added_to_session", SESSION),
  removed_from_session: event("removed_from_session", SESSION),
  session_closed: event("session_closed", SESSION),
  poll_opened: event("poll_opened", {
    ...POLL,
    round: z.int(),
    closesAt: Instant.nullable(),
  }),
  poll_closed: event("poll_closed", {
    ...POLL,
    state: z.string(),
    winner: z.string().nullable(),
  }),
  decision_closed: event("decision_closed", {
    decisionId: z.string(),
    sessionId: z.string().nullable(),
    title: z.string(),
    by: z.string(),
    chosen: z.string().nullable(),
  }),
  alert_assigned: event("alert_assigned", { ...ALERT, by: z.string() }),
  alert_escalated: event("alert_escalated", ALERT),
  alert_view_saved: event("alert_view_saved", {
    viewId: z.string(),
    name: z.string(),
    choice: Anything,
    isDefault: z.boolean(),
  }),
  alert_view_removed: event("alert_view_removed", { viewId: z.string() }),
  notifications_recorded: event("notifications_recorded", {
    items: z.array(z.object({
      channel: z.string(),
      offset: z.int(),
      level: z.enum(LEVELS),
      through: z.literal(true).optional(),
    })),
    name: z.string(),
  }),
};
