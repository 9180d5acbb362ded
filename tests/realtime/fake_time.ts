/** Both clocks and the timer of realtime's parts, turned by the test. */
import { setImmediate } from "node:timers";
import type { Clock } from "../../realtime/clock.ts";
import type { After } from "../../realtime/timer.ts";

/** 2026-01-01, so that the wall clock is never mistaken for the monotonic one. */
export const START = 1_767_225_600_000;

export class FakeTime implements Clock {
  #monotonicMs = 0;
  #wall = START;
  readonly #timers = new Set<{ at: number; run: () => void }>();
  /** Every delay a timer was asked for. */
  readonly delays: number[] = [];

  now = () => this.#wall;
  monotonicMs = () => this.#monotonicMs;

  after: After = (delayMs, run) => {
    this.delays.push(delayMs);
    const timer = { at: this.#monotonicMs + delayMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  get pending(): number {
    return this.#timers.size;
  }

  /** Somebody sets the computer's clock. */
  setWall(byMs: number): void {
    this.#wall += byMs;
  }

  /** Time goes by while code runs: no timer can run meanwhile. */
  spend(ms: number): void {
    this.#monotonicMs += ms;
    this.#wall += ms;
  }

  /** Runs what is due on the way, earliest first, and what follows from it. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonicMs + ms;
    await turn();
    for (;;) {
      const next = [...this.#timers].filter(({ at }) => at <= end)
        .sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.spend(Math.max(0, next.at - this.#monotonicMs));
      next.run();
      await turn();
    }
    this.spend(Math.max(0, end - this.#monotonicMs));
  }
}

/** Resolves once all microtasks have run. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
