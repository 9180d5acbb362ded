/**
 * The wire protocol: every message either side may send, and nothing else.
 * docs/protocol.md states the rules (P1, P2 …); this file states the shapes.
 */
import * as z from "zod";
import type { AckLevel, ErrorCode } from "./codes.ts";
import { RealtimeError } from "./realtime_error.ts";
import { isProperJson, type Json } from "./json.ts";

/** Longest message accepted from a client by default, in bytes of UTF-8 (P4). */
export const DEFAULT_MAX_MESSAGE_BYTES = 64 * 1024;

/** Joined frames stay within this many bytes unless one message is larger (P17). */
export const MAX_FRAME_BYTES = 64 * 1024;

/** JSON nested deeper than this is malformed (P7). */
export const MAX_JSON_DEPTH = 32;

const CHANNEL_NAME = /^[a-z0-9][A-Za-z0-9_.@+%:-]{0,191}$/;

/** 128 characters of a user id, four bytes each, percent-encoded: no id is without its channel. */
const USER_CHANNEL_NAME = /^user:[A-Za-z0-9_.@+%-]{1,1536}$/;

const DURABLE = new Set(["alerts", "rules", "decisions", "learning", "jobs"]);

/** How a channel keeps what it delivers (P8). */
export type ChannelKind = "durable" | "transient" | "ephemeral";

/** The kind of a well-formed channel name; undefined for any other name (P8). */
export function channelKind(name: string): ChannelKind | undefined {
  if (!CHANNEL_NAME.test(name)) {
    return USER_CHANNEL_NAME.test(name) ? "durable" : undefined;
  }
  if (DURABLE.has(name)) return "durable";
  if (name === "ops") return "ephemeral";
  const colon = name.indexOf(":");
  if (colon < 1 || colon === name.length - 1) return undefined;
  const namespace = name.slice(0, colon);
  if (namespace === "topic") return "transient";
  if (
    namespace === "session" || namespace === "user" || namespace === "sealed"
  ) return "durable";
  return undefined;
}

const RequestId = z.int().positive().optional();
/** Kept as text for ever: without control characters and lone surrogates (P13). */
export const MessageId = z.string().min(1).max(128)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, "Must be text without control characters");

const Since = z.object({
  epoch: z.string().max(64),
  /** Last publication seen; 0 means none yet. */
  offset: z.int().nonnegative(),
  /** First 16 hex digits of the chain there, on durable channels (P10). */
  hash: z.string().max(64).optional(),
});
export type Since = z.infer<typeof Since>;

/** What every message shares. The other fields are for its type to check. */
const Envelope = z.object({
  type: z.string(),
  id: RequestId,
  ref: z.unknown().optional(),
  channel: z.unknown().optional(),
  messageId: z.unknown().optional(),
  payload: z.unknown().optional(),
});
export type ClientEnvelope = z.infer<typeof Envelope>;

// What each client message must carry beyond the envelope; a breach is `invalid`.

export const SUBSCRIBE = z.object({
  id: RequestId,
  channel: z.string(),
  payload: z.object({
    since: Since.optional(),
    /** Replays the last n publications; ignored when `since` is given. */
    history: z.int().nonnegative().optional(),
    presence: z.boolean().optional(),
  }).nullish(),
});

export const UNSUBSCRIBE = z.object({ id: RequestId, channel: z.string() });

/** Any JSON, taken verbatim: no copy, so that not even odd keys change on the way. */
export const AnyJson = z.custom<Json>(isProperJson, {
  error: ({ input }) =>
    input === undefined
      ? "Required"
      : "Must hold finite numbers and well-formed Unicode",
});

export const BROADCAST = z.object({
  id: RequestId,
  channel: z.string().default("topic:all"),
  messageId: MessageId.optional(),
  payload: AnyJson,
});

export const DIRECT_MESSAGE = z.object({
  id: RequestId,
  messageId: MessageId.optional(),
  payload: z.object({ recipient: z.string(), body: AnyJson }),
});

