/** ARAS: a share of what the optimal alternative would be worth. */
import { columnsOf, extremes, weighted, weightedSums } from "./columns.ts";
import type { Problem, Scorer } from "./decision.ts";
import { normalize } from "./normalize.ts";

export interface ArasParams {
  /** The optimal value by each criterion. @default the best there is */
  readonly optimal?: readonly number[];
}

/**
 * Kᵢ = Sᵢ / S₀, weighted sums of shares, the optimal alternative among them; of a cost 1/x. The
 * sum of weights does not matter.
 * Source: E. K. Zavadskas and Z. Turskis, A new additive ratio assessment (ARAS) method,
 * Technological and Economic Development of Economy 16 (2010).
 */
export function aras(problem: Problem, params: ArasParams): Scorer {
  const { matrix, directions } = problem;
  const optimal = params.optimal ??
    columnsOf(matrix).map((column, j) => extremes(column, directions[j]).best);
  const [ideal, ...rows] = normalize(
    { matrix: [optimal, ...matrix], directions },
    "sum",
  );
  const measures = (weights: readonly number[]) => {
    const [optimality] = weightedSums([ideal], weights);
    return { optimality, sums: weightedSums(rows, weights) };
  };
  return {
    best: "highest",
    scores: (weights) => {
      const { optimality, sums } = measures(weights);
      return sums.map((sum) => optimality === 0 ? 0 : sum / optimality);
    },
    details: (weights) => ({
      optimal,
      normalized: rows,
      normalizedOptimal: ideal,
      weighted: weighted(rows, weights),
      ...measures(weights),
    }),
    magnitude: () => 0,
  };
}
