/** PROMETHEE II: how much each is preferred to all others, less how much they are to it. */
import { columnsOf, sumOf, weightedSums } from "./columns.ts";
import type { Direction, Problem, Scorer } from "./decision.ts";
import { ascendingOrder } from "./order.ts";
import type { Preference, Thresholds } from "./preference.ts";
import { preferenceSums } from "./preference_sums.ts";

/** One for all criteria, or one per criterion; null where the shape does not read it. */
export type PerCriterion<T> = T | readonly (T | null)[] | null;

export interface PrometheeParams {
  /** @default "usual" */
  readonly preference?: Preference | readonly Preference[];
  readonly q?: PerCriterion<number>;
  readonly p?: PerCriterion<number>;
  readonly s?: PerCriterion<number>;
}

/**
 * φ = φ⁺ − φ⁻, means over all others of π(a, b) = Σ wⱼ·Pⱼ(a, b) / Σ wⱼ. Preferences within a
 * criterion are averaged first: the sums are the same, and weights become cheap to change.
 * Source: J. P. Brans, P. Vincke and B. Mareschal, How to select and how to rank projects,
 * European Journal of Operational Research 24 (1986).
 */
export function promethee2(
  { matrix, directions }: Problem,
  params: PrometheeParams,
): Scorer {
  const flows = columnsOf(matrix).map((column, j) =>
    flowsOf(column, { direction: directions[j], ...shapeAt(params, j) })
  );
  const rows = matrix.map((_, i) =>
    flows.map(({ positive, negative }) => ({
      positive: positive[i],
      negative: negative[i],
    }))
  );
  const positives = rows.map((row) => row.map(({ positive }) => positive));
  const negatives = rows.map((row) => row.map(({ negative }) => negative));
  const nets = rows.map((row) =>
    row.map(({ positive, negative }) => positive - negative)
  );
  return {
    best: "highest",
    scores: (weights) => weightedSums(nets, sharesOf(weights)),
    details: (weights) => ({
      positive: weightedSums(positives, sharesOf(weights)),
      negative: weightedSums(negatives, sharesOf(weights)),
      net: weightedSums(nets, sharesOf(weights)),
      netByCriterion: nets,
    }),
    magnitude: () => 1,
  };
}

/** What one criterion asks; a threshold it does not read is 0. */
export function shapeAt(params: PrometheeParams, j: number) {
  const { preference = "usual" } = params;
  return {
    shape: typeof preference === "string" ? preference : preference[j],
    q: thresholdAt(params.q, j) ?? 0,
    p: thresholdAt(params.p, j) ?? 0,
    s: thresholdAt(params.s, j) ?? 0,
  };
}

export function thresholdAt(
  thresholds: PerCriterion<number> | undefined,
  j: number,
): number | undefined {
  const one = typeof thresholds === "object" ? thresholds?.[j] : thresholds;
  return one ?? undefined;
}

/** Weights as shares of their sum. */
export function sharesOf(weights: readonly number[]): readonly number[] {
  const sum = sumOf(weights);
  return weights.map((weight) => weight / sum);
}

interface Criterion extends Thresholds {
  readonly direction: Direction;
  readonly shape: Preference;
}

/** Mean preference of each value over all others, and of all others over it. */
function flowsOf(column: readonly number[], criterion: Criterion) {
  const sign = criterion.direction === "cost" ? -1 : 1;
  const order = ascendingOrder(column.map((value) => sign * value)).reverse();
  // Best first: then whoever comes earlier is ahead, and no pair is looked at twice.
  const sorted = new Float64Array(order.length);
  order.forEach((one, place) => sorted[place] = sign * column[one]);
  const sums = preferenceSums(sorted, criterion);
  const positive = column.map(() => 0);
  const negative = column.map(() => 0);
  // Alone, nobody is preferred to anybody.
  const others = Math.max(column.length - 1, 1);
  order.forEach((one, place) => {
    positive[one] = sums.won[place] / others;
    negative[one] = sums.lost[place] / others;
  });
  return { positive, negative };
}
