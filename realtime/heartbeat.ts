/** Liveness (P15): who is asked for a sign of life, who is stale, who is over. */
import type { Connection } from "./connection.ts";
import type { Clock } from "./clock.ts";

/** Without an answer for this long a connection is stale, in ms. */
export const STALE_AFTER_MS = 10_000;

export interface HeartbeatOptions {
  readonly intervalMs: number;
  /** Without any frame for this long a connection is over, in ms. */
  readonly timeoutMs: number;
}

/** What a connection needs now. */
export type Need = "fine" | "ask" | "stale" | "over";

/** Decides from the clock alone, so that tests can pass any time. */
export function liveness(
  connection: Pick<
    Connection,
    "state" | "lastSeenAt" | "lastHeartbeatAt" | "heartbeat"
  >,
  now: number,
  { intervalMs, timeoutMs }: HeartbeatOptions,
): Need {
  if (now - connection.lastSeenAt >= timeoutMs) return "over";
  if (connection.state === "stale") return "fine";
  const { heartbeat } = connection;
  // Whoever sent anything since we asked is alive, even without the answer itself.
  if (heartbeat !== undefined && connection.lastSeenAt <= heartbeat.sentAt) {
    return now - heartbeat.sentAt >= STALE_AFTER_MS ? "stale" : "fine";
  }
  return now - connection.lastHeartbeatAt >= intervalMs ? "ask" : "fine";
}

export interface LivenessOptions {
  readonly clock: Clock;
  readonly heartbeat: HeartbeatOptions;
  /** The connection became stale or live again: its user's presence may differ. */
  readonly changed: (connection: Connection) => void;
  /** It was stale and spoke: send what it missed. */
  readonly revived: (connection: Connection) => void;
  /** It has been silent for too long. */
  readonly over: (connection: Connection) => void;
}

/** Asks for signs of life, and acts on their absence. */
export class Liveness {
  readonly #options: LivenessOptions;

  constructor(options: LivenessOptions) {
    this.#options = options;
  }

  sweep(connections: Iterable<Connection>): void {
    const { clock, heartbeat, changed, over } = this.#options;
    const now = clock.monotonicMs();
    for (const connection of connections) {
      switch (liveness(connection, now, heartbeat)) {
        case "over":
          over(connection);
          break;
        case "stale":
          connection.state = "stale";
          changed(connection);
          break;
        case "ask":
          this.#ask(connection, now);
      }
    }
  }

  /** Any frame is a sign of life. */
  alive(connection: Connection): void {
    const { clock, changed, revived } = this.#options;
    connection.lastSeenAt = clock.monotonicMs();
    if (connection.state !== "stale") return;
    connection.state = "open";
    connection.heartbeat = undefined;
    changed(connection);
    revived(connection);
  }

  #ask(connection: Connection, now: number): void {
    // A full socket tells by itself whether somebody still reads (P17).
    if (connection.lagging) return;
    connection.lastHeartbeatAt = now;
    const id = connection.nextHeartbeatId();
    connection.heartbeat = { id, sentAt: now };
    const at = this.#options.clock.now();
    connection.reply({ type: "HEARTBEAT", id, at });
  }
}

/** How often to look, so that no deadline is missed by more than a tenth, in ms. */
export function sweepIntervalMs({ intervalMs, timeoutMs }: HeartbeatOptions) {
  return Math.max(10, Math.min(1_000, intervalMs / 4, timeoutMs / 10));
}

/**
 * When each connection should come back after a restart (P20): spread evenly over 2 s
 * per 1,000 connections, at most 10 s, so that they return one after the other.
 */
export function reconnectSlotMs(index: number, connections: number): number {
  const spreadMs = Math.min(10_000, 2 * connections);
  return connections === 0 ? 0 : Math.round(spreadMs * index / connections);
}
