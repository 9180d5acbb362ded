/** Keeps event streams from looking dead: proxies end what is silent for long (P25). */
import { type After, systemAfter } from "./timer.ts";

/** A stream that was silent from one look to the next gets a comment: at most two of these, in ms. */
export const LOOK_EVERY_MS = 7_000;

interface Stream {
  /** Says something nobody reads, unless something was said since the last time. */
  keepAwake(): void;
}

/** One timer for all streams, which runs while there is one. */
export class Awake {
  readonly #after: After;
  readonly #streams = new Set<Stream>();
  #stop: (() => void) | undefined;

  constructor(after: After = systemAfter) {
    this.#after = after;
  }

  add(stream: Stream): void {
    this.#streams.add(stream);
    if (this.#stop === undefined) this.#look();
  }

  delete(stream: Stream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }

  #look(): void {
    this.#stop = this.#after(LOOK_EVERY_MS, () => {
      for (const stream of this.#streams) stream.keepAwake();
      this.#look();
    });
  }
}
