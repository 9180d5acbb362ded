/** TOPSIS: near the best of everything, far from the worst of everything. */
import {
  columnsOf,
  extremes,
  highest,
  lowest,
  scaleColumns,
  weighted,
  weightedSums,
} from "./columns.ts";
import type { Matrix, Problem, Scorer } from "./decision.ts";
import { ofLength, ofRange } from "./normalize.ts";

export const TOPSIS_NORMALIZATIONS = ["vector", "minmax", "none"] as const;

export interface TopsisParams {
  /** The winner can depend on it. @default "vector" */
  readonly normalization?: typeof TOPSIS_NORMALIZATIONS[number];
}

/**
 * d⁻ / (d⁺ + d⁻), Euclidean distances from the worst and to the best; one half where all are
 * alike. The sum of weights does not matter.
 * Source: C. L. Hwang and K. Yoon, Multiple Attribute Decision Making (1981).
 */
export function topsis(
  { matrix, directions }: Problem,
  { normalization = "vector" }: TopsisParams,
): Scorer {
  const rows = scaleColumns(matrix, (column) => {
    switch (normalization) {
      case "vector":
        return ofLength(column);
      case "minmax":
        return ofRange(column, lowest(column), highest(column));
      case "none":
        return column;
    }
  });
  const points = columnsOf(rows).map((column, j) =>
    extremes(column, directions[j])
  );
  const ideal = points.map(({ best }) => best);
  const antiIdeal = points.map(({ worst }) => worst);
  const toIdeal = squaredGaps(rows, ideal);
  const toAntiIdeal = squaredGaps(rows, antiIdeal);
  const distances = (weights: readonly number[]) => {
    const squares = weights.map((weight) => weight ** 2);
    return {
      distanceToIdeal: weightedSums(toIdeal, squares).map(Math.sqrt),
      distanceToAntiIdeal: weightedSums(toAntiIdeal, squares).map(Math.sqrt),
    };
  };
  return {
    best: "highest",
    scores: (weights) => {
      const { distanceToIdeal, distanceToAntiIdeal } = distances(weights);
      return distanceToIdeal.map((far, i) => {
        const near = distanceToAntiIdeal[i];
        return far + near === 0 ? 0.5 : near / (far + near);
      });
    },
    details: (weights) => ({
      normalized: rows,
      weighted: weighted(rows, weights),
      ideal: weighted([ideal], weights)[0],
      antiIdeal: weighted([antiIdeal], weights)[0],
      ...distances(weights),
    }),
    magnitude: () => 1,
  };
}

function squaredGaps(rows: Matrix, point: readonly number[]): Matrix {
  return rows.map((row) => row.map((value, j) => (value - point[j]) ** 2));
}
