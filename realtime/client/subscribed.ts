/**
 * Channels subscribed to without a follower of their own, counted: several parts of a page
 * may want the same one. A follower takes the channel over and hands it back when it stops.
 */
import type { Channels, Follower, Subscription } from "./channels.ts";
import type { ClientEvents } from "./client_events.ts";
import type { Emitter } from "./emitter.ts";
import type { ClientPosition } from "./wire.ts";

export interface SubscribeOptions {
  /** Continues from here; without it delivery starts now. The first subscriber decides. */
  readonly since?: ClientPosition;
  /** Tells who is there, as `presence` events. */
  readonly presence?: boolean;
}

interface Counted {
  count: number;
  readonly options: SubscribeOptions;
  /** Undefined while a follower holds the channel. */
  subscription: Subscription | undefined;
}

export class Subscribed {
  readonly #channels: Channels;
  readonly #events: Emitter<ClientEvents>;
  readonly #counted = new Map<string, Counted>();
  readonly #held = new Set<string>();

  constructor(channels: Channels, events: Emitter<ClientEvents>) {
    this.#channels = channels;
    this.#events = events;
  }

  add(channel: string, options: SubscribeOptions): void {
    const counted = this.#counted.get(channel);
    if (!counted) {
      const entry = { count: 1, options, subscription: undefined };
      this.#counted.set(channel, entry);
      this.#start(channel, entry, options.since);
      return;
    }
    counted.count += 1;
    if (!options.presence || counted.options.presence) return;
    const wider = {
      ...counted,
      options: { ...counted.options, presence: true },
    };
    this.#counted.set(channel, wider);
    this.#restart(channel, wider);
  }

  remove(channel: string): void {
    const counted = this.#counted.get(channel);
    if (!counted) return;
    counted.count -= 1;
    if (counted.count > 0) return;
    this.#counted.delete(channel);
    counted.subscription?.stop();
  }

  follow(
    channel: string,
    follower: Follower,
    since: ClientPosition | undefined,
  ): Subscription {
    const counted = this.#counted.get(channel);
    if (counted) this.#suspend(counted);
    const subscription = this.#channels.follow(channel, follower, since);
    this.#held.add(channel);
    return {
      get position() {
        return subscription.position;
      },
      resume: (position) => subscription.resume(position),
      stop: () => {
        if (!this.#held.delete(channel)) return;
        const { position } = subscription;
        subscription.stop();
        const waiting = this.#counted.get(channel);
        if (waiting) this.#start(channel, waiting, position);
      },
    };
  }

  #restart(channel: string, counted: Counted): void {
    const position = counted.subscription?.position;
    if (!counted.subscription) return;
    this.#suspend(counted);
    this.#start(channel, counted, position);
  }

  #suspend(counted: Counted): void {
    counted.subscription?.stop();
    counted.subscription = undefined;
  }

  #start(
    channel: string,
    counted: Counted,
    since: ClientPosition | undefined,
  ): void {
    if (this.#held.has(channel)) return;
    const follower: Follower = {
      reset: (reason) => {
        this.#events.emit("reset", { channel, reason });
        // No state of ours to read again: go on from the head.
        counted.subscription?.stop();
        if (this.#counted.get(channel) === counted) {
          this.#start(channel, counted, undefined);
        }
      },
      refused: (code) => {
        this.#counted.delete(channel);
        this.#events.emit("unreadable", { channel, code });
      },
    };
    counted.subscription = this.#channels.follow(
      channel,
      counted.options.presence
        ? {
          ...follower,
          presence: (change) =>
            this.#events.emit("presence", { channel, ...change }),
        }
        : follower,
      since,
    );
  }
}
