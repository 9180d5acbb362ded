/** MOORA: benefits less costs, or the worst distance from the best of everything. */
import {
  columnsOf,
  extremes,
  highest,
  scaleColumns,
  sumOf,
  weighted,
  weightedSums,
} from "./columns.ts";
import type { Problem, Scorer } from "./decision.ts";
import { ofLength } from "./normalize.ts";

export const MOORA_VARIANTS = ["ratio", "reference_point"] as const;

export interface MooraParams {
  /** By `reference_point` the lowest score is best. @default "ratio" */
  readonly variant?: typeof MOORA_VARIANTS[number];
}

/**
 * Σ± wⱼ·xᵢⱼ/‖xⱼ‖, or max wⱼ·|xᵢⱼ/‖xⱼ‖ − rⱼ|; with weights as given.
 * Source: W. K. Brauers and E. K. Zavadskas, The MOORA method and its application to
 * privatization in a transition economy, Control and Cybernetics 35 (2006).
 */
export function moora(
  { matrix, directions }: Problem,
  { variant = "ratio" }: MooraParams,
): Scorer {
  const normalized = scaleColumns(matrix, ofLength);
  if (variant === "ratio") {
    const signed = normalized.map((row) =>
      row.map((value, j) => directions[j] === "cost" ? -value : value)
    );
    return {
      best: "highest",
      scores: (weights) => weightedSums(signed, weights),
      details: (weights) => ({
        normalized,
        weighted: weighted(signed, weights),
      }),
      magnitude: sumOf,
    };
  }
  const referencePoint = columnsOf(normalized).map((column, j) =>
    extremes(column, directions[j]).best
  );
  const distances = normalized.map((row) =>
    row.map((value, j) => Math.abs(value - referencePoint[j]))
  );
  return {
    best: "lowest",
    scores: (weights) =>
      distances.map((row) =>
        row.reduce((most, far, j) => Math.max(most, far * weights[j]), 0)
      ),
    details: (weights) => ({
      normalized,
      referencePoint,
      distances: weighted(distances, weights),
    }),
    magnitude: highest,
  };
}
