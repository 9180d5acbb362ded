/** How late the event loop is: what a message waits for before anybody looks at it. */
import type { Clock } from "./clock.ts";
import { Histogram } from "./histogram.ts";
import { type After, systemAfter } from "./timer.ts";

const EVERY_MS = 100;
/** The worst of so many looks is told: of the last 10 s. */
const LOOKS = 100;

export interface LoopLagOptions {
  readonly clock: Pick<Clock, "monotonicMs">;
  /** @default setTimeout */
  readonly after?: After;
}

export class LoopLag {
  /** Of every look since the start, in ms. */
  readonly lagMs = new Histogram();
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #after: After;
  readonly #latest: number[] = [];
  #stop = () => {};

  constructor({ clock, after = systemAfter }: LoopLagOptions) {
    this.#clock = clock;
    this.#after = after;
  }

  start(): void {
    const dueAt = this.#clock.monotonicMs() + EVERY_MS;
    this.#stop = this.#after(EVERY_MS, () => {
      const lag = Math.max(0, this.#clock.monotonicMs() - dueAt);
      this.lagMs.record(lag);
      this.#latest.push(lag);
      if (this.#latest.length > LOOKS) this.#latest.shift();
      this.start();
    });
  }

  stop(): void {
    this.#stop();
  }

  /** The worst of the last 10 s, in ms. */
  get worstMs(): number {
    return Math.max(0, ...this.#latest);
  }

  /** The worst of the last second, in ms. */
  get worstLastSecondMs(): number {
    return Math.max(0, ...this.#latest.slice(-1_000 / EVERY_MS));
  }
}
