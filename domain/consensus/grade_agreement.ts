/** Agreement on a scale of grades, from how many gave each. */
import type { Agreement } from "./agreement.ts";
import { sumOf, withinOne } from "./sums.ts";

const NO_GRADES = "Nobody gave a grade";

/**
 * Consensus: 1 where all give one grade, 0 where half sit at either end of the scale.
 * Cns = 1 + Σ p log2(1 − |x − μ| / d). Source: W. J. Tastle and M. J. Wierman,
 * International Journal of Approximate Reasoning 45 (2007).
 *
 * @param counts How many gave each of at least two grades, worst to best.
 */
export function tastleWierman(counts: readonly number[]): Agreement {
  const total = sumOf(counts);
  if (!(total > 0)) {
    return { value: null, details: { total, reason: NO_GRADES } };
  }
  const shares = counts.map((count) => count / total);
  const width = counts.length - 1;
  const mean = sumOf(shares.map((share, index) => share * index));
  const value = 1 + sumOf(shares.map((share, index) => {
    if (share === 0) return 0;
    // Those at this grade keep it nearer to the mean than the whole scale; rounding must not.
    const near = Math.max(1 - Math.abs(index - mean) / width, share);
    return share * Math.log2(near);
  }));
  return { value: withinOne(value), details: { total, mean: mean + 1 } };
}

/**
 * 1 − H / ln k: 1 where all are in one category, 0 where they are spread evenly.
 * Source: C. E. Shannon, Bell System Technical Journal 27 (1948), the entropy H normalised.
 *
 * @param counts How many are in each of at least two categories.
 */
export function entropyAgreement(counts: readonly number[]): Agreement {
  const total = sumOf(counts);
  if (!(total > 0)) {
    return { value: null, details: { total, reason: NO_GRADES } };
  }
  const entropy = -sumOf(counts.map((count) => {
    const share = count / total;
    return share === 0 ? 0 : share * Math.log(share);
  }));
  const value = withinOne(1 - entropy / Math.log(counts.length));
  return { value, details: { total } };
}
