/** How long to wait before the next reconnect (P22). Pure: time and randomness are handed in. */

/** The first retry comes within this, so a dropped connection is back in under 2 s. */
export const FIRST_RETRY_MS = 500;
export const BASE_MS = 500;
export const FACTOR = 2;
export const MAX_RETRY_MS = 30_000;
/** A connection that lived this long counts as recovered: the next loss starts over. */
export const STABLE_AFTER_MS = 10_000;
/** After an announced restart the server is back soon: retries stay this close together … */
export const RESTART_RETRY_MS = 1_000;
/** … for so long from the loss; then it is an outage like any other. */
export const RESTART_WINDOW_MS = 10_000;

/** Full jitter: every delay is drawn from zero up to a ceiling, also at the cap, so clients spread. */
export class Backoff {
  #attempt = 0;
  #liveSince: number | undefined;
  readonly #random: () => number;

  /** @param random Uniform in [0, 1). */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** The next delay in ms; each call counts as one attempt. */
  next(): number {
    const ceiling = ceilingMs(this.#attempt);
    this.#attempt += 1;
    return this.#random() * ceiling;
  }

  /** The next delay in ms while a restart is under way; it counts as none. */
  soon(): number {
    return this.#random() * RESTART_RETRY_MS;
  }

  /** The connection was established at `now`. */
  established(now: number): void {
    this.#liveSince = now;
  }

  /** The connection ended at `now`; only a stable one forgives the attempts before it. */
  lost(now: number): void {
    const since = this.#liveSince;
    if (since !== undefined && now - since >= STABLE_AFTER_MS) {
      this.#attempt = 0;
    }
    this.#liveSince = undefined;
  }
}

/** Largest delay of the n-th attempt, from 0. */
export function ceilingMs(attempt: number): number {
  if (attempt === 0) return FIRST_RETRY_MS;
  // 2 ** attempt overflows to Infinity for huge attempts, and min still caps it.
  return Math.min(MAX_RETRY_MS, BASE_MS * FACTOR ** attempt);
}
