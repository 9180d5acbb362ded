/** COPRAS: benefits add up, costs count the less the more there are of them. */
import {
  columnsOf,
  highest,
  isConstant,
  scaleColumns,
  sumOf,
  weightedSums,
} from "./columns.ts";
import type { Problem, Scorer } from "./decision.ts";
import { shares } from "./normalize.ts";

export interface CoprasParams {
  /** The score of the best: 1, or 100 for degrees in percent. @default 1 */
  readonly scale?: number;
}

/**
 * Qᵢ = S⁺ᵢ + ΣS⁻ / (S⁻ᵢ·Σ(1/S⁻)), scores Qᵢ / max Q, on columns as shares of their sum. A cost
 * that is the same for all is left out, as it would blur the others. Beware of published
 * formulas that reward costs. Source: E. K. Zavadskas, A. Kaklauskas and V. Šarka, The new
 * method of multicriteria complex proportional assessment of projects (1994).
 */
export function copras(
  { matrix, directions }: Problem,
  { scale = 1 }: CoprasParams,
): Scorer {
  const normalized = scaleColumns(matrix, shares);
  const constant = columnsOf(matrix).map(isConstant);
  const measures = (weights: readonly number[]) => {
    const of = (isCounted: (j: number) => boolean) =>
      weightedSums(normalized, weights.map((w, j) => isCounted(j) ? w : 0));
    const benefits = of((j) => directions[j] === "benefit");
    const costs = of((j) => directions[j] === "cost" && !constant[j]);
    const total = sumOf(costs);
    const inverse = total === 0 ? 0 : sumOf(costs.map((cost) => 1 / cost));
    const significance = benefits.map((benefit, i) =>
      total === 0 ? benefit : benefit + total / (costs[i] * inverse)
    );
    return { benefits, costs, significance };
  };
  const scores = (significance: readonly number[]) => {
    const most = highest(significance);
    return significance.map((value) => most === 0 ? 0 : scale * value / most);
  };
  return {
    best: "highest",
    scores: (weights) => scores(measures(weights).significance),
    details: (weights) => ({ normalized, ...measures(weights) }),
    magnitude: () => 0,
  };
}
