/**
 * Keeps one connection up: opens it, sees it lost, waits, opens it again, and knows when
 * there is no point in trying (P21, P22). What the connection is for is its owner's.
 */
import { invitesReconnect } from "../codes.ts";
import { Backoff, RESTART_WINDOW_MS } from "./backoff.ts";
import type { DeniedBy } from "./connection_state.ts";
import type { Latency } from "./latency.ts";
import {
  type Clock,
  type Ending,
  Link,
  type OpenSocket,
  WAKE_PATIENCE_MS,
} from "./link.ts";
import { type Incoming, stringOf } from "./wire.ts";

export interface KeeperOptions {
  /** `ws:` or `wss:` address of `/ws`. */
  readonly url: string;
  readonly open: OpenSocket;
  readonly clock: Clock;
  /** Uniform in [0, 1); spreads the reconnects. */
  readonly random: () => number;
  /**
   * Asks `GET /api/v1/me`, because a browser cannot see why a handshake failed (P2).
   * `unknown`: no answer, so the network or the server is the trouble.
   */
  readonly identify: () => Promise<"signed_in" | "signed_out" | "unknown">;
  /** Whom the connection must be for; another user's is refused. */
  readonly userId?: string | undefined;
  /** A fresh single-use ticket, asked for before each attempt (P2). */
  readonly getTicket?: (() => Promise<string>) | undefined;
  /** The connection is no longer wanted: whatever was held for it can go. */
  readonly released?: (() => void) | undefined;
}

export interface KeeperEvents {
  established(link: Link, payload: Incoming["payload"]): void;
  message(message: Incoming): void;
  /** The link is gone; called before the next one is thought of. */
  lost(): void;
  /** Something a page shows has changed. */
  changed(): void;
}

export class Keeper {
  readonly #options: KeeperOptions;
  readonly #events: KeeperEvents;
  readonly #latency: Latency;
  readonly #backoff: Backoff;
  #link: Link | undefined;
  /** Raised with each attempt, so that a ticket which comes late opens nothing. */
  #attempt = 0;
  #asking = false;
  #established: Incoming["payload"] | undefined;
  #cancelRetry: (() => void) | undefined;
  #wanted = false;
  #tried = false;
  #released = false;
  restarting = false;
  online = true;
  retryAt: number | undefined;
  lostAt: number | undefined;
  heardAt: number | undefined;
  deniedBy: DeniedBy | undefined;

  constructor(options: KeeperOptions, latency: Latency, events: KeeperEvents) {
    this.#options = options;
    this.#events = events;
    this.#latency = latency;
    this.#backoff = new Backoff(options.random);
  }

  /** What the server said of this connection; undefined while there is none. */
  get established(): Incoming["payload"] | undefined {
    return this.#established;
  }

  get link(): Link | undefined {
    return this.#established ? this.#link : undefined;
  }

