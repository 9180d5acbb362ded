/** What the client reads and writes on the wire: shapes checked by hand, so that no schema library ships. */
import type { Json } from "../json.ts";

/** Where a reader stands in a channel. Durable channels carry `hash`, transient ones do not. */
export interface ClientPosition {
  readonly epoch: string;
  readonly offset: number;
  readonly hash?: string;
}

export interface NamedPosition extends ClientPosition {
  readonly channel: string;
}

/** Someone seen in a channel now. */
export interface PresentUser {
  readonly userId: string;
  readonly name: string;
  readonly role: string;
  readonly status: string;
}

/** One message of the server; `payload` stays unknown until its reader has looked. */
export interface Incoming {
  readonly type: string;
  readonly id?: number;
  readonly ref?: number;
  readonly channel?: string;
  readonly offset?: number;
  readonly epoch?: string;
  readonly hash?: string;
  readonly v?: number;
  readonly messageId?: string;
  /** User id of who caused it. */
  readonly sender?: string;
  readonly at?: number;
  /** The payload's fields; empty when it is no object. */
  readonly payload: Readonly<Record<string, unknown>>;
  /** The payload as it came: a broadcast may be any JSON, an erased body is null. */
  readonly body: unknown;
}

/** A publication in its place: it has an offset, so it moves the reader's position. */
export interface Publication extends Incoming {
  readonly channel: string;
  readonly offset: number;
}

/** One message of the client; `id` is added when a reply is wanted. */
export interface Outgoing {
  readonly type: string;
  readonly channel?: string;
  readonly messageId?: string;
  readonly payload?: Json;
}

/** Everything in a frame (P4). A line that is no message is left out: the server is newer than we are. */
export function parseFrame(data: string): readonly Incoming[] {
  const messages: Incoming[] = [];
  for (const line of data.split("\n")) {
    const message = parseLine(line);
    if (message) messages.push(message);
  }
  return messages;
}

/** Reads `{reconnectInMs}` from a close reason or a DRAINING payload. */
export function reconnectInMs(value: unknown): number | undefined {
  return isRecord(value) ? numberOf(value.reconnectInMs) : undefined;
}

/** A position as the server gives it, or undefined when it is none. */
export function parsePosition(value: unknown): ClientPosition | undefined {
  if (!isRecord(value)) return undefined;
  const epoch = stringOf(value.epoch);
  const offset = numberOf(value.offset);
  if (epoch === undefined || offset === undefined) return undefined;
  const hash = stringOf(value.hash);
  return hash === undefined ? { epoch, offset } : { epoch, offset, hash };
}

/** The channels the server subscribed for the user (P3). */
export function parsePositions(value: unknown): readonly NamedPosition[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    const position = parsePosition(item);
    const channel = isRecord(item) ? stringOf(item.channel) : undefined;
    return position && channel !== undefined ? [{ channel, ...position }] : [];
  });
}

/** The people in a PRESENCE or SUBSCRIBED payload. */
export function parseUsers(value: unknown): readonly PresentUser[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown) => {
    if (!isRecord(item)) return [];
    const userId = stringOf(item.userId);
    if (userId === undefined) return [];
    return [{
      userId,
      name: stringOf(item.name) ?? userId,
      role: stringOf(item.role) ?? "",
      status: stringOf(item.status) ?? "connected",
    }];
  });
}

export function isRecord(
  value: unknown,
): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** JSON text as a value, undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseLine(line: string): Incoming | undefined {
  const value = parseJson(line);
  if (!isRecord(value)) return undefined;
  const type = stringOf(value.type);
  if (type === undefined) return undefined;
  return {
    type,
    id: numberOf(value.id),
    ref: numberOf(value.ref),
    channel: stringOf(value.channel),
    offset: numberOf(value.offset),
    epoch: stringOf(value.epoch),
    hash: stringOf(value.hash),
    v: numberOf(value.v),
    messageId: stringOf(value.messageId),
    sender: stringOf(value.sender),
    at: numberOf(value.at),
    payload: isRecord(value.payload) ? value.payload : {},
    body: value.payload,
  };
}
