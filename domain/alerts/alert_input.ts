/** What comes in about alerts, checked: shapes and limits. */
import { z } from "zod";
import { Id, Text, Time, UserId } from "../common_input.ts";
import { SessionId } from "../sessions/session_input.ts";
import { ALERT_SEVERITIES } from "./events.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** What the ids made of dedupe keys begin with; nobody else may take one. */
export const KEYED = "key-";
/** Their addresses lead elsewhere. */
const RESERVED: readonly string[] = ["sample", "views", "webhook"];

export const RaiseAlert = z.object({
  id: Id.refine((id) => !id.startsWith(KEYED), {
    error: `must not begin with ${KEYED}`,
  }).refine((id) => !RESERVED.includes(id), {
    error: `must not be one of ${RESERVED.join(" ")}`,
  }).optional(),
  severity: z.enum(ALERT_SEVERITIES),
  title: Text(200),
  body: z.string().max(4000).refine((text) => text.isWellFormed()).optional(),
  dedupeKey: Text(200).optional().meta({
    description: "Equal ones count up instead of repeating",
  }),
  source: Text(200).optional(),
  sessionId: SessionId.optional().meta({
    description: "Whose session; without it everyone in the house sees it",
  }),
  acknowledgeWithinMs: z.int().min(1000).max(30 * DAY_MS).optional().meta({
    description: "Not acknowledged by then, it is escalated",
  }),
  occurredAt: Time.optional().meta({
    description:
      "When it happened where it comes from, at most 5 minutes ahead: ms since 1970, or ISO 8601 with its zone. Without it, now",
  }),
}).refine(({ id, dedupeKey }) => id === undefined || dedupeKey === undefined, {
  error: "An alert with a dedupeKey has its id from it",
  path: ["id"],
});
export type RaiseAlert = z.infer<typeof RaiseAlert>;

export const OfAlert = z.object({
  alertId: Id,
  sessionId: SessionId.optional().meta({
    description: "The session it belongs to, if any",
  }),
});

export const AssignAlert = OfAlert.extend({
  userId: UserId.nullable().meta({ description: "Null takes it back" }),
  name: Text(100).optional(),
});

export const SnoozeAlert = OfAlert.extend({ until: Time });

export const NoteAlert = OfAlert.extend({ text: Text(2000) });

export const ResolveAlert = OfAlert.extend({
  dismissed: z.boolean().optional().meta({
    description: "There was nothing to it",
  }),
  resolution: Text(2000).optional(),
});
