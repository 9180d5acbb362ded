/** The interquartile range: how wide the middle half of all ratings is, as Delphi rounds use it. */
import type { Agreement } from "./agreement.ts";

/** Widest middle half that is called consensus, the usual rule on scales of 5 to 7. Source: H. A. von der Gracht, Technological Forecasting and Social Change 79 (2012). */
export const MAX_IQR = 1;

/** Quartiles by linear interpolation (type 7 of Hyndman and Fan, The American Statistician 50, 1996). */
export function interquartileRange(
  ratings: readonly number[],
  { maxIqr = MAX_IQR }: { readonly maxIqr?: number } = {},
): Agreement {
  if (ratings.length === 0) {
    return { value: null, details: { reason: "Nobody gave a rating" } };
  }
  const sorted = [...ratings].sort((a, b) => a - b);
  const [q1, median, q3] = [1, 2, 3].map((quarter) =>
    quartile(sorted, quarter)
  );
  const value = q3 - q1;
  return { value, details: { q1, median, q3, consensus: value <= maxIqr } };
}

function quartile(sorted: readonly number[], quarter: number): number {
  const place = (sorted.length - 1) * quarter / 4;
  const [below, above] = [Math.floor(place), Math.ceil(place)];
  const [low, high] = [sorted[below], sorted[above]];
  return low + (high - low) * (place - below);
}
