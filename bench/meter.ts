/** What subscribers got: deliveries by offset, latencies from when a message was due. */
import type { Buffer } from "node:buffer";

/** Stands in front of the time a message was due, in its payload. */
export const DUE = `"due":`;
/** One frame in so many is timed, by the first and the last message in it. */
const SAMPLE_EVERY = 16;
const OFFSET = `"offset":`;
const NEWLINE = 0x0a;

/** Counts deliveries and keeps a sample of their latencies. */
export class Meter {
  deliveries = 0;
  /** When the last delivery came. */
  lastAt = performance.now();
  readonly #latenciesMs: number[] = [];
  #frames = 0;
  #sorted = false;
  #target = Infinity;
  #reached: () => void = () => {};

  /** What one subscriber does with its frames. */
  subscriber(): (frame: Buffer) => void {
    let last = 0;
    return (frame) => {
      const from = numberAfter(frame, OFFSET, 0);
      // A GAP, an answer: nothing that was delivered.
      if (from === undefined) return;
      const lastLine = frame.lastIndexOf(NEWLINE) + 1;
      const to = lastLine === 0
        ? from
        : numberAfter(frame, OFFSET, lastLine) ?? from;
      if (from <= last || to < from) {
        throw new Error(`Offsets went from ${last} to ${from}, then ${to}`);
      }
      last = to;
      this.#count(frame, to - from + 1, lastLine);
    };
  }

  /** Resolves when so many were delivered, or when waiting longer is in vain. */
  reach(target: number, deadlineMs: number): Promise<void> {
    if (this.deliveries >= target) return Promise.resolve();
    this.#target = target;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, deadlineMs);
      this.#reached = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  quantileMs(share: number): number {
    if (!this.#sorted) this.#latenciesMs.sort((a, b) => a - b);
    this.#sorted = true;
    const last = this.#latenciesMs.length - 1;
    const value = this.#latenciesMs[Math.ceil(share * last)] ?? NaN;
    return Math.round(value * 100) / 100;
  }

  #count(frame: Buffer, count: number, lastLine: number): void {
    this.deliveries += count;
    this.lastAt = performance.now();
    if (this.#frames++ % SAMPLE_EVERY === 0) {
      for (const line of lastLine === 0 ? [0] : [0, lastLine]) {
        const dueAt = numberAfter(frame, DUE, line);
        if (dueAt !== undefined) this.#latenciesMs.push(this.lastAt - dueAt);
      }
    }
    if (this.deliveries >= this.#target) this.#reached();
  }
}

/** The number behind the next `mark`. */
function numberAfter(
  frame: Buffer,
  mark: string,
  from: number,
): number | undefined {
  const at = frame.indexOf(mark, from, "latin1");
  if (at < 0) return undefined;
  const start = at + mark.length;
  return Number.parseFloat(frame.toString("latin1", start, start + 16));
}
