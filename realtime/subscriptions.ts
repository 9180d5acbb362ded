/** Taking, keeping and losing subscriptions: who may, from where, and catching up (P8, P10). */
import type { Channel } from "./channel.ts";
import type { Channels } from "./channels.ts";
import type { Connection } from "./connection.ts";
import type { Access, Grant } from "./hub_options.ts";
import type { Log } from "./log/log.ts";
import type { Logger } from "./logger.ts";
import { channelKind, type Since, type StreamPosition } from "./protocol.ts";
import { RealtimeError } from "./realtime_error.ts";
import { catchUp, type SharedReads } from "./recovery.ts";
import { SHORT_HASH } from "./frame.ts";
import { Subscription } from "./subscription.ts";

export interface SubscribeOptions {
  readonly since?: Since;
  readonly history?: number;
  readonly presence?: boolean;
}

/** Where a subscriber starts, and what it is told about it. */
interface Start {
  readonly position: number;
  readonly recovered?: boolean;
  readonly diverged?: true;
}

export interface SubscriptionsOptions {
  readonly channels: Channels;
  readonly access: Access;
  readonly reads: SharedReads;
  readonly log: Pick<Log, "read">;
  readonly logger: Logger;
  readonly maxSubscriptions: number;
  /** This connection could not be sent all it should get: look at it again. */
  readonly waiting: (connection: Connection) => void;
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /** Answers a `SUBSCRIBE`; the reply is sent here, so that nothing can come before it. */
  async subscribe(
    connection: Connection,
    name: string,
    options: SubscribeOptions,
    ref: number | undefined,
  ): Promise<void> {
    const { access, channels } = this.#options;
    // Awaited only when there is something to wait for: a topic answers in this turn.
    const asked = channelKind(name) === undefined
      ? undefined
      : access.read(connection.user, name);
    const grant = asked instanceof Promise ? await asked : asked;
    if (grant === undefined) throw notFound();
    this.#checkRoom(connection, name);
    const opened = channels.open(name);
    let channel = opened instanceof Promise ? await opened : opened;
    const started = this.#start(channel, options);
    const start = started instanceof Promise ? await started : started;
    if (connection.state === "closed") return;
    // The last one may have left while the log answered.
    const again = channels.open(name);
    channel = again instanceof Promise ? await again : again;
    this.#checkRoom(connection, name);
    const subscription = this.#hold(connection, channel, grant, false);
    // Without a `since` a held subscription just goes on: restarting it at the head would lose what gathers.
    const isFresh = start !== undefined || !subscription.held;
    if (isFresh) this.#restart(subscription.taken, channel, start);
    channel.watch(subscription.taken, options.presence === true);
    if (!isFresh) channel.flush();
    connection.reply({
      type: "SUBSCRIBED",
      ref,
      channel: name,
      payload: {
        ...channel.position,
        ...(start?.recovered === undefined
          ? {}
          : { recovered: start.recovered }),
        ...(start?.diverged ? { diverged: true } : {}),
        ...(options.presence ? { presence: roster(channel) } : {}),
      },
    });
    this.#pump(connection, subscription.taken);
  }

  /** Subscribes what the server decides; with `check`, only what the user may read. */
  async byServer(
    connection: Connection,
    names: readonly (string | undefined)[],
    { check = false } = {},
  ): Promise<readonly (StreamPosition & { channel: string })[]> {
    const positions: (StreamPosition & { channel: string })[] = [];
    const { user } = connection;
    for (const name of names) {
      if (name === undefined || channelKind(name) === undefined) continue;
      let grant: Grant | undefined = { role: user.roles[0] ?? "" };
      if (check) grant = await this.#options.access.read(user, name);
      if (grant === undefined) continue;
      const opened = this.#options.channels.open(name);
      const channel = opened instanceof Promise ? await opened : opened;
      if (connection.state === "closed") return [];
      this.#hold(connection, channel, grant, true);
      positions.push({ channel: name, ...channel.position });
    }
    return positions;
  }

  /** Ends one subscription. True when there was one. */
  drop(connection: Connection, name: string): boolean {
    const subscription = connection.subscriptions.get(name);
    if (subscription === undefined) return false;
    connection.subscriptions.delete(name);
    const channel = this.#options.channels.get(name);
    if (channel !== undefined) {
      channel.remove(subscription);
      this.#options.channels.release(channel);
    }
    return true;
  }

  dropAll(connection: Connection): void {
    for (const name of [...connection.subscriptions.keys()]) {
      this.drop(connection, name);
    }
  }

  /** The socket has room: sends replies, then what was missed. True when nothing waits. */
  resume(connection: Connection): boolean {
    if (!connection.flushReplies()) return false;
    let waits = false;
    for (const subscription of connection.subscriptions.values()) {
      if (!subscription.behind) continue;
      waits = true;
      this.#pump(connection, subscription);
    }
    return !waits;
  }

  touchPresence(connection: Connection): void {
    for (const subscription of connection.subscriptions.values()) {
      this.#options.channels.get(subscription.channel)
        ?.touchPresence(subscription);
    }
  }

