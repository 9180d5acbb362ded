/**
 * The hub: every connection of this node, the channels they follow, and the ways in
 * that HTTP shares with the socket. It knows no domain: who may what, and what a
 * command does, is handed in.
 */
import { CLOSE, SUBPROTOCOL } from "./codes.ts";
import { Connection, reconnectReason, type Socket } from "./connection.ts";
import { reconnectSlotMs, sweepIntervalMs } from "./heartbeat.ts";
import type { HubLimits, HubOptions } from "./hub_options.ts";
import {
  createHubParts,
  EVERYBODY,
  type HubParts,
  logProperties,
} from "./hub_parts.ts";
import { HubQuestions } from "./hub_questions.ts";
import {
  type Direct,
  type Publish,
  type Published,
  refused,
} from "./publisher.ts";
import type { User } from "./user.ts";

/** How long draining waits for requests under way before it closes, in ms. */
const DRAIN_GRACE_MS = 1_500;

export class Hub extends HubQuestions {
  readonly limits: HubLimits;
  readonly subprotocol = SUBPROTOCOL;
  readonly #options: HubOptions;
  readonly #parts: HubParts;
  readonly #stops: (() => void)[] = [];
  #draining = false;

  constructor(options: HubOptions) {
    const parts = createHubParts(options);
    super(parts);
    this.#options = options;
    this.#parts = parts;
    this.limits = options.limits;
    this.#stops.push(() => parts.stop());
    parts.topics?.start();
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
    const { clock, connections, laggards, logger } = this.#parts;
    const { transport = "websocket", connectionId = newId() } = socket;
    const connection = new Connection(
      connectionId,
      user,
      socket,
      limits,
      clock.now(),
      clock.monotonicMs(),
    );
    connection.onForget = onForget;
    connections.add(connection);
    try {
      const subscriptions = await this.#parts.subscriptions.byServer(
        connection,
        [this.#options.userChannel(user.userId), EVERYBODY],
      );
      // Signed out while the head was read: nothing to establish.
      if (connection.state === "closed") return undefined;
      if (this.#draining) {
        this.#parts.end(connection, CLOSE.restarting);
        return undefined;
      }
      connection.state = "open";
      connection.reply({
        type: "CONNECTION_ESTABLISHED",
        payload: {
          connectionId,
          userId: user.userId,
          name: user.name,
          roles: user.roles,
          node,
          transport,
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
      laggards.add(connection);
      logger.debug("connected", logProperties(connection));
      return connection;
    } catch (error) {
      logger.error("cannot establish a connection", {
        ...logProperties(connection),
        error,
      });
      this.#parts.end(connection, CLOSE.restarting);
      return undefined;
    }
  }

  /** Takes whatever a socket delivered. Never throws. */
  receive(connection: Connection, data: unknown): void {
    if (connection.state === "closed") return;
    const { liveness, requests, logger } = this.#parts;
    liveness.alive(connection);
    try {
      requests.receive(connection, data);
    } catch (error) {
      logger.error("request failed", {
        ...logProperties(connection),
        error,
      });
    }
  }

  /** The socket is gone, or is to be taken as gone. May be called more than once. */
  forget(connection: Connection): void {
    this.#parts.forget(connection);
  }

  /** Publishes to a topic for a user. @throws {RealtimeError} thrown or rejected */
  publish(publish: Publish): Published | Promise<Published> {
    return this.#parts.publisher.publish(publish);
  }

  /** Sends to one user, who may be offline. @throws {RealtimeError} rejected */
  sendDirect(direct: Direct): Promise<Published> {
    return this.#parts.publisher.sendDirect(direct);
  }

  /**
   * Sends readers of a channel, on every node, something without an offset, which need not
   * arrive; of one `key` only the latest does (P9).
   */
  signal(channel: string, type: string, key: string, payload: object): void {
    const { bus, signals } = this.#parts;
    const open = this.channels.get(channel);
    if (open === undefined && bus.peers().length === 0) return;
    const text = this.#encodeSignal(channel, type, key, payload);
    open?.signal(key, text);
    signals.tell(channel, key, text);
  }

  /** The same for the readers on this node alone: the other nodes find out by themselves. */
  signalHere(
    channel: string,
    type: string,
    key: string,
    payload: object,
  ): void {
    const open = this.channels.get(channel);
    if (open === undefined) return;
    open.signal(key, this.#encodeSignal(channel, type, key, payload));
  }

  /** Subscribes a connection on the server's decision; its user must be allowed to read. */
  async subscribe(connectionId: string, channel: string) {
    const connection = this.#parts.connections.get(connectionId);
    if (connection === undefined) throw refused("not_found");
    const [position] = await this.#parts.subscriptions.byServer(
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
    const connection = this.#parts.connections.get(connectionId);
    if (connection === undefined) return false;
    return this.#parts.subscriptions.drop(connection, channel);
  }

  /** Asks again who may read this channel, and drops those who may not any more (I4). */
  recheckAccess(channel: string): Promise<void> {
    return this.#parts.subscriptions.recheckAccess(channel);
  }

  disconnect(connectionId: string, code: number): boolean {
    const connection = this.#parts.connections.get(connectionId);
    if (connection === undefined) return false;
    this.#parts.end(connection, code);
    return true;
  }

  /**
   * Closes all connections of a user on this node; answers how many there were.
   *
   * @param options.signInId Only those that came through it.
   */
  disconnectUser(
    userId: string,
    code: number,
    { signInId }: { readonly signInId?: string } = {},
  ): number {
    const held = this.#parts.connections.ofUser(userId).filter(({ user }) =>
      signInId === undefined || user.signInId === signInId
    );
    for (const connection of held) this.#parts.end(connection, code);
    return held.length;
  }

  /** Looks at the liveness of every connection once; a timer calls it, and tests do. */
  sweep(): void {
    this.#parts.liveness.sweep(this.#parts.connections.values());
  }

  /** Lets nobody in any more, sends everybody away, and stops (P20). */
  async drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    await this.sendAway();
    await this.#parts.topics?.release();
    this.stop();
  }

  /**
   * Tells everybody when to come back, lets requests under way finish, closes all (P20).
   * Whoever comes meanwhile stays.
   *
   * @returns How many there were.
   */
  async sendAway(): Promise<number> {
    const connections = [...this.#parts.connections.values()];
    const slots = connections.map((connection, index) => {
      const reconnectInMs = reconnectSlotMs(index, connections.length);
      connection.reply({ type: "DRAINING", payload: { reconnectInMs } });
      return { connection, reconnectInMs };
    });
    await this.#parts.requests.settled(DRAIN_GRACE_MS);
    for (const { connection, reconnectInMs } of slots) {
      if (connection.state === "closed") continue;
      this.#parts.end(
        connection,
        CLOSE.restarting,
        reconnectReason(reconnectInMs),
      );
    }
    return connections.length;
  }

  /** Stops timers and the feed without a word to anybody. */
  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  #encodeSignal(
    channel: string,
    type: string,
    key: string,
    payload: object,
  ): string {
    const at = this.#parts.clock.now();
    return JSON.stringify({ type, channel, at, payload: { ...payload, key } });
  }
}

function newId(): string {
  return crypto.randomUUID();
}
