/** Krippendorff's alpha: agreement of any number of coders, with gaps. Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011). */
import type { Agreement } from "./agreement.ts";
import { midranks } from "./kendall_w.ts";
import { sumOf } from "./sums.ts";

export const DISTANCES = ["nominal", "ordinal", "interval", "ratio"] as const;
/** How far apart two ratings are. */
export type Distance = typeof DISTANCES[number];

/** null is a gap; texts are for `nominal` only. */
export type Rating = number | string | null;

/** Pairs of distinct ratings that `ratio` compares at most, within all units and among all. */
export const MAX_RATIO_PAIRS = 20_000_000;

/**
 * 1 − observed over expected disagreement, over all units that two coders rated.
 *
 * @param data A row per coder, a column per unit.
 * @throws {RangeError} If texts meet a distance other than nominal, or a ratio is asked of what is below 0.
 */
export function krippendorffAlpha(
  data: readonly (readonly Rating[])[],
  distance: Distance,
): Agreement {
  const units = pairableUnits(data);
  const ratings = units.flat();
  const details = { units: units.length, ratings: ratings.length };
  const none = (reason: string) => ({
    value: null,
    details: { ...details, reason },
  });
  if (ratings.length === 0) return none("No unit was rated by two coders");
  if (new Set(ratings).size === 1) return none("All ratings are the same");
  const disagreement = DISAGREEMENTS[distance](ratings);
  const observed =
    sumOf(units.map((unit) => 2 * disagreement(unit) / (unit.length - 1))) /
    ratings.length;
  const expected = 2 * disagreement(ratings) / ratings.length /
    (ratings.length - 1);
  if (!(expected > 0)) return none("All ratings are as good as the same");
  const value = 1 - observed / expected;
  return { value, details: { ...details, observed, expected } };
}

/** How many pairs `ratio` would have to compare. */
export function ratioPairs(data: readonly (readonly Rating[])[]): number {
  const units = pairableUnits(data);
  return sumOf([...units, units.flat()].map((ratings) => {
    const { size } = new Set(ratings);
    return size * (size - 1) / 2;
  }));
}

type Value = number | string;

/** From all ratings, how much a list of them disagrees: the sum over its pairs. */
type Disagreement = (
  all: readonly Value[],
) => (some: readonly Value[]) => number;

const DISAGREEMENTS: Readonly<Record<Distance, Disagreement>> = {
  nominal: () => (some) => {
    const counts = [...countsOf(some).values()];
    return (some.length ** 2 - sumOf(counts.map((count) => count ** 2))) / 2;
  },
  /** (n_c / 2 + … + n_k / 2)² is the squared distance of the mean ranks of c and k. */
  ordinal: (all) => {
    const values = all.map(asNumber);
    const { ranks } = midranks(values);
    const rankOf = new Map(values.map((value, index) => [value, ranks[index]]));
    return (some) =>
      squares(some.map((value) => rankOf.get(asNumber(value)) ?? 0));
  },
  interval: (all) => {
    // Neither shift nor factor changes alpha; from 0 to 1 no square is too large or too small.
    const [least, most] = extremes(all.map(asNumber));
    const scaled = (value: Value) => (asNumber(value) - least) / (most - least);
    return (some) => squares(some.map(scaled));
  },
  ratio: (all) => {
    if (all.some((value) => asNumber(value) < 0)) {
      throw new RangeError("Cannot compare by ratio: a rating is below 0");
    }
    return (some) => {
      const counts = [...countsOf(some.map(asNumber))];
      let sum = 0;
      for (let i = 1; i < counts.length; i++) {
        const [a, countA] = counts[i];
        for (let j = 0; j < i; j++) {
          const [b, countB] = counts[j];
          sum += countA * countB * ((a - b) / (a + b)) ** 2;
        }
      }
      return sum;
    };
  },
};

/** Σ over pairs of (a − b)², as m Σ (a − mean)². */
function squares(values: readonly number[]): number {
  const mean = sumOf(values) / values.length;
  return values.length * sumOf(values.map((value) => (value - mean) ** 2));
}

function pairableUnits(data: readonly (readonly Rating[])[]): Value[][] {
  const columns: Value[][] = (data[0] ?? []).map(() => []);
  for (const row of data) {
    row.forEach((rating, unit) => {
      if (rating !== null) columns[unit].push(rating);
    });
  }
  return columns.filter((unit) => unit.length > 1);
}

function countsOf<Item>(values: readonly Item[]): Map<Item, number> {
  const counts = new Map<Item, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function extremes(values: readonly number[]): readonly [number, number] {
  return values.reduce<readonly [number, number]>(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  );
}

function asNumber(value: Value): number {
  if (typeof value === "number") return value;
  throw new RangeError(`Cannot compare ratings: not a number, got ${value}`);
}
