/** What the server says besides publications, as schemas; realtime/protocol.ts has the same as types. */
import { z } from "zod";
import { ERROR_CODES } from "../../realtime/codes.ts";
import { AnyJson, type ServerMessage } from "../../realtime/protocol.ts";

const Level = z.enum(["accepted", "stored", "replicated"]);
const Position = z.object({
  epoch: z.string(),
  offset: z.int(),
  hash: z.string().optional(),
});
const ChannelPosition = Position.extend({ channel: z.string() });
const PresentUser = z.object({
  userId: z.string(),
  name: z.string(),
  role: z.string(),
  status: z.enum(["active", "away"]),
});
const Ref = z.int().positive().meta({
  description: "The id of the message it answers",
});

export const SERVER_MESSAGES = {
  CONNECTION_ESTABLISHED: z.object({
    type: z.literal("CONNECTION_ESTABLISHED"),
    payload: z.object({
      connectionId: z.string(),
      userId: z.string(),
      name: z.string(),
      roles: z.array(z.string()),
      node: z.string(),
      transport: z.enum(["websocket", "sse"]),
      protocol: z.literal(1),
      heartbeatIntervalMs: z.int(),
      connectionTimeoutMs: z.int(),
      maxMessageBytes: z.int(),
      ackLevel: Level,
      serverTime: z.int(),
      subscriptions: z.array(ChannelPosition),
    }),
  }),
  SUBSCRIBED: z.object({
    type: z.literal("SUBSCRIBED"),
    ref: Ref.optional(),
    channel: z.string(),
    payload: Position.extend({
      recovered: z.boolean().optional(),
      diverged: z.literal(true).optional(),
      presence: z.array(PresentUser).optional(),
    }),
  }),
  ACK: z.object({
    type: z.literal("ACK"),
    ref: Ref,
    payload: z.object({
      messageId: z.string().optional(),
      epoch: z.string().optional(),
      offset: z.int().optional(),
      level: Level.optional(),
      duplicate: z.literal(true).optional(),
      result: AnyJson.optional(),
      positions: z.array(ChannelPosition).optional(),
    }),
  }),
  ERROR: z.object({
    type: z.literal("ERROR"),
    ref: Ref.optional(),
    channel: z.string().optional(),
    payload: z.object({
      code: z.enum(ERROR_CODES),
      message: z.string(),
      retryAfterMs: z.int().optional(),
      reason: z.string().optional(),
      errors: z.array(z.object({ path: z.string(), message: z.string() }))
        .optional(),
    }),
  }),
  HEARTBEAT: z.object({
    type: z.literal("HEARTBEAT"),
    id: z.int().optional(),
    ref: Ref.optional(),
    at: z.int(),
  }),
  PRESENCE: z.object({
    type: z.literal("PRESENCE"),
    channel: z.string(),
    payload: z.object({
      joined: z.array(PresentUser),
      left: z.array(z.string()),
      full: z.literal(true).optional().meta({
        description: "`joined` is everybody: replace, do not merge",
      }),
    }),
  }),
  GAP: z.object({
    type: z.literal("GAP"),
    channel: z.string(),
    payload: z.object({
      channel: z.string(),
      from: z.int(),
      to: z.int(),
      reason: z.string(),
      epoch: z.string().optional().meta({
        description: "The channel lives on under this one: ask anew (P10)",
      }),
    }),
  }),
  DRAINING: z.object({
    type: z.literal("DRAINING"),
    payload: z.object({ reconnectInMs: z.int() }),
  }),
} satisfies Messages;

/** Each covers its type: a field that the type gains must be said here too. */
type Messages = {
  readonly [Type in ServerMessage["type"]]: z.ZodType<
    Extract<ServerMessage, { type: Type }>
  >;
};