  /** Where the connection stands while none is established. */
  get waiting(): "connecting" | "reconnecting" | "offline" | "denied" {
    if (this.deniedBy) return "denied";
    if (!this.online || this.#released) return "offline";
    return this.#tried ? "reconnecting" : "connecting";
  }

  connect(): void {
    if (this.#link || this.#asking) return;
    this.#stopRetry();
    if (this.deniedBy || this.#released) this.#tried = false;
    this.deniedBy = undefined;
    this.#released = false;
    this.#wanted = true;
    this.#attempt += 1;
    const { getTicket, url } = this.#options;
    if (getTicket) this.#connectWithTicket(getTicket, this.#attempt);
    else this.#open(url);
    this.#events.changed();
  }

  disconnect(): void {
    this.#wanted = false;
    this.#released = true;
    this.#end();
    this.deniedBy = undefined;
    this.restarting = false;
    this.lostAt = undefined;
    this.heardAt = undefined;
    this.#options.released?.();
    this.#events.changed();
  }

  /** Tries at once; a client that was denied tries too, after a new sign-in. */
  retryNow(): void {
    if (this.#wanted || this.deniedBy) this.connect();
  }

  /** The page knows the browser's own signal; the socket decides with it. */
  setOnline(online: boolean): void {
    this.online = online;
    // The browser may be wrong, and a dead socket may look alive: ask the server.
    this.#link?.probe(online ? WAKE_PATIENCE_MS : undefined);
    if (online && !this.deniedBy) this.retryNow();
    this.#events.changed();
  }

  async #connectWithTicket(
    getTicket: () => Promise<string>,
    attempt: number,
  ): Promise<void> {
    this.#asking = true;
    const ticket = await getTicket().catch(() => undefined);
    // Disconnected meanwhile, and perhaps connected again.
    if (attempt !== this.#attempt) return;
    this.#asking = false;
    if (ticket === undefined) return this.#retry(undefined, false);
    const url = new URL(this.#options.url);
    url.searchParams.set("ticket", ticket);
    this.#open(url.href);
  }

  #open(url: string): void {
    let established = false;
    const link: Link = new Link({
      url,
      open: this.#options.open,
      clock: this.#options.clock,
      latency: this.#latency,
      events: {
        established: ({ payload }) => {
          established = true;
          this.#greeted(link, payload);
        },
        message: (message) => this.#events.message(message),
        measured: () => {
          // Both say so, the browser and the socket: no need to wait any longer.
          if (!this.online && link.missed) link.giveUp();
          this.#events.changed();
        },
        over: (ending) => {
          if (this.#link === link) this.#lost(ending, established);
        },
      },
    });
    this.#link = link;
  }

  #greeted(link: Link, payload: Incoming["payload"]): void {
    const { userId } = this.#options;
    // Someone else has signed in here since the page was made: nothing of one may reach the other.
    if (userId !== undefined && stringOf(payload.userId) !== userId) {
      return this.#deny("signed_out");
    }
    this.#established = payload;
    this.restarting = false;
    this.lostAt = undefined;
    this.heardAt = undefined;
    this.#tried = true;
    this.#latency.clear();
    this.#backoff.established(this.#options.clock.now());
    this.#events.established(link, payload);
    this.#events.changed();
  }

  #lost(ending: Ending, established: boolean): void {
    this.restarting ||= ending.restarting;
    this.lostAt ??= this.#options.clock.now();
    this.heardAt ??= ending.heardAt;
    if (invitesReconnect(ending.code)) {
      return this.#retry(ending.reconnectInMs, established);
    }
    this.#deny("closed");
    this.#identify();
  }

  #retry(reconnectInMs: number | undefined, established: boolean): void {
    const now = this.#options.clock.now();
    this.#forget();
    this.#tried = true;
    this.lostAt ??= now;
    this.#backoff.lost(now);
    // Doubling would make who came a moment too early wait long behind the others.
    const isSoon = this.restarting && now - this.lostAt < RESTART_WINDOW_MS;
    const delayMs = reconnectInMs ??
      (isSoon ? this.#backoff.soon() : this.#backoff.next());
    this.#stopRetry();
    this.retryAt = now + delayMs;
    this.#cancelRetry = this.#options.clock.after(
      delayMs,
      () => this.connect(),
    );
    if (!established) this.#identify();
    this.#events.changed();
  }

  /** A 401 is the one answer that reconnecting cannot mend. */
  async #identify(): Promise<void> {
    // Whoever brings a ticket need not have a cookie, which is all that is asked about there.
    if (this.#options.getTicket) return;
    const answer = await this.#options.identify().catch(() => "unknown");
    const waiting = !this.#released && !this.#established;
    if (waiting && answer === "signed_out") this.#deny("signed_out");
  }

  #deny(by: DeniedBy): void {
    this.lostAt ??= this.#options.clock.now();
    this.#tried = true;
    this.#end();
    this.#wanted = false;
    this.deniedBy = by;
    this.#options.released?.();
    this.#events.changed();
  }

  #end(): void {
    this.#attempt += 1;
    this.#asking = false;
    this.#stopRetry();
    const link = this.#link;
    this.#forget();
    link?.close();
  }

  #forget(): void {
    const had = this.#established !== undefined;
    this.#link = undefined;
    this.#established = undefined;
    this.#latency.clear();
    if (had) this.#events.lost();
  }

  #stopRetry(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.retryAt = undefined;
  }
}
