/** Sums and means of lists of numbers. */

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Keeps what only rounding put outside of 0 to 1. */
export function withinOne(share: number): number {
  return Math.min(Math.max(share, 0), 1);
}
