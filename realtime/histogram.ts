/** A histogram with logarithmic buckets: quantiles of millions of values in constant space. */

/** Buckets per doubling: quantiles are exact to about 9 %. */
const PER_DOUBLING = 8;
/** Smallest value told apart, in ms. */
const LEAST_MS = 0.01;
const BUCKETS = PER_DOUBLING * 24;

export class Histogram {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #sum = 0;

  get count(): number {
    return this.#count;
  }

  /** Sum of all values, in ms. */
  get sum(): number {
    return this.#sum;
  }

  record(valueMs: number, times = 1): void {
    const index = valueMs <= LEAST_MS
      ? 0
      : Math.ceil(Math.log2(valueMs / LEAST_MS) * PER_DOUBLING);
    this.#counts[Math.min(BUCKETS - 1, index)] += times;
    this.#count += times;
    this.#sum += valueMs * times;
  }

  /** Upper bound of the bucket that holds the quantile, in ms; 0 when empty. */
  quantile(share: number): number {
    let left = share * this.#count;
    if (this.#count === 0) return 0;
    for (let index = 0; index < BUCKETS; index++) {
      left -= this.#counts[index];
      if (left <= 0) return LEAST_MS * 2 ** (index / PER_DOUBLING);
    }
    return LEAST_MS * 2 ** ((BUCKETS - 1) / PER_DOUBLING);
  }

  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#sum = 0;
  }
}
