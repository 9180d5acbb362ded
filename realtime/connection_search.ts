/** Finding connections among many: by words in their ids, by state, the worst first. */
import type { Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { type ConnectionView, viewOf } from "./connections.ts";

export const CONNECTION_ORDERS = [
  "buffered",
  "lag",
  "latency",
  "newest",
] as const;
export type ConnectionOrder = typeof CONNECTION_ORDERS[number];

export const CONNECTION_STATES = [
  "open",
  "lagging",
  "stale",
  "opening",
] as const;

export interface ConnectionQuery {
  /** Part of the user's or the connection's id, in either case. */
  readonly text: string;
  /** @default any */
  readonly state?: typeof CONNECTION_STATES[number];
  readonly order: ConnectionOrder;
  /** How many are left out in front. */
  readonly from: number;
  readonly limit: number;
}

export interface FoundConnection extends ConnectionView {
  /** For how long its socket has not drained, in ms; 0 while it does. */
  readonly lagMs: number;
}

export interface FoundConnections {
  /** How many fit, on this page or not. */
  readonly found: number;
  readonly items: readonly FoundConnection[];
}

/** Only what is shown is looked at in full: ten thousand are sorted by one number each. */
export function searchConnections(
  connections: Iterable<Connection>,
  { text, state, order, from, limit }: ConnectionQuery,
  clock: Clock,
): FoundConnections {
  const now = clock.monotonicMs();
  const words = text.trim().toLowerCase();
  const ranked: { connection: Connection; rank: number }[] = [];
  for (const connection of connections) {
    if (state !== undefined && stateOf(connection) !== state) continue;
    const fits = words === "" || connection.id.includes(words) ||
      connection.user.userId.toLowerCase().includes(words);
    if (fits) ranked.push({ connection, rank: rankOf(connection, order, now) });
  }
  ranked.sort((a, b) => b.rank - a.rank);
  const items = ranked.slice(from, from + limit).map(({ connection }) => ({
    ...viewOf(connection, clock),
    lagMs: lagOf(connection, now),
  }));
  return { found: ranked.length, items };
}

/** `open` while it keeps up. */
function stateOf({ state, stuck }: Connection): ConnectionView["state"] {
  return state === "open" && stuck !== undefined ? "lagging" : state;
}

function lagOf({ stuck }: Connection, now: number): number {
  return stuck === undefined ? 0 : Math.max(0, Math.round(now - stuck.since));
}

function rankOf(
  connection: Connection,
  order: ConnectionOrder,
  now: number,
): number {
  switch (order) {
    case "buffered":
      return connection.bufferedBytes;
    case "lag":
      return lagOf(connection, now);
    case "latency":
      return connection.latencyMs ?? -1;
    case "newest":
      return connection.connectedAt;
  }
}
