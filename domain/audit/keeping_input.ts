/** What comes in about how long channels are kept. */
import { z } from "zod";
import { Text } from "../common_input.ts";

/** As long as the channel of the longest user id (P8). */
const MAX_CHANNEL_LENGTH = 1541;

export const Channel = z.string().min(1).max(MAX_CHANNEL_LENGTH)
  .regex(/^[^\s\p{C}]+$/u, { error: "must be visible characters" });

export const Reason = Text(1000).meta({
  description: "Kept in the audit trail, and not erased with the rest",
});

export const PlaceHold = z.object({ channel: Channel, reason: Reason });
export type PlaceHold = z.infer<typeof PlaceHold>;

export const LiftHold = z.object({
  channel: Channel,
  reason: Reason.optional(),
});
export type LiftHold = z.infer<typeof LiftHold>;

/** A hundred years: longer is for ever. */
const MAX_DAYS = 36_500;

export const SetRetention = z.object({
  channel: Channel.refine((name) => name.startsWith("session:"), {
    error: "must be a session's: only sessions end",
  }),
  subject: z.string().min(1).max(256).regex(/^[^\s\p{C}]+$/u).optional().meta({
    description: "Only this subject of it, such as poll:7, before the rest",
  }),
  days: z.union([
    z.int().min(1).max(MAX_DAYS),
    z.enum(["forever", "default"]),
  ]).meta({ description: "Days after the session was closed" }),
}).refine(({ subject, days }) => subject === undefined || days !== "forever", {
  error: "must be a number for a part of a session: the whole ends it",
  path: ["days"],
});
export type SetRetention = z.infer<typeof SetRetention>;
