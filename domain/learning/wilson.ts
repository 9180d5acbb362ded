/** Wilson's interval of a share: honest for few cases, and never outside 0 to 1. */
import { normalQuantile } from "./normal_quantile.ts";

export interface Counted {
  readonly successes: number;
  /** Cases counted, above 0. */
  readonly n: number;
}

/**
 * The score interval of E. B. Wilson, JASA 22 (1927), without correction for continuity.
 *
 * @param options.confidence Above 0 and below 1. @default 0.95
 * @returns Low and high, from 0 to 1.
 * @throws {RangeError} If there are no cases, successes are not 0 to n, or confidence is out
 * of range.
 */
export function wilson(
  { successes, n }: Counted,
  { confidence = 0.95 }: { readonly confidence?: number } = {},
): readonly [low: number, high: number] {
  if (!(n > 0 && Number.isFinite(n) && successes >= 0 && successes <= n)) {
    throw new RangeError(
      `Cannot give an interval: needs 0 to n successes of n above 0, got ${successes} of ${n}`,
    );
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(
      `Cannot give an interval: confidence must be above 0 and below 1, got ${confidence}`,
    );
  }
  const z = normalQuantile((1 + confidence) / 2);
  const square = z * z;
  const share = successes / n;
  const middle = share + square / (2 * n);
  const half = z *
    Math.sqrt(share * (1 - share) / n + square / (4 * n * n));
  const low = (middle - half) / (1 + square / n);
  const high = (middle + half) / (1 + square / n);
  // None and all are the ends themselves; only rounding says otherwise.
  return [
    successes === 0 ? 0 : Math.max(low, 0),
    successes === n ? 1 : Math.min(high, 1),
  ];
}
