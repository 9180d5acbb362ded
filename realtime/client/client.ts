/**
 * The realtime client: one connection that comes back by itself, channels that continue
 * where they stood, commands that are sent until acknowledged (P11, P21, P22, P24).
 */
import { invitesReconnect } from "../codes.ts";
import type { Json } from "../json.ts";
import { Backoff } from "./backoff.ts";
import { Channels, type Follower, type Subscription } from "./channels.ts";
import { type Acknowledgement, CommandQueue } from "./command_queue.ts";
import type {
  ClientState,
  ConnectionView,
  DeniedBy,
} from "./connection_state.ts";
import { Latency } from "./latency.ts";
import { type Clock, type Ending, Link, type OpenSocket } from "./link.ts";
import {
  type ClientPosition,
  type Incoming,
  parsePositions,
  stringOf,
} from "./wire.ts";

/** Above this the connection is called slow, at the 90th percentile of round trips. */
export const SLOW_P90_MS = 400;

export interface RealtimeClientOptions {
  /** `ws:` or `wss:` address of `/ws`. */
  readonly url: string;
  readonly open: OpenSocket;
  readonly clock: Clock;
  /** Uniform in [0, 1); spreads the reconnects. */
  readonly random: () => number;
  /** A fresh messageId. */
  readonly newId: () => string;
  /**
   * Asks `GET /api/v1/me`, because a browser cannot see why a handshake failed (P2).
   * `unknown`: no answer, so the network or the server is the trouble.
   */
  readonly identify: () => Promise<"signed_in" | "signed_out" | "unknown">;
}

export class RealtimeClient {
  readonly #options: RealtimeClientOptions;
  readonly #latency = new Latency();
  readonly #backoff: Backoff;
  readonly #channels: Channels;
  readonly #commands: CommandQueue;
  readonly #viewers = new Set<(view: ConnectionView) => void>();
  readonly #listeners = new Map<string, Set<(message: Incoming) => void>>();
  #link: Link | undefined;
  #established: Incoming["payload"] | undefined;
  #cancelRetry: (() => void) | undefined;
  #retryAt: number | undefined;
  #lostAt: number | undefined;
  #restarting = false;
  #deniedBy: DeniedBy | undefined;
  #online = true;
  #tried = false;
  #closed = false;
  #announcing = false;

