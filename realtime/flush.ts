/**
 * When to send: at once while idle, and under load not sooner after the last flush
 * than that one took. So batches size themselves and no timer runs without work.
 */
import { clearImmediate, setImmediate } from "node:timers";

/** Longest time a publication waits for company, in ms. */
export const MAX_GATHER_MS = 50;

/** Something that has gathered publications and can send them. */
export interface Flushable {
  flush(): void;
}

/** Runs the flushes of all channels, adapting to what the last round cost. */
export class FlushScheduler {
  #dirty: Flushable[] = [];
  #scheduled = false;
  #cancel: (() => void) | undefined;
  #lastEnd = 0;
  #lastCost = 0;

  /** @param onFault Told of a flush that threw; the others still run. */
  constructor(readonly onFault: (error: unknown) => void) {}

  /** The caller marks a channel once per gathering, not once per publication. */
  mark(channel: Flushable): void {
    this.#dirty.push(channel);
    if (this.#scheduled) return;
    this.#scheduled = true;
    const waitMs = Math.min(
      MAX_GATHER_MS,
      this.#lastEnd + this.#lastCost - performance.now(),
    );
    // Timers round up to a millisecond: below half of one the next turn is nearer.
    if (waitMs < 0.5) {
      const immediate = setImmediate(this.#run);
      this.#cancel = () => clearImmediate(immediate);
    } else {
      const timer = setTimeout(this.#run, waitMs);
      this.#cancel = () => clearTimeout(timer);
    }
  }

  /** Sends nothing more: what has gathered stays where it is. */
  stop(): void {
    this.#cancel?.();
    this.#dirty = [];
  }

  #run = () => {
    this.#scheduled = false;
    const start = performance.now();
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const channel of dirty) {
      try {
        channel.flush();
      } catch (error) {
        this.onFault(error);
      }
    }
    this.#lastEnd = performance.now();
    this.#lastCost = this.#lastEnd - start;
  };
}
