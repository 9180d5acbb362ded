/** Liveness (P15): who is asked for a sign of life, who is stale, who is over. */
import type { Connection } from "./connection.ts";

/** Without an answer for this long a connection is stale, in ms. */
export const STALE_AFTER_MS = 10_000;

export interface HeartbeatOptions {
  readonly intervalMs: number;
  /** Without any frame for this long a connection is over, in ms. */
  readonly timeoutMs: number;
}

/** What a connection needs now. */
export type Liveness = "fine" | "ask" | "stale" | "over";

/** Decides from the clock alone, so that tests can pass any time. */
export function liveness(
  connection: Pick<
    Connection,
    "state" | "lastSeenAt" | "lastHeartbeatAt" | "heartbeat"
  >,
  now: number,
  { intervalMs, timeoutMs }: HeartbeatOptions,
): Liveness {
  if (now - connection.lastSeenAt >= timeoutMs) return "over";
  if (connection.state === "stale") return "fine";
  const { heartbeat } = connection;
  if (heartbeat !== undefined) {
    return now - heartbeat.sentAt >= STALE_AFTER_MS ? "stale" : "fine";
  }
  return now - connection.lastHeartbeatAt >= intervalMs ? "ask" : "fine";
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
