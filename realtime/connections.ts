/** The connections of this node, by id and by user, and what operators see of them. */
import type { Connection, ConnectionState, Transport } from "./connection.ts";
import type { Clock } from "./clock.ts";

export interface ConnectionView {
  readonly connectionId: string;
  readonly userId: string;
  readonly transport: Transport;
  readonly state: ConnectionState | "lagging";
  /** ms since 1970. */
  readonly connectedAt: number;
  /** ms since 1970. */
  readonly lastSeenAt: number;
  readonly messagesSent: number;
  readonly messagesReceived: number;
  /** UTF-8 of the messages, without the framing of the transport. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Median of the last round trips; null before the first. */
  readonly latencyMs: number | null;
  readonly bufferedBytes: number;
  readonly subscriptions: readonly string[];
}

export interface HubStats {
  readonly node: string;
  readonly uptimeMs: number;
  readonly totalConnections: number;
  readonly activeConnections: number;
  readonly authenticatedConnections: number;
  readonly staleConnections: number;
  readonly laggingConnections: number;
  readonly channels: number;
  readonly subscriptions: number;
  readonly messagesReceived: number;
  readonly messagesSent: number;
  /** UTF-8 of the messages, without the framing of the socket. */
  readonly bytesSent: number;
  /** The same of what came, by how it came. */
  readonly bytesReceived: Readonly<Record<Transport, number>>;
  readonly publications: number;
  /** Mean over connections of their median round trip; null before the first. */
  readonly averageLatencyMs: number | null;
  /** From publication to the socket. */
  readonly deliveryMs: { readonly p50: number; readonly p99: number };
}

/** What is counted of all connections together, those that are gone included in totals. */
export type Traffic = Pick<
  HubStats,
  | "totalConnections"
  | "staleConnections"
  | "subscriptions"
  | "messagesSent"
  | "messagesReceived"
  | "bytesSent"
  | "bytesReceived"
>;

export function viewOf(connection: Connection, clock: Clock): ConnectionView {
  const silentMs = clock.monotonicMs() - connection.lastSeenAt;
  return {
    connectionId: connection.id,
    userId: connection.user.userId,
    transport: connection.transport,
    state: connection.state === "open" && connection.stuck !== undefined
      ? "lagging"
      : connection.state,
    connectedAt: connection.connectedAt,
    lastSeenAt: Math.round(clock.now() - silentMs),
    messagesSent: connection.messagesSent,
    messagesReceived: connection.messagesReceived,
    bytesSent: connection.bytesSent,
    bytesReceived: connection.bytesReceived,
    latencyMs: connection.latencyMs,
    bufferedBytes: connection.bufferedBytes,
    subscriptions: [...connection.subscriptions.keys()],
  };
}

export class Connections {
  readonly #byId = new Map<string, Connection>();
  readonly #byUser = new Map<string, Set<Connection>>();
  /** Counted by connections that are gone; the living ones carry their own counts. */
  #sentBefore = 0;
  #receivedBefore = 0;
  #bytesBefore = 0;
  readonly #bytesInBefore = { websocket: 0, sse: 0 };

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): Connection | undefined {
    return this.#byId.get(id);
  }

  values(): IterableIterator<Connection> {
    return this.#byId.values();
  }

  /** A copy, so that closing them while walking is safe. */
  ofUser(userId: string): readonly Connection[] {
    return [...this.#byUser.get(userId) ?? []];
  }

  add(connection: Connection): void {
    this.#byId.set(connection.id, connection);
    const { userId } = connection.user;
    const held = this.#byUser.get(userId);
    if (held === undefined) this.#byUser.set(userId, new Set([connection]));
    else held.add(connection);
  }

  /** False when it was gone already. */
  delete(connection: Connection): boolean {
    if (!this.#byId.delete(connection.id)) return false;
    this.#sentBefore += connection.messagesSent;
    this.#receivedBefore += connection.messagesReceived;
    this.#bytesBefore += connection.bytesSent;
    this.#bytesInBefore[connection.transport] += connection.bytesReceived;
    const { userId } = connection.user;
    const held = this.#byUser.get(userId);
    held?.delete(connection);
    if (held?.size === 0) this.#byUser.delete(userId);
    return true;
  }

  /** Counts alone, without latencies: cheap enough to be asked every second. */
  traffic(): Traffic {
    let staleConnections = 0;
    let subscriptions = 0;
    let messagesSent = this.#sentBefore;
    let messagesReceived = this.#receivedBefore;
    let bytesSent = this.#bytesBefore;
    const bytesReceived = { ...this.#bytesInBefore };
    for (const connection of this.#byId.values()) {
      if (connection.state === "stale") staleConnections++;
      subscriptions += connection.subscriptions.size;
      messagesSent += connection.messagesSent;
      messagesReceived += connection.messagesReceived;
      bytesSent += connection.bytesSent;
      bytesReceived[connection.transport] += connection.bytesReceived;
    }
    return {
      totalConnections: this.#byId.size,
      staleConnections,
      subscriptions,
      messagesSent,
      messagesReceived,
      bytesSent,
      bytesReceived,
    };
  }

  stats() {
    const traffic = this.traffic();
    const { totalConnections, staleConnections } = traffic;
    let latencySum = 0;
    let measured = 0;
    for (const { latencyMs } of this.#byId.values()) {
      if (latencyMs === null) continue;
      latencySum += latencyMs;
      measured++;
    }
    return {
      ...traffic,
      activeConnections: totalConnections - staleConnections,
      authenticatedConnections: totalConnections,
      averageLatencyMs: measured === 0 ? null : latencySum / measured,
    };
  }
}
