/** How fast waiting messages may go out: below the server's 50 messages a second (P18). */
import type { Clock } from "./link.ts";

const PER_SECOND = 40;
const BURST = 40;

export class SendRate {
  readonly #clock: Clock;
  #tokens = BURST;
  #filledAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#filledAt = clock.now();
  }

  /** Takes one place and returns 0, or returns how long to wait for one, in ms. */
  take(): number {
    const now = this.#clock.now();
    const earned = (now - this.#filledAt) / 1_000 * PER_SECOND;
    this.#tokens = Math.min(BURST, this.#tokens + earned);
    this.#filledAt = now;
    if (this.#tokens < 1) return 1_000 / PER_SECOND;
    this.#tokens -= 1;
    return 0;
  }
}
