/** What a histogram has taken since it was last asked: quantiles of the last second, not of all time. */
import { type Histogram, quantileOf } from "./histogram.ts";

export interface WindowFigures {
  readonly count: number;
  /** In ms; null when nothing was recorded. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export class HistogramWindow {
  readonly #histogram: Pick<Histogram, "counts">;
  #before: Float64Array;

  constructor(histogram: Pick<Histogram, "counts">) {
    this.#histogram = histogram;
    this.#before = histogram.counts();
  }

  /** Figures since the last call; the next window begins here. */
  take(): WindowFigures {
    const now = this.#histogram.counts();
    const since = now.map((count, index) => count - this.#before[index]);
    this.#before = now;
    const count = since.reduce((sum, each) => sum + each, 0);
    if (count <= 0) return { count: 0, p50Ms: null, p99Ms: null };
    return {
      count,
      p50Ms: quantileOf(since, 0.5),
      p99Ms: quantileOf(since, 0.99),
    };
  }
}
