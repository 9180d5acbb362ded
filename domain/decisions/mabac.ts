/** MABAC: above or below the border between good and bad alternatives. */
import { columnsOf, sumOf, weightedSums } from "./columns.ts";
import type { Problem, Scorer } from "./decision.ts";
import { normalize } from "./normalize.ts";

/**
 * Σ (vᵢⱼ − gⱼ) with vᵢⱼ = wⱼ·(nᵢⱼ + 1), gⱼ their geometric mean over all alternatives, n by
 * the range. The border is as proportional to the weight as v, so it is taken without it.
 * Source: D. Pamučar and G. Ćirović, The selection of transport and handling resources in
 * logistics centers using MABAC, Expert Systems with Applications 42 (2015).
 */
export function mabac(problem: Problem): Scorer {
  const normalized = normalize(problem, "minmax");
  const border = columnsOf(normalized).map((column) =>
    Math.exp(
      sumOf(column.map((value) => Math.log(value + 1))) / column.length,
    )
  );
  const gaps = normalized.map((row) =>
    row.map((value, j) => value + 1 - border[j])
  );
  return {
    best: "highest",
    scores: (weights) => weightedSums(gaps, weights),
    details: (weights) => ({
      normalized,
      weighted: normalized.map((row) =>
        row.map((value, j) => weights[j] * (value + 1))
      ),
      border: border.map((value, j) => weights[j] * value),
      distances: gaps.map((row) => row.map((gap, j) => weights[j] * gap)),
    }),
    magnitude: sumOf,
  };
}
