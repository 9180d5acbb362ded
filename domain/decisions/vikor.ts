/** VIKOR: a compromise between what most want and what somebody would regret most. */
import {
  columnsOf,
  extremes,
  highest,
  lowest,
  scaleColumns,
  weightedSums,
} from "./columns.ts";
import type { Problem, Scorer } from "./decision.ts";
import { ofRange } from "./normalize.ts";
import { isSame, ranksOf, SAME_SCORE } from "./ranks.ts";

export interface VikorParams {
  /** Weight of what most want, from 0 to 1; the rest is the greatest regret. @default 0.5 */
  readonly v?: number;
}

interface Measures {
  /** Group utility: the sum of regrets. */
  readonly s: readonly number[];
  /** The greatest regret. */
  readonly r: readonly number[];
  /** Both, from 0, best, to 1. */
  readonly q: readonly number[];
}

/**
 * Q = v·(S − S*)/(S⁻ − S*) + (1 − v)·(R − R*)/(R⁻ − R*). S and R use weights as given; Q, the
 * conditions and the compromise set do not depend on their sum.
 * Source: S. Opricovic and G.-H. Tzeng, Compromise solution by MCDM methods, European Journal
 * of Operational Research 156 (2004).
 */
export function vikor(
  { matrix, directions }: Problem,
  { v = 0.5 }: VikorParams,
): Scorer {
  const points = columnsOf(matrix).map((column, j) =>
    extremes(column, directions[j])
  );
  const regrets = scaleColumns(
    matrix,
    (column, j) => ofRange(column, points[j].best, points[j].worst),
  );
  const measures = (weights: readonly number[]): Measures => {
    const s = weightedSums(regrets, weights);
    const r = regrets.map((row) => {
      let most = 0;
      for (let j = 0; j < row.length; j++) {
        most = Math.max(most, row[j] * weights[j]);
      }
      return most;
    });
    const utility = scaled(s);
    const regret = scaled(r);
    const q = utility.map((value, i) => v * value + (1 - v) * regret[i]);
    return { s, r, q };
  };
  return {
    best: "lowest",
    scores: (weights) => measures(weights).q,
    details: (weights) => {
      const found = measures(weights);
      return {
        ...found,
        best: points.map(({ best }) => best),
        worst: points.map(({ worst }) => worst),
        regrets,
        ...compromise(found),
      };
    },
    magnitude: () => 1,
  };
}

/** The best is acceptable if it is clearly ahead, and also best by S or by R. */
function compromise({ s, r, q }: Measures) {
  const ranks = ranksOf(q, "lowest", { magnitude: 1 });
  const sorted = q.toSorted((a, b) => a - b);
  // Nobody to be ahead of: then one alternative is acceptable as it is.
  const needed = q.length === 1 ? 0 : 1 / (q.length - 1);
  const isAhead = (ahead: number) => ahead >= needed - SAME_SCORE;
  const acceptableAdvantage = q.length === 1 || isAhead(sorted[1] - sorted[0]);
  const leads = (values: readonly number[], one: number) =>
    isSame(values[one], lowest(values), highest(values));
  const acceptableStability = ranks.every((rank, one) =>
    rank > 1 || leads(s, one) || leads(r, one)
  );
  const second = Math.min(...ranks.filter((rank) => rank > 1));
  const compromiseSet = ranks.flatMap((rank, one) => {
    if (rank === 1) return [one];
    if (!acceptableAdvantage) return isAhead(q[one] - sorted[0]) ? [] : [one];
    return !acceptableStability && rank === second ? [one] : [];
  });
  const advantage = { needed, acceptableAdvantage };
  return { ...advantage, acceptableStability, compromiseSet };
}

/** 0 for the lowest, 1 for the highest. */
function scaled(values: readonly number[]): readonly number[] {
  return ofRange(values, lowest(values), highest(values));
}
