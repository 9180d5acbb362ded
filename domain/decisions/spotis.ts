/** SPOTIS: distance from the ideal point within fixed bounds, so others cannot reverse a rank. */
import {
  columnsOf,
  highest,
  lowest,
  sumOf,
  weighted,
  weightedSums,
} from "./columns.ts";
import type { Problem, Scorer } from "./decision.ts";

export interface SpotisParams {
  /** `[lowest, highest]` possible value by each criterion. @default those there are */
  readonly bounds?: readonly (readonly number[])[];
  /** What is wished for by each criterion, within the bounds. @default the better bound */
  readonly ideal?: readonly number[];
}

/**
 * Σ wⱼ·|xᵢⱼ − idealⱼ| / (highestⱼ − lowestⱼ), with weights as given; the lowest is best.
 * Source: J. Dezert et al., The SPOTIS rank reversal free method for multi-criteria
 * decision-making support, FUSION (2020).
 */
export function spotis(
  { matrix, directions }: Problem,
  params: SpotisParams,
): Scorer {
  const bounds = params.bounds ??
    columnsOf(matrix).map((column) => [lowest(column), highest(column)]);
  const ideal = params.ideal ??
    bounds.map(([low, high], j) => directions[j] === "cost" ? low : high);
  const distances = matrix.map((row) =>
    row.map((value, j) => {
      const [low, high] = bounds[j];
      return high === low ? 0 : Math.abs(value - ideal[j]) / (high - low);
    })
  );
  return {
    best: "lowest",
    scores: (weights) => weightedSums(distances, weights),
    details: (weights) => ({
      bounds,
      ideal,
      distances,
      weighted: weighted(distances, weights),
    }),
    magnitude: sumOf,
  };
}
