/** What a session's channel tells of the session itself. */
import { z } from "zod";
import type { SessionEventName } from "../../domain/sessions/events.ts";
import { BY, event, UserId } from "./event_shapes.ts";

const PARTICIPANT = {
  userId: UserId,
  name: z.string(),
  role: z.enum(["observer", "member", "facilitator"]),
  weight: z.number(),
};

export const SESSION_EVENTS = {
  session_opened: event("session_opened", {
    sessionId: z.string(),
    title: z.string(),
    description: z.string().nullable(),
    open: z.boolean(),
    openedBy: UserId,
    participants: z.array(z.object(PARTICIPANT)),
  }),
  participant_joined: event("participant_joined", PARTICIPANT),
  participant_left: event("participant_left", {
    ...BY,
    reason: z.enum(["left", "removed"]),
  }),
  participant_status: event("participant_status", {
    ...BY,
    status: z.enum(["active", "away"]),
  }),
  message_posted: event("message_posted", { ...BY, text: z.string() }),
  session_closed: event("session_closed", BY),
} satisfies Record<SessionEventName, z.ZodObject>;