  constructor(options: RealtimeClientOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.random);
    const changed = () => this.#announce();
    this.#channels = new Channels(options.clock, changed);
    this.#commands = new CommandQueue(options.clock, changed);
  }

  /** Opens the connection; from now on it is kept up until `close`. */
  connect(): void {
    if (this.#link || this.#closed) return;
    this.#stopRetry();
    if (this.#deniedBy) this.#tried = false;
    this.#deniedBy = undefined;
    let established = false;
    const link: Link = new Link({
      url: this.#options.url,
      open: this.#options.open,
      clock: this.#options.clock,
      latency: this.#latency,
      events: {
        established: (message) => {
          established = true;
          this.#greeted(link, message);
        },
        message: (message) => this.#dispatch(message),
        measured: () => {
          // Both say so, the browser and the socket: no need to wait any longer.
          if (!this.#online && link.missed) link.giveUp();
          this.#announce();
        },
        over: (ending) => {
          if (this.#link === link) this.#lost(ending, established);
        },
      },
    });
    this.#link = link;
    this.#announce();
  }

  /** Tries at once; a signed-out client tries too, after a new sign-in. */
  retryNow(): void {
    if (!this.#link) this.connect();
  }

  /** The page knows the browser's own signal; the socket decides with it. */
  setOnline(online: boolean): void {
    this.#online = online;
    if (!online) {
      // The browser may be wrong, and a dead socket may look alive: ask the server.
      this.#link?.probe();
      this.#announce();
    } else if (this.#link) this.#link.probe();
    else if (!this.#deniedBy) this.retryNow();
  }

  /** Follows a channel, from `since` when the page carries a state that was read there (P24). */
  follow(
    channel: string,
    follower: Follower,
    since?: ClientPosition,
  ): Subscription {
    return this.#channels.follow(channel, follower, since);
  }

  /**
   * Sends a command until it is acknowledged, across reconnects, with one messageId.
   * @throws {CommandRefused} through the promise, when the server says no.
   */
  command(
    name: string,
    input: Json,
    messageId: string = this.#options.newId(),
  ): Promise<Acknowledgement> {
    return this.#commands.add({ name, input, messageId });
  }

  /** Hears messages of one type, whatever their channel. Hands back the stop. */
  on(type: string, listener: (message: Incoming) => void): () => void {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Calls at once and after every change. Hands back the stop. */
  onView(viewer: (view: ConnectionView) => void): () => void {
    this.#viewers.add(viewer);
    viewer(this.view());
    return () => this.#viewers.delete(viewer);
  }

  view(): ConnectionView {
    return {
      state: this.#state(),
      restarting: this.#restarting,
      retryAt: this.#retryAt,
      lostAt: this.#lostAt,
      deniedBy: this.#deniedBy,
      progress: this.#channels.progress(),
      latency: this.#latency.figures(),
      positions: this.#channels.positions(),
      queued: this.#commands.size,
      connectionId: stringOf(this.#established?.connectionId),
      node: stringOf(this.#established?.node),
    };
  }

  /** Ends the connection and everything that waits for it. */
  close(): void {
    this.#closed = true;
    this.#stopRetry();
    const link = this.#link;
    this.#link = undefined;
    this.#channels.detach();
    this.#commands.close();
    link?.close();
    this.#viewers.clear();
    this.#listeners.clear();
  }

  #greeted(link: Link, { payload }: Incoming): void {
    this.#established = payload;
    this.#restarting = false;
    this.#lostAt = undefined;
    this.#tried = true;
    this.#latency.clear();
    this.#backoff.established(this.#options.clock.now());
    this.#channels.attach(link, parsePositions(payload.subscriptions));
    this.#commands.attach(link);
    this.#announce();
  }

  #lost(ending: Ending, established: boolean): void {
    const now = this.#options.clock.now();
    this.#link = undefined;
    this.#established = undefined;
    this.#tried = true;
    this.#lostAt ??= now;
    this.#restarting ||= ending.restarting;
    this.#latency.clear();
    this.#backoff.lost(now);
    this.#channels.detach();
    this.#commands.detach();
    if (!invitesReconnect(ending.code)) {
      this.#deny("closed");
      this.#identify();
      return;
    }
    this.#retryAfter(ending.reconnectInMs ?? this.#backoff.next());
    if (!established) this.#identify();
    this.#announce();
  }

  /** A 401 is the one answer that reconnecting cannot mend. */
  async #identify(): Promise<void> {
    const answer = await this.#options.identify().catch(() => "unknown");
    const waiting = !this.#closed && !this.#established;
    if (waiting && answer === "signed_out") this.#deny("signed_out");
  }

  #deny(by: DeniedBy): void {
    this.#stopRetry();
    const link = this.#link;
    this.#link = undefined;
    this.#deniedBy = by;
    link?.close();
    this.#announce();
  }

  #retryAfter(delayMs: number): void {
    this.#stopRetry();
    this.#retryAt = this.#options.clock.now() + delayMs;
    this.#cancelRetry = this.#options.clock.after(
      delayMs,
      () => this.connect(),
    );
  }

  #stopRetry(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#retryAt = undefined;
  }

  #state(): ClientState {
    if (this.#deniedBy) return "denied";
    if (!this.#established) {
      if (!this.#online) return "offline";
      return this.#tried ? "reconnecting" : "connecting";
    }
    if (this.#channels.progress()) return "catching_up";
    const { p90Ms = 0 } = this.#latency.figures();
    return this.#link?.missed || p90Ms > SLOW_P90_MS ? "slow" : "live";
  }

  #dispatch(message: Incoming): void {
    this.#channels.take(message);
    for (const listener of this.#listeners.get(message.type) ?? []) {
      listener(message);
    }
  }

  /** Many changes in one turn are one announcement. */
  #announce(): void {
    if (this.#announcing || this.#closed) return;
    this.#announcing = true;
    queueMicrotask(() => {
      this.#announcing = false;
      const view = this.view();
      for (const viewer of this.#viewers) viewer(view);
    });
  }
}
