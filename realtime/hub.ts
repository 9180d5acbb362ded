/**
 * The hub: every connection of this node, the channels they follow, and the ways in
 * that HTTP shares with the socket. It knows no domain: who may what, and what a
 * command does, is handed in.
 */
import { Channels } from "./channels.ts";
import { SYSTEM_CLOCK } from "./clock.ts";
import { CLOSE, SUBPROTOCOL } from "./codes.ts";
import { Connection, reconnectReason, type Socket } from "./connection.ts";
import {
  Connections,
  type ConnectionView,
  type HubStats,
  viewOf,
} from "./connections.ts";
import { FlushScheduler } from "./flush.ts";
import { Liveness, reconnectSlotMs, sweepIntervalMs } from "./heartbeat.ts";
import { type HistoryPage, readHistory } from "./history_page.ts";
import { Histogram } from "./histogram.ts";
import { type HubLimits, type HubOptions } from "./hub_options.ts";
import { Laggards } from "./laggards.ts";
import { SILENT } from "./logger.ts";
import { Presence } from "./presence.ts";
import { channelKind, MAX_FRAME_BYTES, type PresenceUser } from "./protocol.ts";
import {
  type Direct,
  type Publish,
  type Published,
  Publisher,
  refused,
} from "./publisher.ts";
import { SharedReads } from "./recovery.ts";
import { Requests } from "./requests.ts";
import { Subscriptions } from "./subscriptions.ts";
import type { User } from "./user.ts";

/** How long draining waits for requests under way before it closes, in ms. */
const DRAIN_GRACE_MS = 1_500;

export class Hub {
  readonly limits: HubLimits;
  readonly subprotocol = SUBPROTOCOL;
  readonly channels: Channels;
  readonly deliveryMs = new Histogram();
  readonly #options: HubOptions;
  readonly #connections = new Connections();
  readonly #laggards: Laggards;
  readonly #liveness: Liveness;
  readonly #publisher: Publisher;
  readonly #subscriptions: Subscriptions;
  readonly #requests: Requests;
  readonly #startedAt: number;
  readonly #stops: (() => void)[] = [];
  #draining = false;

