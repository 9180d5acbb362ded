/** Limits of one connection: how fast it may send, how much it may break (P7, P18). */

/** A refilling bucket: `burst` at once, `perSecond` in the long run. */
export class TokenBucket {
  #tokens: number;
  #filledAt: number;

  constructor(
    readonly perSecond: number,
    readonly burst: number,
    nowMs: number,
  ) {
    this.#tokens = burst;
    this.#filledAt = nowMs;
  }

  /** Takes one token; otherwise the time until the next one, in ms. */
  take(nowMs: number): { ok: true } | { ok: false; retryAfterMs: number } {
    this.#fill(nowMs);
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return { ok: true };
    }
    return {
      ok: false,
      retryAfterMs: Math.ceil((1 - this.#tokens) / this.perSecond * 1000),
    };
  }

  /** Takes what was taken elsewhere; a bucket owes no more than a whole one. */
  drain(count: number, nowMs: number): void {
    this.#fill(nowMs);
    this.#tokens = Math.max(-this.burst, this.#tokens - count);
  }

  #fill(nowMs: number): void {
    // A clock set back must not drain the bucket.
    const elapsedMs = Math.max(0, nowMs - this.#filledAt);
    this.#filledAt = nowMs;
    this.#tokens = Math.min(
      this.burst,
      this.#tokens + elapsedMs / 1000 * this.perSecond,
    );
  }
}

/** Counts events in a fixed window of one minute from the first one. */
export class MinuteCounter {
  #count = 0;
  #since = 0;

  /** Adds one and returns how many the current minute has seen. */
  add(nowMs: number): number {
    if (this.#count === 0 || nowMs - this.#since >= 60_000) {
      this.#count = 0;
      this.#since = nowMs;
    }
    return ++this.#count;
  }
}
