/** Until when something has to be answered, in time that this process was awake. */

/** Past its end by more than this, in ms, a deadline was slept through: nobody waits longer on purpose. */
const SLEPT_MS = 1_000;

export class Deadline {
  readonly #lengthMs: number;
  #end: number;
  #mayExtend = true;

  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
    this.#end = performance.now() + lengthMs;
  }

  /** ms left, never below 0. A process that slept through the end gets the whole time once more. */
  left(): number {
    const now = performance.now();
    if (this.#mayExtend && now > this.#end + SLEPT_MS) {
      this.#mayExtend = false;
      this.#end = now + this.#lengthMs;
    }
    return Math.max(0, this.#end - now);
  }
}
