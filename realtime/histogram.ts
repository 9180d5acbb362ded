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
    return quantileOf(this.#counts, share);
  }

  /** A copy of how many values each bucket holds. */
  counts(): Float64Array {
    return this.#counts.slice();
  }

  /** For each doubling of the smallest value: how many values were at most that, in ms. */
  cumulative(): readonly { readonly uptoMs: number; readonly count: number }[] {
    const steps: { uptoMs: number; count: number }[] = [];
    let count = 0;
    for (let index = 0; index < BUCKETS; index++) {
      count += this.#counts[index];
      if (index % PER_DOUBLING > 0) continue;
      steps.push({ uptoMs: LEAST_MS * 2 ** (index / PER_DOUBLING), count });
    }
    return steps;
  }

  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#sum = 0;
  }
}

/** Upper bound of the bucket that holds the quantile of these buckets, in ms; 0 when empty. */
export function quantileOf(counts: Float64Array, share: number): number {
  let total = 0;
  for (let index = 0; index < BUCKETS; index++) total += counts[index];
  if (total === 0) return 0;
  let left = share * total;
  for (let index = 0; index < BUCKETS; index++) {
    left -= counts[index];
    if (left <= 0) return LEAST_MS * 2 ** (index / PER_DOUBLING);
  }
  return LEAST_MS * 2 ** ((BUCKETS - 1) / PER_DOUBLING);
}
