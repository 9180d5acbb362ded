/**
 * Which tab leads (I7): the holder of a Web Lock. It beats; a leader that falls silent is
 * frozen, and its lock is taken from it. A newer leader's term is higher, so what a stale
 * leader still says after its sleep is known for what it is.
 */
import type { Clock } from "./link.ts";
import type { TabLocks } from "./tab_ports.ts";

/** How often a leader says that it lives. */
export const BEAT_MS = 250;
/** Silent this long, the leader is asked: a hidden tab's timers run late, its messages do not. */
export const ASK_AFTER_MS = 450;
/** Silent for this much longer, also after the question: it is frozen, or gone. */
export const STEAL_AFTER_MS = 200;
/** Tabs that wait for the same leader do not all take its lock at the same moment. */
const SPREAD_MS = 100;
/** A timer this late means that we slept ourselves; the leader's word may wait to be read. */
const SLEPT_MS = 200;

export interface TabLeadOptions {
  readonly name: string;
  readonly locks: TabLocks;
  readonly clock: Clock;
  /** ms since 1970: terms of different tabs must compare. */
  readonly wallNow: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly beat: (term: number) => void;
  /** Asks the leader for a beat. */
  readonly ask: () => void;
  /** The lead has come to this tab, gone from it, or moved to another. */
  readonly changed: () => void;
}

export class TabLead {
  readonly #options: TabLeadOptions;
  /** The term of the leader followed, or the own one; 0 before any was heard. */
  #term = 0;
  #leading = false;
  #running = false;
  #contention: { abandon: () => void } | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(options: TabLeadOptions) {
    this.#options = options;
  }

  get leading(): boolean {
    return this.#leading;
  }

  get term(): number {
    return this.#term;
  }

  /** Takes part: leads when nobody does. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#contend();
    this.#watch();
  }

  /** Takes no part any more, and lets another lead. */
  stop(): void {
    this.#running = false;
    this.#cancelTimer?.();
    this.#contention?.abandon();
    this.#contention = undefined;
    this.#lose();
    this.#term = 0;
  }

  /** A leader has spoken; false when it is a stale one. */
  heard(term: number): boolean {
    if (term < this.#term || !this.#running) return false;
    // Whether we still lead only the lock says.
    if (this.#leading) return false;
    const moved = term > this.#term;
    this.#term = term;
    this.#watch();
    if (moved) this.#options.changed();
    return true;
  }

  /** Someone doubts that we live. */
  asked(): void {
    if (this.#leading) this.#options.beat(this.#term);
  }

  #contend(steal = false): void {
    const { name, locks } = this.#options;
    const { promise: released, resolve: release } = Promise.withResolvers<
      void
    >();
    const abort = new AbortController();
    const contention = {
      abandon: () => {
        release();
        // Refused together with `steal`, which never waits and needs none.
        abort.abort();
      },
    };
    this.#contention = contention;
    let granted = false;
    const over = () => {
      if (this.#contention !== contention) return;
      // Taken from us: follow the new leader, and stand in line again.
      this.#lose();
      // Refused without a grant, asking again at once would never end.
      if (granted) this.#contend();
      this.#watch();
    };
    locks.request(name, steal ? { steal } : { signal: abort.signal }, () => {
      if (this.#contention !== contention) return Promise.resolve();
      granted = true;
      this.#lead();
      return released;
    }).then(over, over);
  }

  #lead(): void {
    this.#leading = true;
    const { wallNow, random } = this.#options;
    // The fraction keeps apart two tabs that take the lead in the same millisecond.
    this.#term = Math.max(Math.floor(this.#term) + 1, wallNow()) + random();
    this.#beat();
    this.#options.changed();
  }

  #lose(): void {
    if (!this.#leading) return;
    this.#leading = false;
    // Whoever took the lead may have the lower term, when both took it at once.
    this.#term = 0;
    this.#options.changed();
  }

  #beat(): void {
    this.#options.beat(this.#term);
    this.#after(BEAT_MS, () => this.#beat());
  }

  #watch(): void {
    if (this.#leading) return;
    this.#after(ASK_AFTER_MS, () => this.#askThenSteal());
  }

  #askThenSteal(): void {
    const { clock, ask, random } = this.#options;
    const askedAt = clock.now();
    const waitMs = STEAL_AFTER_MS + random() * SPREAD_MS;
    ask();
    this.#after(waitMs, () => {
      if (clock.now() - askedAt > waitMs + SLEPT_MS) {
        return this.#askThenSteal();
      }
      const waiting = this.#contention;
      this.#contention = undefined;
      waiting?.abandon();
      this.#contend(true);
      this.#watch();
    });
  }

  #after(delayMs: number, run: () => void): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.clock.after(delayMs, run);
  }
}
