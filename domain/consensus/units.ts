/** Votes as whole numbers: weights are counted in units, so that no sum depends on its order. */

/** Decimal places a weight may have. */
export const MAX_DECIMALS = 6;
/** Most units all ballots together may have: times any factor a method uses, this stays exact. */
export const MAX_UNITS = 1e13;

const MILLIONTHS = 10 ** MAX_DECIMALS;

export interface Units {
  readonly units: readonly number[];
  /** Units in one vote. */
  readonly perVote: number;
}

/**
 * Turns weights into whole units: votes as they are when all are whole, else millionths.
 * What lies beyond the sixth decimal place, as the noise of earlier sums does, is rounded off.
 *
 * @throws {RangeError} If a weight is negative or no number, or all are too much to count exactly.
 */
export function unitsOf(weights: readonly number[]): Units {
  const perVote = weights.every(Number.isInteger) ? 1 : MILLIONTHS;
  let total = 0;
  const units = weights.map((weight) => {
    const rounded = Math.round(weight * perVote);
    if (!(weight >= 0)) {
      throw new RangeError(
        `Cannot count a ballot: weight must be 0 or more, got ${weight}`,
      );
    }
    total += rounded;
    return rounded;
  });
  if (total > MAX_UNITS) {
    throw new RangeError(
      `Cannot count exactly: weights reach ${total} units, at most ${MAX_UNITS}`,
    );
  }
  return { units, perVote };
}

/** Reports whether a weight has at most six decimal places. */
export function isCountable(weight: number): boolean {
  return weight <= MAX_UNITS &&
    Math.round(weight * MILLIONTHS) / MILLIONTHS === weight;
}

/** `part / whole` as near as a number gets, however large both are. */
export function quotient(part: bigint, whole: bigint): number {
  const divisor = gcd(part, whole);
  return Number(part / divisor) / Number(whole / divisor);
}

export function gcd(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}