  /** Asks again who may read; who may not loses the subscription and is told (I4). */
  async recheckAccess(name: string): Promise<void> {
    const channel = this.#options.channels.get(name);
    if (channel === undefined) return;
    for (const subscription of [...channel.subscriptions]) {
      const { connection } = subscription;
      const grant = await this.#options.access.read(connection.user, name);
      if (!channel.subscriptions.has(subscription)) continue;
      if (grant === undefined) this.#revoke(subscription);
      else if (grant.role !== subscription.role) {
        subscription.role = grant.role;
        channel.touchPresence(subscription);
      }
    }
  }

  #revoke(subscription: Subscription): void {
    const { connection, channel } = subscription;
    const text = JSON.stringify({
      type: "ERROR",
      channel,
      payload: {
        code: "forbidden",
        message: "You may not read this channel any more",
        reason: "access_revoked",
      },
    });
    connection.offer(text, text.length, 1);
    const held = this.#options.channels.get(channel);
    held?.remove(subscription);
    subscription.ended?.();
    if (held !== undefined) this.#options.channels.release(held);
  }

  #checkRoom(connection: Connection, name: string): void {
    if (connection.subscriptions.has(name)) return;
    let taken = 0;
    for (const { byServer } of connection.subscriptions.values()) {
      if (!byServer) taken++;
    }
    if (taken < this.#options.maxSubscriptions) return;
    throw new RealtimeError(
      "too_many_subscriptions",
      `Cannot subscribe: at most ${this.#options.maxSubscriptions} subscriptions a connection`,
    );
  }

  #hold(
    connection: Connection,
    channel: Channel,
    grant: Grant,
    byServer: boolean,
  ): { taken: Subscription; held: boolean } {
    const { name } = channel;
    const known = connection.subscriptions.get(name);
    if (known !== undefined) return { taken: known, held: true };
    const taken = new Subscription(
      connection,
      name,
      channel.offset,
      grant.role,
      byServer,
    );
    taken.ended = () => connection.subscriptions.delete(name);
    connection.subscriptions.set(name, taken);
    channel.add(taken);
    return { taken, held: false };
  }

  #restart(
    subscription: Subscription,
    channel: Channel,
    start: Start | undefined,
  ): void {
    subscription.generation++;
    subscription.position = start?.position ?? channel.offset;
    subscription.behind = subscription.position < channel.flushed;
  }

  /** Where to begin; undefined when the client asked for nothing but what comes. */
  #start(
    channel: Channel,
    { since, history }: SubscribeOptions,
  ): Start | undefined | Promise<Start> {
    if (channel.kind === "ephemeral") {
      return since === undefined ? undefined : {
        position: 0,
        recovered: since.epoch === channel.epoch && since.offset === 0,
      };
    }
    if (since === undefined) {
      if (history === undefined) return undefined;
      const position = Math.max(0, channel.offset - history);
      // What is no longer kept is not missed: the client asked for a number, not a position.
      if (channel.kind === "durable") return { position };
      const first = channel.history.first ?? channel.offset + 1;
      return { position: Math.max(position, first - 1) };
    }
    const lost = { position: channel.offset, recovered: false };
    const { epoch, offset, hash } = since;
    if (epoch !== channel.epoch || offset > channel.offset) return lost;
    if (channel.kind === "transient") {
      const first = channel.history.first ?? channel.offset + 1;
      return offset + 1 < first ? lost : { position: offset, recovered: true };
    }
    const found: Start = { position: offset, recovered: true };
    if (hash === undefined || offset === 0) return found;
    const known = offset === channel.offset
      ? channel.position.hash
      : channel.history.at(offset)?.hash;
    const diverged: Start = { ...lost, diverged: true };
    if (known !== undefined) return known === hash ? found : diverged;
    return this.#options.log.read(channel.name, offset - 1, 1).then(
      ([entry]) =>
        entry?.offset === offset && entry.hash.slice(0, SHORT_HASH) === hash
          ? found
          : diverged,
    );
  }

  /** Runs one recovery at a time; a failure leaves it to the next look at the laggards. */
  #pump(connection: Connection, subscription: Subscription): void {
    if (subscription.recovering || !subscription.behind) return;
    const { channels, reads, logger, waiting } = this.#options;
    const channel = channels.get(subscription.channel);
    // Gone while it caught up: "over" for good, and trying again would never end.
    if (connection.state === "closed") return;
    if (!channel?.subscriptions.has(subscription)) return;
    subscription.recovering = true;
    catchUp(subscription, channel, reads).then((outcome) => {
      subscription.recovering = false;
      if (outcome === "waiting") waiting(connection);
      // Replaced by a newer SUBSCRIBE while it ran: that one starts now.
      if (outcome === "over") this.#pump(connection, subscription);
    }, (error) => {
      subscription.recovering = false;
      logger.warn("cannot catch up", {
        connectionId: connection.id,
        userId: connection.user.userId,
        channel: subscription.channel,
        error,
      });
      waiting(connection);
    });
  }
}

function roster(channel: Channel) {
  return (channel.presence?.roster() ?? []).map(
    ({ connections: _, ...user }) => user,
  );
}

function notFound(): RealtimeError {
  return new RealtimeError("not_found", "Cannot find this channel");
}
