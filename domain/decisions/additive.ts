/** WSM: the weighted sum of all values. */
import { lowest, sumOf, weighted, weightedSums } from "./columns.ts";
import type { Problem, Scorer } from "./decision.ts";
import { type Normalization, normalize } from "./normalize.ts";

export interface WsmParams {
  /** @default "none" */
  readonly normalization?: Normalization;
}

/**
 * Σ wⱼ·xᵢⱼ, with weights as given; without normalization a cost is taken off.
 * Source: P. C. Fishburn, Additive utilities with incomplete product sets, Operations
 * Research 15 (1967).
 */
export function wsm(problem: Problem, params: WsmParams): Scorer {
  const rows = utilities(problem, params);
  const cancels = rows.some((row) => lowest(row) < 0);
  return {
    best: "highest",
    scores: (weights) => weightedSums(rows, weights),
    details: (weights) => ({
      normalized: rows,
      weighted: weighted(rows, weights),
    }),
    magnitude: (weights) =>
      cancels
        ? Math.max(
          ...rows.map((row) =>
            sumOf(row.map((value, j) => Math.abs(value) * weights[j]))
          ),
        )
        : 0,
  };
}

/** What the weights are applied to: more is better in every column. */
export function utilities(
  problem: Problem,
  { normalization = "none" }: WsmParams,
) {
  if (normalization !== "none") return normalize(problem, normalization);
  return problem.matrix.map((row) =>
    row.map((value, j) => problem.directions[j] === "cost" ? -value : value)
  );
}
