/** Round-trip times of the last heartbeats: the figures the connection chip shows. */

/** How many round trips the figures rest on. */
export const ROUND_TRIPS = 10;

export interface LatencyFigures {
  /** Oldest first, in ms. */
  readonly samples: readonly number[];
  /** Undefined until the first round trip has been measured. */
  readonly medianMs: number | undefined;
  readonly p90Ms: number | undefined;
  readonly p95Ms: number | undefined;
}

/** A ring of the last round trips of one connection. */
export class Latency {
  #samples: readonly number[] = [];

  add(roundTripMs: number): void {
    this.#samples = [...this.#samples, roundTripMs].slice(-ROUND_TRIPS);
  }

  /** A new connection takes another way: old figures would be a lie. */
  clear(): void {
    this.#samples = [];
  }

  figures(): LatencyFigures {
    const sorted = this.#samples.toSorted((a, b) => a - b);
    return {
      samples: this.#samples,
      medianMs: median(sorted),
      p90Ms: nearestRank(sorted, 0.9),
      p95Ms: nearestRank(sorted, 0.95),
    };
  }
}

function median(sorted: readonly number[]): number | undefined {
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) return undefined;
  return (lower + upper) / 2;
}

/** Nearest-rank percentile: always a round trip that was measured, never a blend. */
function nearestRank(
  sorted: readonly number[],
  share: number,
): number | undefined {
  return sorted[Math.ceil(share * sorted.length) - 1];
}
