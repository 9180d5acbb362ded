/**
 * One connection: a socket, who is behind it, and how much it may still be sent.
 * It never holds more than the limit unsent; replies that do not fit wait here,
 * bounded by the number of requests that may be under way (P17, P18).
 */
import { Latency } from "./client/latency.ts";
import { byteLength } from "./frame.ts";
import { Lanes } from "./lanes.ts";
import { MinuteCounter, TokenBucket } from "./limits.ts";
import type { ServerMessage } from "./protocol.ts";
import type { Reader, Subscription } from "./subscription.ts";
import type { User } from "./user.ts";

/** The part of a WebSocket that we use; tests hand in a fake. */
export interface Socket {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  readonly bufferedAmount: number;
  /** @default "websocket" */
  readonly transport?: Transport;
  /** The id the client was told already. @default one the hub makes */
  readonly connectionId?: string;
}

/** How a connection's messages travel. */
export const TRANSPORTS = ["websocket", "sse"] as const;
export type Transport = typeof TRANSPORTS[number];

export interface ConnectionLimits {
  readonly maxBufferedBytes: number;
  /** Messages per second in the long run; twice that in a burst. */
  readonly ratePerSecond: number;
}

/** `opening` until greeted (P3), `stale` while it does not answer (P15). */
export type ConnectionState = "opening" | "open" | "stale" | "closed";

export class Connection implements Reader {
  readonly subscriptions = new Map<string, Subscription>();
  readonly lanes = new Lanes();
  readonly malformed = new MinuteCounter();
  readonly bucket: TokenBucket;
  state: ConnectionState = "opening";
  lastSeenAt: number;
  /** The heartbeat that waits for an answer. */
  heartbeat: { id: number; sentAt: number } | undefined;
  lastHeartbeatAt: number;
  messagesSent = 0;
  messagesReceived = 0;
  /** UTF-8 of the messages, without the framing of the socket. */
  bytesSent = 0;
  /** The same of what came; a frame that ends the connection is not taken. */
  bytesReceived = 0;
  /** Requests that wait or run. */
  pendingRequests = 0;
  /** Rate-limited messages in a row. */
  refusedInARow = 0;
  /** Gives back what the connection holds elsewhere, once, when it is forgotten. */
  onForget: (() => void) | undefined;
  /** Since when the socket has not drained, and what it held then. */
  stuck: { since: number; bufferedBytes: number } | undefined;
  #replies: string[] | undefined;
  #latency: Latency | undefined;
  #heartbeats = 0;

  constructor(
    readonly id: string,
    readonly user: User,
    readonly socket: Socket,
    readonly limits: ConnectionLimits,
    /** Wall clock, ms since 1970. */
    readonly connectedAt: number,
    openedAtMonotonic: number,
  ) {
    this.lastSeenAt = openedAtMonotonic;
    this.lastHeartbeatAt = openedAtMonotonic;
    this.bucket = new TokenBucket(
      limits.ratePerSecond,
      limits.ratePerSecond * 2,
      openedAtMonotonic,
    );
  }

  get transport(): Transport {
    return this.socket.transport ?? "websocket";
  }

  get bufferedBytes(): number {
    return this.state === "closed" ? 0 : this.socket.bufferedAmount;
  }

  /** True while replies wait or the socket is over its limit. */
  get lagging(): boolean {
    return this.#replies !== undefined;
  }

  /** Median of the last round trips, in ms; null before the first. */
  get latencyMs(): number | null {
    return this.#latency?.figures().medianMs ?? null;
  }

  /** Replies that wait for the socket to drain. */
  get waitingReplies(): number {
    return this.#replies?.length ?? 0;
  }

  /** True when a frame of this size and `count` messages may be sent now. */
  fits(bytes: number, count: number): boolean {
    if (this.state !== "open" || this.#replies !== undefined) return false;
    return this.#hasRoom(bytes, count);
  }

  /** Sends a frame of `count` messages if it fits; otherwise the caller keeps a position. */
  offer(text: string, bytes: number, count: number): boolean {
    if (!this.fits(bytes, count)) return false;
    return this.#send(text, bytes, count);
  }

  /** Sends a reply, or keeps it until the socket has drained. False when it had to wait. */
  reply(message: ServerMessage): boolean {
    if (this.state === "closed") return true;
    const text = JSON.stringify(message);
    if (this.offer(text, byteLength(text), 1)) return true;
    (this.#replies ??= []).push(text);
    return false;
  }

  /** Sends waiting replies while they fit. True when none is left. */
  flushReplies(): boolean {
    const replies = this.#replies;
    if (replies === undefined) return true;
    if (this.state !== "open") return false;
    let sent = 0;
    for (const text of replies) {
      const bytes = byteLength(text);
      if (!this.#hasRoom(bytes, 1) || !this.#send(text, bytes, 1)) break;
      sent++;
    }
    if (sent === replies.length) {
      this.#replies = undefined;
      return true;
    }
    replies.splice(0, sent);
    return false;
  }

  nextHeartbeatId(): number {
    return ++this.#heartbeats;
  }

  /** Records one answered heartbeat. */
  roundTrip(ms: number): void {
    (this.#latency ??= new Latency()).add(ms);
  }

  /** Closes the socket. Its own close event may come twice or never (P16). */
  close(code: number, reason = ""): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.#replies = undefined;
    try {
      this.socket.close(code, reason);
    } catch {
      // The socket was gone already; that is what we wanted.
    }
  }

  #hasRoom(bytes: number, count: number): boolean {
    const buffered = this.socket.bufferedAmount;
    // An empty socket takes any one message, or one over the limit could never leave.
    if (buffered === 0 && count === 1) return true;
    return buffered + bytes <= this.limits.maxBufferedBytes;
  }

  #send(text: string, bytes: number, count: number): boolean {
    try {
      this.socket.send(text);
    } catch {
      // A socket that cannot send is over; its close event or the sweep forgets it.
      return false;
    }
    this.messagesSent += count;
    this.bytesSent += bytes;
    return true;
  }
}

/** The close reason that tells a client when to come back (P19). */
export function reconnectReason(reconnectInMs: number): string {
  return JSON.stringify({ reconnectInMs: Math.round(reconnectInMs) });
}
