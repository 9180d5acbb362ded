/** From a ballot to the figures that hold it, on every subscriber. */
import type { Buffer } from "node:buffer";

const FIGURES = `"event":"consensus_updated"`;
const AS_OF = `"asOf":`;
const BIN_MS = 0.25;
const BINS = 40_000;

/** A ballot: when it was due to be sent, and the offset it was acknowledged with. */
export interface Sent {
  readonly dueAt: number;
  readonly offset: number;
}

/** What one subscriber was told, in the order it came: pairs of arrival and offset. */
type Told = number[];

export class FiguresMeter {
  /** Signals that came, over all subscribers. */
  signals = 0;
  /** Bytes of all frames, over all subscribers. */
  bytes = 0;
  frames = 0;
  readonly #told: Told[] = [];

  /** What one subscriber does with its frames. */
  subscriber(): (frame: Buffer) => void {
    const told: Told = [];
    this.#told.push(told);
    return (frame) => {
      this.frames++;
      this.bytes += frame.length;
      // Signals stand in frames of their own; the last of several is the latest.
      const at = frame.lastIndexOf(FIGURES, undefined, "latin1");
      if (at < 0) return;
      const from = frame.indexOf(AS_OF, at - 200 < 0 ? 0 : at - 200, "latin1");
      if (from < 0) return;
      const start = from + AS_OF.length;
      const offset = Number.parseInt(
        frame.toString("latin1", start, start + 16),
      );
      this.signals++;
      told.push(performance.now(), offset);
    };
  }

  /** Subscribers that know everything up to `offset`. */
  knowing(offset: number): number {
    return this.#told.filter((told) => (told.at(-1) ?? 0) >= offset).length;
  }

  /**
   * Latencies of every ballot on every subscriber, from when it was due.
   *
   * @param ballots In the order of their offsets.
   */
  latencies(ballots: readonly Sent[]): Latencies {
    const bins = new Uint32Array(BINS);
    let count = 0;
    let missing = 0;
    let maxMs = 0;
    for (const told of this.#told) {
      let at = 0;
      for (const { dueAt, offset } of ballots) {
        while (at < told.length && told[at + 1] < offset) at += 2;
        if (at >= told.length) {
          missing++;
          continue;
        }
        const ms = told[at] - dueAt;
        maxMs = Math.max(maxMs, ms);
        bins[Math.min(BINS - 1, Math.max(0, Math.floor(ms / BIN_MS)))]++;
        count++;
      }
    }
    return { p50Ms: quantile(0.5), p99Ms: quantile(0.99), maxMs, missing };

    function quantile(share: number): number {
      let left = Math.ceil(share * count);
      for (let bin = 0; bin < BINS; bin++) {
        left -= bins[bin];
        if (left <= 0) return (bin + 1) * BIN_MS;
      }
      return BINS * BIN_MS;
    }
  }
}

export interface Latencies {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Ballots that a subscriber was never told of. */
  readonly missing: number;
}
