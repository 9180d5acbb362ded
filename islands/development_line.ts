/** A way that takes time: what goes in comes out later, in the same order. */
import type { Clock } from "../realtime/client/link.ts";

export class DelayLine {
  readonly #clock: Clock;
  readonly #delayMs: () => number;
  #waiting: { readonly dueAt: number; readonly arrive: () => void }[] = [];
  #cancel: (() => void) | undefined;

  /** @param delayMs Asked for each item, so that the delay can change on the way. */
  constructor(clock: Clock, delayMs: () => number) {
    this.#clock = clock;
    this.#delayMs = delayMs;
  }

  /** Lets `arrive` run after the delay; at once when there is none and nothing is on the way. */
  push(arrive: () => void): void {
    const delayMs = this.#delayMs();
    const last = this.#waiting.at(-1);
    if (delayMs === 0 && !last) return arrive();
    // Never before what went in earlier, also when the delay has just been switched off.
    const dueAt = Math.max(this.#clock.now() + delayMs, last?.dueAt ?? 0);
    this.#waiting.push({ dueAt, arrive });
    if (!last) this.#wait(dueAt);
  }

  /** Loses what is on the way. */
  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#waiting = [];
  }

  #wait(dueAt: number): void {
    const delayMs = Math.max(0, dueAt - this.#clock.now());
    this.#cancel = this.#clock.after(delayMs, () => this.#arrive());
  }

  #arrive(): void {
    this.#cancel = undefined;
    const waiting = this.#waiting;
    // A timer may come a little early: what is not due yet waits on.
    while (waiting.length > 0 && waiting[0].dueAt <= this.#clock.now()) {
      // It stays in the line until it is through: what it sets off comes behind it.
      waiting[0].arrive();
      // Its arrival may have ended the line.
      if (this.#waiting !== waiting) return;
      waiting.shift();
    }
    if (waiting.length > 0) this.#wait(waiting[0].dueAt);
  }
}
