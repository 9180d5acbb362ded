/** Which due rows were tried and did not go away, and when each may be tried again. */
import type { Fate } from "./due_command.ts";

/** A row that stays although its command was done or refused: its area's mistake. */
const STAYS_MS = 10 * 60_000;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;

interface Tried {
  /** Tries in a row that ended this way. */
  readonly count: number;
  readonly fate: Fate;
  readonly notBefore: number;
  /** The look that last saw the row. */
  readonly look: number;
}

export interface DueTriesOptions {
  /** Rows remembered at most; of more the oldest are forgotten, so tried again sooner. */
  readonly maxRows: number;
  /** From 0 up to but not including 1. */
  readonly random: () => number;
}

/** Times are monotonic ms. */
export class DueTries {
  readonly #options: DueTriesOptions;
  /** The longest not tried first. */
  readonly #tried = new Map<string, Tried>();
  #soonest = Infinity;

  constructor(options: DueTriesOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#tried.size;
  }

  /** No row may be tried again before this time; Infinity while none waits. */
  get soonest(): number {
    return this.#soonest;
  }

  /** Reports whether a row that `look` sees may be tried at `now`. */
  mayTry(id: string, { now, look }: { now: number; look: number }): boolean {
    const tried = this.#tried.get(id);
    if (tried === undefined) return true;
    this.#tried.set(id, { ...tried, look });
    return tried.notBefore <= now;
  }

  /** Remembers how a try ended. Returns how many in a row have ended so by now. */
  ended(
    id: string,
    fate: Fate,
    { now, look }: { now: number; look: number },
  ): number {
    const before = this.#tried.get(id);
    const count = before?.fate === fate ? before.count + 1 : 1;
    const waitMs = fate === "failed"
      ? retryMs(count, this.#options.random)
      : STAYS_MS;
    const notBefore = now + waitMs;
    this.#tried.delete(id);
    this.#tried.set(id, { count, fate, notBefore, look });
    this.#soonest = Math.min(this.#soonest, notBefore);
    if (this.#tried.size > this.#options.maxRows) this.#forgetOldest();
    return count;
  }

  /** Forgets the rows that `look` did not see: their areas have deleted them. */
  sweep(look: number): void {
    this.#soonest = Infinity;
    for (const [id, tried] of this.#tried) {
      if (tried.look < look) this.#tried.delete(id);
      else this.#soonest = Math.min(this.#soonest, tried.notBefore);
    }
  }

  #forgetOldest(): void {
    for (const id of this.#tried.keys()) {
      this.#tried.delete(id);
      return;
    }
  }
}

/** Doubles up to a minute; the upper half is random, so that nodes and rows spread out. */
export function retryMs(count: number, random: () => number): number {
  // A higher power would be the same minute, and in the end Infinity.
  const power = Math.min(count - 1, 10);
  const fullMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** power);
  return fullMs / 2 + random() * fullMs / 2;
}
