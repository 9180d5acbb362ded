/** Analysis: alternatives scored and ranked by a method, with its working. */
import { aras, type ArasParams } from "./aras.ts";
import { wsm, type WsmParams } from "./additive.ts";
import { copras, type CoprasParams } from "./copras.ts";
import type {
  Details,
  Direction,
  Matrix,
  Problem,
  Scorer,
} from "./decision.ts";
import { type Dominated, dominated } from "./dominance.ts";
import { edas } from "./edas.ts";
import { electre1, type ElectreParams } from "./electre.ts";
import { electre2, type ElectreTwoParams } from "./electre_two.ts";
import { mabac } from "./mabac.ts";
import { type Method, METHODS } from "./methods.ts";
import { moora, type MooraParams } from "./moora.ts";
import type { Normalization } from "./normalize.ts";
import { waspas, type WaspasParams, wpm } from "./product.ts";
import { promethee2, type PrometheeParams } from "./promethee.ts";
import { ranksOf } from "./ranks.ts";
import { spotis, type SpotisParams } from "./spotis.ts";
import { topsis, TOPSIS_NORMALIZATIONS } from "./topsis.ts";
import { vikor, type VikorParams } from "./vikor.ts";

export { type Method, METHODS };

/** What any method can be told. Every name means the same wherever it is read. */
export type MethodParams =
  & WsmParams
  & WaspasParams
  & VikorParams
  & PrometheeParams
  & ElectreParams
  & ElectreTwoParams
  & CoprasParams
  & ArasParams
  & MooraParams
  & SpotisParams;

/** Weights are finite, not negative, and not all 0. */
export interface WeightedProblem extends Problem {
  readonly weights: readonly number[];
  readonly params?: MethodParams;
}

export interface AnalysisInput extends WeightedProblem {
  readonly method: Method;
}

/** In input order; rank 1 is best. */
export interface Analysis {
  readonly method: Method;
  readonly scores: readonly number[];
  readonly ranks: readonly number[];
  readonly details: Details & { readonly dominated: readonly Dominated[] };
}

/**
 * Scores and ranks all alternatives. Numbers come out for what `mistakesIn` finds nothing
 * wrong with; for other input they mean nothing.
 */
export function analyze(input: AnalysisInput): Analysis {
  const { method, weights } = input;
  const scorer = scorerOf(method, input, input.params);
  const { scores, ranks } = rated(scorer, weights);
  const details = {
    dominated: dominated(input),
    ...scorer.details(weights),
  };
  return { method, scores, ranks, details };
}

/** Scores under some weights, and what ranks they come to. */
export function rated(scorer: Scorer, weights: readonly number[]) {
  const scores = scorer.scores(weights);
  const magnitude = scorer.magnitude(weights);
  return { scores, ranks: ranksOf(scores, scorer.best, { magnitude }) };
}

/** A method applied to all but the weights. */
export function scorerOf(
  method: Method,
  problem: {
    readonly matrix: Matrix;
    readonly directions: readonly Direction[];
  },
  params: MethodParams = {},
): Scorer {
  switch (method) {
    case "wsm":
      return wsm(problem, params);
    case "wpm":
      return wpm(problem, params);
    case "waspas":
      return waspas(problem, params);
    case "topsis":
      return topsis(problem, {
        normalization: topsisNormalization(params.normalization),
      });
    case "vikor":
      return vikor(problem, params);
    case "promethee2":
      return promethee2(problem, params);
    case "electre1":
      return electre1(problem, params);
    case "electre2":
      return electre2(problem, params);
    case "copras":
      return copras(problem, params);
    case "aras":
      return aras(problem, params);
    case "moora":
      return moora(problem, params);
    case "edas":
      return edas(problem);
    case "mabac":
      return mabac(problem);
    case "spotis":
      return spotis(problem, params);
  }
}

/** Undefined for the others, which mistakes are made of. */
export function topsisNormalization(normalization: Normalization | undefined) {
  return TOPSIS_NORMALIZATIONS.find((one) => one === normalization);
}
