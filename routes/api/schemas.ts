/** Shapes that several operations share, in and out. */
import { z } from "zod";
import { isUserId } from "../../domain/user_id.ts";

export const UserId = z.string().refine(isUserId, {
  error: "Not a user id: 1 to 128 visible characters, no space, no /",
});

export const Position = z.object({ epoch: z.string(), offset: z.int() });

/** Where a publication stands and how safe it is. */
export const Published = z.object({
  channel: z.string(),
  messageId: z.string(),
  epoch: z.string(),
  offset: z.int(),
  level: z.enum(["accepted", "stored", "replicated"]),
  duplicate: z.literal(true).optional(),
});

/** Nodes that live and did not answer in time: what they hold is missing. */
export const SilentNodes = z.array(z.string()).meta({
  description: "Nodes that did not answer within a second; theirs is missing",
});

export const IsoTime = z.iso.datetime();