  constructor(options: HubOptions) {
    this.#options = options;
    this.limits = options.limits;
    const clock = options.clock ?? SYSTEM_CLOCK;
    const logger = options.logger ?? SILENT;
    this.#startedAt = clock.monotonicMs();
    this.#laggards = new Laggards({
      now: clock.monotonicMs,
      resume: (connection) => this.#subscriptions.resume(connection),
      giveUp: (connection) => this.#end(connection, CLOSE.tooSlow),
    });
    const scheduler = new FlushScheduler((error) =>
      logger.error("flush failed", { error })
    );
    this.#stops.push(() => scheduler.stop());
    this.channels = new Channels(options.log, {
      scheduler,
      maxFrameBytes: Math.min(
        MAX_FRAME_BYTES,
        options.limits.maxBufferedBytes,
      ),
      transientCapacity: options.limits.transientHistory,
      deliveryMs: this.deliveryMs,
      behind: ({ connection: { id } }) => {
        const connection = this.#connections.get(id);
        if (connection !== undefined) this.#laggards.add(connection);
      },
    }, newEpoch);
    this.#publisher = new Publisher({
      channels: this.channels,
      log: options.log,
      access: options.access,
      userChannel: options.userChannel,
      maxPayloadBytes: options.limits.maxMessageBytes,
      now: clock.now,
    });
    this.#subscriptions = new Subscriptions({
      channels: this.channels,
      access: options.access,
      reads: new SharedReads(options.log),
      log: options.log,
      logger,
      maxSubscriptions: options.limits.maxSubscriptions,
      waiting: (connection) => this.#laggards.add(connection),
    });
    this.#requests = new Requests({
      subscriptions: this.#subscriptions,
      publish: (publish) => this.#publisher.publish(publish),
      sendDirect: (direct) => this.#publisher.sendDirect(direct),
      runCommand: options.runCommand,
      commandChannel: options.commandChannel,
      userChannel: options.userChannel,
      clock,
      logger,
      maxMessageBytes: options.limits.maxMessageBytes,
      maxPendingRequests: options.limits.maxPendingRequests,
      end: (connection, code) => this.#end(connection, code),
      waiting: (connection) => this.#laggards.add(connection),
    });
    this.#liveness = new Liveness({
      clock,
      heartbeat: options.limits.heartbeat,
      changed: (connection) => this.#subscriptions.touchPresence(connection),
      revived: (connection) => this.#laggards.add(connection),
      over: (connection) => this.#end(connection, CLOSE.heartbeatTimeout),
    });
    this.#stops.push(options.log.feed((entries, cursor) => {
      this.channels.append(entries);
      options.onEntries?.(entries, cursor);
    }));
    const timer = setInterval(
      () => this.sweep(),
      sweepIntervalMs(options.limits.heartbeat),
    );
    this.#stops.push(() => clearInterval(timer));
  }

  get draining(): boolean {
    return this.#draining;
  }

  get size(): number {
    return this.#connections.size;
  }

  /**
   * Takes an open socket: subscribes what every user holds and sends the first message
   * (P3). What arrives before this resolves is the caller's to keep.
   *
   * @param onForget Called once, when the hub has forgotten the connection.
   * @returns Undefined when the connection was over before it was established.
   */
  async connect(
    socket: Socket,
    user: User,
    onForget?: () => void,
  ): Promise<Connection | undefined> {
    const { log, limits, node } = this.#options;
    const clock = this.#clock;
    const connection = new Connection(
      newId(),
      user,
      socket,
      limits,
      clock.now(),
      clock.monotonicMs(),
    );
    connection.onForget = onForget;
    this.#connections.add(connection);
    try {
      const subscriptions = await this.#subscriptions.byServer(
        connection,
        [this.#options.userChannel(user.userId), "topic:all"],
      );
      // Signed out while the head was read: nothing to establish.
      if (connection.state === "closed") return undefined;
      if (this.#draining) {
        this.#end(connection, CLOSE.restarting);
        return undefined;
      }
      connection.state = "open";
      connection.reply({
        type: "CONNECTION_ESTABLISHED",
        payload: {
          connectionId: connection.id,
          userId: user.userId,
          name: user.name,
          roles: user.roles,
          node,
          protocol: 1,
          heartbeatIntervalMs: limits.heartbeat.intervalMs,
          connectionTimeoutMs: limits.heartbeat.timeoutMs,
          maxMessageBytes: limits.maxMessageBytes,
          ackLevel: log.level,
          serverTime: clock.now(),
          subscriptions,
        },
      });
      // What was published while it opened has only moved its channels, not its positions.
      this.#laggards.add(connection);
      this.#logger.debug("connected", logProperties(connection));
      return connection;
    } catch (error) {
      this.#logger.error("cannot establish a connection", {
        ...logProperties(connection),
        error,
      });
      this.#end(connection, CLOSE.restarting);
      return undefined;
    }
  }

  /** Takes whatever a socket delivered. Never throws. */
  receive(connection: Connection, data: unknown): void {
    if (connection.state === "closed") return;
    this.#liveness.alive(connection);
    try {
      this.#requests.receive(connection, data);
    } catch (error) {
      this.#logger.error("request failed", {
        ...logProperties(connection),
        error,
      });
    }
  }

  /** The socket is gone, or is to be taken as gone. May be called more than once. */
  forget(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    this.#laggards.delete(connection);
    this.#subscriptions.dropAll(connection);
    connection.close(1000);
    connection.onForget?.();
    this.#logger.debug("disconnected", logProperties(connection));
  }

  /** Publishes to a topic for a user. @throws {RealtimeError} thrown or rejected */
  publish(publish: Publish): Published | Promise<Published> {
    return this.#publisher.publish(publish);
  }

  /** Sends to one user, who may be offline. @throws {RealtimeError} rejected */
  sendDirect(direct: Direct): Promise<Published> {
    return this.#publisher.sendDirect(direct);
  }

  /**
   * Sends readers of a channel something without an offset, which need not arrive; of one
   * `key` only the latest does (P9). Nobody reads the channel here: nothing happens.
   */
  signal(channel: string, type: string, key: string, payload: object): void {
    const open = this.channels.get(channel);
    if (open === undefined) return;
    const at = this.#clock.now();
    open.signal(
      key,
      JSON.stringify({ type, channel, at, payload: { ...payload, key } }),
    );
  }

  /** Reports whether anybody on this node is subscribed to the channel. */
  hasReaders(channel: string): boolean {
    const open = this.channels.get(channel);
    return open !== undefined && open.subscriptions.size > 0;
  }

  /** A page of a channel's publications, oldest first, as the socket would send them. */
  async history(
    user: User,
    channel: string,
    after: number,
    limit: number,
  ): Promise<HistoryPage> {
    await this.#mayRead(user, channel);
    const open = await this.channels.open(channel);
    this.channels.release(open);
    return await readHistory(open, this.#options.log, after, limit);
  }

  async presence(
    user: User,
    channel: string,
  ): Promise<{ users: readonly (PresenceUser & { connections: number })[] }> {
    await this.#mayRead(user, channel);
    const open = this.channels.get(channel);
    const presence = new Presence(open?.subscriptions ?? []);
    return { users: presence.roster() };
  }

  /** Subscribes a connection on the server's decision; its user must be allowed to read. */
  async subscribe(connectionId: string, channel: string) {
    const connection = this.#connections.get(connectionId);
    if (connection === undefined) throw refused("not_found");
    const [position] = await this.#subscriptions.byServer(
      connection,
      [channel],
      { check: true },
    );
    if (position === undefined) throw refused("not_found");
    connection.reply({
      type: "SUBSCRIBED",
      channel,
      payload: { epoch: position.epoch, offset: position.offset },
    });
    return { epoch: position.epoch, offset: position.offset };
  }

  unsubscribe(connectionId: string, channel: string): boolean {
    const connection = this.#connections.get(connectionId);
    if (connection === undefined) return false;
    return this.#subscriptions.drop(connection, channel);
  }

  /** Asks again who may read this channel, and drops those who may not any more (I4). */
  recheckAccess(channel: string): Promise<void> {
    return this.#subscriptions.recheckAccess(channel);
  }

  disconnect(connectionId: string, code: number): boolean {
    const connection = this.#connections.get(connectionId);
    if (connection === undefined) return false;
    this.#end(connection, code);
    return true;
  }

  /** Closes all connections of a user on this node; answers how many there were. */
  disconnectUser(userId: string, code: number): number {
    const held = this.#connections.ofUser(userId);
    for (const connection of held) this.#end(connection, code);
    return held.length;
  }

  connections(): readonly ConnectionView[] {
    return [...this.#connections.values()].map((connection) =>
      viewOf(connection, this.#clock)
    );
  }

  connection(id: string): ConnectionView | undefined {
    const connection = this.#connections.get(id);
    return connection === undefined
      ? undefined
      : viewOf(connection, this.#clock);
  }

  stats(): HubStats {
    return {
      node: this.#options.node,
      uptimeMs: Math.round(this.#clock.monotonicMs() - this.#startedAt),
      ...this.#connections.stats(),
      laggingConnections: this.#laggards.size,
      channels: this.channels.size,
      publications: this.#publisher.publications,
      deliveryMs: {
        p50: this.deliveryMs.quantile(0.5),
        p99: this.deliveryMs.quantile(0.99),
      },
    };
  }

  /** Looks at the liveness of every connection once; a timer calls it, and tests do. */
  sweep(): void {
    this.#liveness.sweep(this.#connections.values());
  }

  /** Lets nobody in any more, sends everybody away, and stops (P20). */
  async drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    await this.sendAway();
    this.stop();
  }

  /**
   * Tells everybody when to come back, lets requests under way finish, closes all (P20).
   * Whoever comes meanwhile stays.
   *
   * @returns How many there were.
   */
  async sendAway(): Promise<number> {
    const connections = [...this.#connections.values()];
    const slots = connections.map((connection, index) => {
      const reconnectInMs = reconnectSlotMs(index, connections.length);
      connection.reply({ type: "DRAINING", payload: { reconnectInMs } });
      return { connection, reconnectInMs };
    });
    await this.#requests.settled(DRAIN_GRACE_MS);
    for (const { connection, reconnectInMs } of slots) {
      if (connection.state === "closed") continue;
      this.#end(connection, CLOSE.restarting, reconnectReason(reconnectInMs));
    }
    return connections.length;
  }

  /** Stops timers and the feed without a word to anybody. */
  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#laggards.stop();
  }

  get #clock() {
    return this.#options.clock ?? SYSTEM_CLOCK;
  }

  get #logger() {
    return this.#options.logger ?? SILENT;
  }

  #end(connection: Connection, code: number, reason = ""): void {
    const level = code === CLOSE.restarting ? "debug" : "info";
    this.#logger[level]("closing a connection", {
      ...logProperties(connection),
      code,
    });
    connection.close(code, reason);
    this.forget(connection);
  }

  async #mayRead(user: User, channel: string): Promise<void> {
    const grant = channelKind(channel) === undefined
      ? undefined
      : await this.#options.access.read(user, channel);
    if (grant === undefined) throw refused("not_found");
  }
}

/** What stands in the log beside everything about a connection. */
export function logProperties({ id, user }: Connection) {
  return { connectionId: id, userId: user.userId };
}

/** Short, because every publication carries it; random, because it names one life. */
function newEpoch(): string {
  return crypto.randomUUID().slice(0, 8);
}

function newId(): string {
  return crypto.randomUUID();
}
