/**
 * What other nodes count under a key, as they last said. Approximate: a figure is a second old
 * or so, and small ones are not told.
 */
import type { After } from "../timer.ts";
import type { Bus } from "./bus.ts";
import { type Figure, SharedFigures, TELL_EVERY_MS } from "./shared_figures.ts";

/** After that long without a word what a node said is not true any more, in ms. */
const FORGET_AFTER_MS = 3.5 * TELL_EVERY_MS;

export interface SharedCountsOptions {
  readonly bus: Bus;
  readonly subject: string;
  /** What this node counts that is worth telling. */
  readonly largest: () => Iterable<Figure>;
  readonly monotonicMs: () => number;
  /** @default the system's */
  readonly after?: After;
}

interface Said {
  readonly at: number;
  readonly counts: ReadonlyMap<string, number>;
}

export class SharedCounts {
  readonly #bus: Bus;
  readonly #monotonicMs: () => number;
  readonly #figures: SharedFigures;
  readonly #said = new Map<string, Said>();

  constructor(options: SharedCountsOptions) {
    const { bus, subject, largest, monotonicMs, after } = options;
    this.#bus = bus;
    this.#monotonicMs = monotonicMs;
    this.#figures = new SharedFigures({
      bus,
      subject,
      figures: largest,
      heard: (node, figures) => {
        this.#said.set(node, { at: monotonicMs(), counts: new Map(figures) });
      },
      ...after && { after },
    });
  }

  stop(): void {
    this.#figures.stop();
  }

  /** The sum of what living nodes said, this one left out; 0 when there are none. */
  elsewhere(key: string): number {
    if (this.#said.size === 0) return 0;
    const since = this.#monotonicMs() - FORGET_AFTER_MS;
    const living = this.#bus.peers();
    let sum = 0;
    for (const [node, { at, counts }] of this.#said) {
      if (at < since || !living.includes(node)) this.#said.delete(node);
      else sum += counts.get(key) ?? 0;
    }
    return sum;
  }
}
