/** EDAS: how far above the average, and how far below it. */
import {
  columnsOf,
  highest,
  isConstant,
  scaleColumns,
  sumOf,
  weightedSums,
} from "./columns.ts";
import type { Matrix, Problem, Scorer } from "./decision.ts";

/**
 * (SP/max SP + 1 − SN/max SN) / 2, weighted sums of the distances on the good and the bad side
 * of the mean, as shares of it. The sum of weights does not matter.
 * Source: M. Keshavarz Ghorabaee et al., Multi-criteria inventory classification using a new
 * method of evaluation based on distance from average solution, Informatica 26 (2015).
 */
export function edas({ matrix, directions }: Problem): Scorer {
  const average = columnsOf(matrix).map((column) =>
    sumOf(column) / column.length
  );
  const leads = scaleColumns(matrix, (column, j) => {
    if (isConstant(column)) return column.map(() => 0);
    const sign = directions[j] === "cost" ? -1 : 1;
    return column.map((value) => sign * (value - average[j]) / average[j]);
  });
  const positiveDistances = above(leads, 1);
  const negativeDistances = above(leads, -1);
  const measures = (weights: readonly number[]) => {
    const sp = weightedSums(positiveDistances, weights);
    const sn = weightedSums(negativeDistances, weights);
    const most = highest(sp);
    const least = highest(sn);
    const nsp = sp.map((value) => most === 0 ? 0 : value / most);
    const nsn = sn.map((value) => least === 0 ? 1 : 1 - value / least);
    return { sp, sn, nsp, nsn };
  };
  return {
    best: "highest",
    scores: (weights) => {
      const { nsp, nsn } = measures(weights);
      return nsp.map((value, i) => (value + nsn[i]) / 2);
    },
    details: (weights) => ({
      average,
      positiveDistances,
      negativeDistances,
      ...measures(weights),
    }),
    magnitude: () => 1,
  };
}

function above(leads: Matrix, sign: 1 | -1): Matrix {
  // Not `-0`: it would be told apart from 0.
  return leads.map((row) => row.map((lead) => Math.max(0, sign * lead) + 0));
}
