/** Taking, keeping and losing subscriptions: who may, from where, and catching up (P8, P10). */
import type { Channel } from "./channel.ts";
import type { Channels } from "./channels.ts";
import type { Connection } from "./connection.ts";
import type { Access, Grant } from "./hub_options.ts";
import type { Log } from "./log/log.ts";
import type { Logger } from "./logger.ts";
import type { PeerPresence, PresenceHold } from "./nodes/presence_peers.ts";
import { presentUser } from "./presence.ts";
import { channelKind, type StreamPosition } from "./protocol.ts";
import { RealtimeError } from "./realtime_error.ts";
import { catchUp, type SharedReads } from "./recovery.ts";
import { type Start, startOf, type SubscribeOptions } from "./start.ts";
import { Subscription } from "./subscription.ts";

export interface SubscriptionsOptions {
  readonly channels: Channels;
  readonly presence: Pick<PeerPresence, "hold">;
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
    const { access, log } = this.#options;
    const ask = () => access.read(connection.user, name);
    let presence: PresenceHold | undefined;
    try {
      // Awaited only when there is something to wait for: a topic answers in this turn.
      const found = this.#withChannel(name, ask, (channel) => {
        this.#checkRoom(connection, name);
        return startOf(channel, options, log);
      });
      const start = found instanceof Promise ? await found : found;
      if (options.presence) presence = this.#options.presence.hold(name);
      if (presence?.whole !== undefined) await presence.whole;
      // The log may have taken its time: access and channel are asked for again (I4).
      const begun = this.#withChannel(name, ask, (channel, grant) => {
        if (connection.state === "closed") return;
        this.#checkRoom(connection, name);
        this.#begin(connection, channel, grant, { start, options, ref });
      });
      if (begun instanceof Promise) await begun;
    } finally {
      presence?.release();
      this.#releaseIdle(name);
    }
  }

  /** Subscribes what the server decides; with `check`, only what the user may read. */
  async byServer(
    connection: Connection,
    names: readonly (string | undefined)[],
    { check = false } = {},
  ): Promise<readonly (StreamPosition & { channel: string })[]> {
    const positions: (StreamPosition & { channel: string })[] = [];
    const { user } = connection;
    const role = user.roles[0] ?? "";
    for (const name of names) {
      if (name === undefined || channelKind(name) === undefined) continue;
      const ask = () =>
        check ? this.#options.access.read(user, name) : { role };
      try {
        await this.#withChannel(name, ask, (channel, grant) => {
          if (connection.state === "closed") return;
          this.#hold(connection, channel, grant, true);
          positions.push({ channel: name, ...channel.position });
        });
      } finally {
        this.#releaseIdle(name);
      }
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
    let fault: unknown;
    for (const subscription of [...channel.subscriptions]) {
      const { connection } = subscription;
      let grant: Grant | undefined;
      try {
        grant = await this.#options.access.read(connection.user, name);
      } catch (error) {
        // The others must not keep theirs because this one cannot be told.
        fault = error;
        continue;
      }
      if (!channel.subscriptions.has(subscription)) continue;
      if (grant === undefined) this.#revoke(subscription);
      else if (grant.role !== subscription.role) {
        subscription.role = grant.role;
        channel.touchPresence(subscription);
      }
    }
    if (fault !== undefined) throw fault;
  }

  #revoke(subscription: Subscription): void {
    const { connection, channel } = subscription;
    const held = this.#options.channels.get(channel);
    held?.remove(subscription);
    subscription.ended?.();
    if (held !== undefined) this.#options.channels.release(held);
    // A reply, not a publication: who lags must hear of it once they read again.
    const sent = connection.reply({
      type: "ERROR",
      channel,
      payload: {
        code: "forbidden",
        message: "You may not read this channel any more",
        reason: "access_revoked",
      },
    });
    if (!sent) held?.context.behind(subscription);
  }

  /**
   * Calls `take` with the open channel and the grant of one and the same moment: what was
   * true before something was waited for may be over by then.
   */
  #withChannel<Taken>(
    name: string,
    ask: () => Grant | undefined | Promise<Grant | undefined>,
    take: (channel: Channel, grant: Grant) => Taken | Promise<Taken>,
  ): Taken | Promise<Taken> {
    const opened = (grant: Grant | undefined): Taken | Promise<Taken> => {
      if (grant === undefined) throw notFound();
      const channel = this.#options.channels.open(name);
      return channel instanceof Promise
        ? channel.then(() => this.#withChannel(name, ask, take))
        : take(channel, grant);
    };
    if (channelKind(name) === undefined) throw notFound();
    const asked = ask();
    return asked instanceof Promise ? asked.then(opened) : opened(asked);
  }

  /** Takes the subscription, answers, and starts what was missed on its way. */
  #begin(
    connection: Connection,
    channel: Channel,
    grant: Grant,
    { start, options, ref }: {
      start: Start | undefined;
      options: SubscribeOptions;
      ref: number | undefined;
    },
  ): void {
    const subscription = this.#hold(connection, channel, grant, false);
    // Without a `since` a held subscription just goes on: restarting it at the head would lose what gathers.
    const isFresh = start !== undefined || !subscription.held;
    if (isFresh) this.#restart(subscription.taken, channel, start);
    channel.watch(subscription.taken, options.presence === true);
    if (!isFresh) channel.flush();
    connection.reply({
      type: "SUBSCRIBED",
      ref,
      channel: channel.name,
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

  /** Opened for a subscription that did not come about: nobody else would forget it. */
  #releaseIdle(name: string): void {
    const channel = this.#options.channels.get(name);
    if (channel !== undefined) this.#options.channels.release(channel);
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
  return channel.presence.roster().map(presentUser);
}

function notFound(): RealtimeError {
  return new RealtimeError("not_found", "Cannot find this channel");
}
