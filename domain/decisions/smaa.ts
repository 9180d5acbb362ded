/** SMAA: how often each alternative takes each rank when nothing is known of the weights. */
import { type Method, type MethodParams, rated, scorerOf } from "./analyze.ts";
import type { Problem } from "./decision.ts";
import { createRandom } from "./random.ts";

export const DEFAULT_SAMPLES = 10_000;
export const MAX_SAMPLES = 100_000;
/** Comparisons of pairs of values that one run may take: a few seconds. */
const MAX_PAIRS = 4e9;

/** Plain data: a worker can be sent it. */
export interface SmaaInput extends Problem {
  readonly method: Method;
  readonly params?: MethodParams;
  /** @default DEFAULT_SAMPLES */
  readonly samples?: number;
  /** Whole number from 0 to `MAX_SEED`. @default 1 */
  readonly seed?: number;
}

/** Rows are alternatives. */
export interface Acceptability {
  /** Share of the samples in which it takes rank 1, 2 …; ties count for each who shares. */
  readonly rankAcceptability: readonly (readonly number[])[];
  /** The mean weights among those under which it is first; null where it never is. */
  readonly centralWeights: readonly (readonly number[] | null)[];
  readonly samples: number;
  readonly seed: number;
  readonly generator: "xoshiro128**";
}

/**
 * Draws weights uniformly from all that add up to 1, and ranks by each. The same seed gives
 * the same bits. Source: R. Lahdelma and P. Salminen, SMAA-2, Operations Research 49 (2001).
 */
export function acceptability(input: SmaaInput): Acceptability {
  const { samples = DEFAULT_SAMPLES, seed = 1 } = input;
  const random = createRandom(seed);
  const scorer = scorerOf(input.method, input, input.params);
  const size = input.matrix.length;
  const counts = input.matrix.map(() => new Float64Array(size));
  const sums = input.matrix.map(() =>
    new Float64Array(input.directions.length)
  );
  for (let sample = 0; sample < samples; sample++) {
    const weights = drawWeights(input.directions.length, random);
    const { ranks } = rated(scorer, weights);
    for (let one = 0; one < size; one++) {
      counts[one][ranks[one] - 1]++;
      if (ranks[one] > 1) continue;
      weights.forEach((weight, j) => sums[one][j] += weight);
    }
  }
  return {
    rankAcceptability: counts.map((row) =>
      Array.from(row, (count) => count / samples)
    ),
    centralWeights: sums.map((row, one) => {
      const first = counts[one][0];
      return first === 0 ? null : Array.from(row, (sum) => sum / first);
    }),
    samples,
    seed,
    generator: "xoshiro128**",
  };
}

/** Most samples that a method may take of a problem of this size. */
export function samplesAllowed({ method, matrix }: SmaaInput): number {
  if (method !== "electre1" && method !== "electre2") return MAX_SAMPLES;
  const pairs = matrix.length ** 2 * matrix[0].length;
  return Math.min(MAX_SAMPLES, Math.floor(MAX_PAIRS / pairs));
}

/**
 * The gaps between sorted uniform numbers: uniform on the simplex, by arithmetic alone.
 * Source: L. Devroye, Non-Uniform Random Variate Generation (1986), chapter V.2.
 */
function drawWeights(size: number, random: () => number): readonly number[] {
  const cuts = Array.from({ length: size - 1 }, random);
  cuts.sort((a, b) => a - b);
  cuts.push(1);
  return cuts.map((cut, j) => j === 0 ? cut : cut - cuts[j - 1]);
}
