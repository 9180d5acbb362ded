/** BWM, nonlinear: weights whose ratios are nearest to the comparisons. */
import type { BestWorst } from "./bwm.ts";
import { sumOf } from "./columns.ts";
import type { Weighing } from "./weigh.ts";

/** Largest ξ for the comparison of best and worst 1, 2 … 9: Rezaei (2015), table 1. */
const CONSISTENCY_INDEX = [0, 0.44, 1, 1.63, 2.3, 3, 3.73, 4.47, 5.23];

/** Halvings until the next double is reached. */
const HALVINGS = 200;

interface Range {
  readonly low: number;
  readonly high: number;
}

/**
 * Least ξ with |w_B/w_j − a_Bj| ≤ ξ and |w_j/w_W − a_jW| ≤ ξ, by bisection. With the worst at
 * weight 1, ξ leaves a range for the best, and within it one for each other. Where more than
 * one set of weights is best, `weights` is made of the middles and `intervals` has the ends.
 * Source: J. Rezaei, Best-worst multi-criteria decision-making method, Omega 53 (2015).
 */
export function nonlinearBestWorst(input: BestWorst): Weighing {
  const { best, worst, bestToOthers, othersToWorst } = input;
  if (bestToOthers.length === 1) return { weights: [1], details: { xi: 0 } };
  let low = 0;
  let high = Math.max(...bestToOthers, ...othersToWorst);
  if (isPossible(bestRange(input, 0))) high = 0;
  for (let step = 0; step < HALVINGS && low < high; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (isPossible(bestRange(input, middle))) high = middle;
    else low = middle;
  }
  const xi = high;
  const { low: least, high: most } = bestRange(input, xi);
  const ratio = (least + most) / 2;
  const ranges = bestToOthers.map((_, j): Range => {
    if (j === worst) return { low: 1, high: 1 };
    if (j === best) return { low: ratio, high: ratio };
    return otherRange(input, { j, ratio, xi });
  });
  const middles = ranges.map((range) => (range.low + range.high) / 2);
  const total = sumOf(middles);
  const index = CONSISTENCY_INDEX[bestToOthers[worst] - 1];
  return {
    weights: middles.map((middle) => middle / total),
    details: {
      xi,
      intervals: ranges.map((_, j) => interval(ranges, j)),
      // The table knows whole comparisons from 2 to 9 only.
      cr: index === undefined || index === 0 ? null : xi / index,
    },
  };
}

/** How much more the best may weigh than the worst; empty where ξ is too small. */
function bestRange(
  { best, worst, bestToOthers, othersToWorst }: BestWorst,
  xi: number,
): Range {
  let low = bestToOthers[worst] - xi;
  let high = bestToOthers[worst] + xi;
  bestToOthers.forEach((toBest, j) => {
    if (j === best || j === worst) return;
    const toWorst = othersToWorst[j];
    high = Math.min(high, (toBest + xi) * (toWorst + xi));
    // With ξ that large one of the two says nothing.
    if (toBest > xi && toWorst > xi) {
      low = Math.max(low, (toBest - xi) * (toWorst - xi));
    }
  });
  return { low, high };
}

function isPossible({ low, high }: Range): boolean {
  return low <= high;
}

/** How much more `j` may weigh than the worst, beside what the best weighs. */
function otherRange(
  { bestToOthers, othersToWorst }: BestWorst,
  { j, ratio, xi }: {
    readonly j: number;
    readonly ratio: number;
    readonly xi: number;
  },
): Range {
  const toBest = bestToOthers[j];
  const low = Math.max(ratio / (toBest + xi), othersToWorst[j] - xi);
  const ceiling = toBest > xi ? ratio / (toBest - xi) : Infinity;
  const high = Math.min(ceiling, othersToWorst[j] + xi);
  // At the smallest ξ both ends meet; rounding must not turn them round.
  return { low, high: Math.max(low, high) };
}

/** The least and the most share that `j` can have. */
function interval(ranges: readonly Range[], j: number) {
  const others = (end: keyof Range) =>
    sumOf(ranges.flatMap((range, k) => k === j ? [] : [range[end]]));
  const { low, high } = ranges[j];
  return [low / (low + others("high")), high / (high + others("low"))];
}