export const COMMAND = z.object({
  id: RequestId,
  messageId: MessageId.optional(),
  payload: z.object({ command: z.string(), input: z.unknown().optional() }),
});

/**
 * Parses one line of a frame; undefined when it is malformed (P7).
 *
 * @throws {RealtimeError} `invalid` when the `id` is none
 */
export function parseEnvelope(line: string): ClientEnvelope | undefined {
  if (exceedsDepth(line, MAX_JSON_DEPTH)) return undefined;
  const value = decode(line);
  if (!isMessage(value)) return undefined;
  const parsed = Envelope.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = [{ path: "id", message: "Must be a positive integer" }];
  throw new RealtimeError("invalid", "Cannot take this id", { errors });
}

/** The id of a malformed message, if that much can be read: its reply must carry it (P6). */
export function idOf(line: string): number | undefined {
  return z.object({ id: RequestId }).safeParse(decode(line)).data?.id;
}

function decode(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isMessage(value: unknown): value is { readonly type: string } {
  return typeof value === "object" && value !== null && "type" in value &&
    typeof value.type === "string" && Object.hasOwn(value, "type");
}

/**
 * Reports whether JSON text nests deeper than `limit`. Counted on the text, because
 * parsing first would already have built what we want to refuse.
 */
export function exceedsDepth(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > limit) return true;
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
  return false;
}

/** Where a channel stands, as subscribers are told. `hash` on durable channels only. */
export interface StreamPosition {
  readonly epoch: string;
  readonly offset: number;
  readonly hash?: string;
}

/** One person holding a subscription, for all connections of that person together. */
export interface PresenceUser {
  readonly userId: string;
  readonly name: string;
  readonly role: string;
  readonly status: "active" | "away";
}

export interface Established {
  readonly connectionId: string;
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly node: string;
  /** How this connection's messages travel (P25). */
  readonly transport: "websocket" | "sse";
  readonly protocol: 1;
  readonly heartbeatIntervalMs: number;
  readonly connectionTimeoutMs: number;
  readonly maxMessageBytes: number;
  readonly ackLevel: AckLevel;
  readonly serverTime: number;
  readonly subscriptions: readonly (StreamPosition & { channel: string })[];
}

export interface Acknowledged {
  readonly messageId?: string;
  readonly epoch?: string;
  readonly offset?: number;
  readonly level?: AckLevel;
  readonly duplicate?: true;
  readonly result?: Json;
  readonly positions?: readonly (StreamPosition & { channel: string })[];
}

/** Our own messages are typed, not parsed: only input from outside is validated. */
export type ServerMessage =
  | { type: "CONNECTION_ESTABLISHED"; payload: Established }
  | {
    type: "SUBSCRIBED";
    ref?: number;
    channel: string;
    payload: StreamPosition & {
      recovered?: boolean;
      diverged?: true;
      presence?: readonly PresenceUser[];
    };
  }
  | { type: "ACK"; ref: number; payload: Acknowledged }
  | {
    type: "ERROR";
    ref?: number;
    channel?: string;
    payload: {
      code: ErrorCode;
      message: string;
      retryAfterMs?: number;
      reason?: string;
      errors?: readonly { path: string; message: string }[];
    };
  }
  | { type: "HEARTBEAT"; id?: number; ref?: number; at: number }
  | {
    type: "PRESENCE";
    channel: string;
    payload: {
      joined: readonly PresenceUser[];
      left: readonly string[];
      /** True when `joined` is the whole roster: replace, do not merge. */
      full?: true;
    };
  }
  | {
    type: "GAP";
    channel: string;
    payload: {
      channel: string;
      from: number;
      to: number;
      reason: string;
      /** The channel lives on under this one: ask where you stand (P10). */
      epoch?: string;
    };
  }
  | { type: "DRAINING"; payload: { reconnectInMs: number } };
