/** What comes in about alerts, checked: shapes and limits. */
import { z } from "zod";
import { SessionId, Text, UserId } from "../sessions/session_input.ts";
import { ALERT_SEVERITIES } from "./events.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** What the ids made of dedupe keys begin with; nobody else may take one. */
export const KEYED = "key-";

export const AlertId = z.string().regex(/^[a-z0-9][A-Za-z0-9_-]{0,63}$/, {
  error: "must be 1 to 64 of A-Z a-z 0-9 _ -, first a small letter or digit",
});

/** ms since 1970, or as text with a zone: `2026-11-23T18:00:00Z`. */
const Time = z.union([
  z.int().nonnegative().max(8.64e15),
  z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
]).meta({ description: "ms since 1970, or ISO 8601 with its zone" });

export const RaiseAlert = z.object({
  id: AlertId.refine((id) => !id.startsWith(KEYED), {
    error: `must not begin with ${KEYED}`,
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
}).refine(({ id, dedupeKey }) => id === undefined || dedupeKey === undefined, {
  error: "An alert with a dedupeKey has its id from it",
  path: ["id"],
});
export type RaiseAlert = z.infer<typeof RaiseAlert>;

export const OfAlert = z.object({
  alertId: AlertId,
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
