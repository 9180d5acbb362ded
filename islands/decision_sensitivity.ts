/** What would change a ranking: weights half as large and half as large again, and other methods. */
import {
  type AnalysisInput,
  type Method,
  METHODS,
  rated,
  scorerOf,
} from "../domain/decisions/analyze.ts";
import { compare, type Comparison } from "../domain/decisions/compare.ts";
import { analysisOf } from "../domain/decisions/live/analysis.ts";
import type { LiveDecision } from "../domain/decisions/live/live_decision.ts";
import { mistakesIn } from "../domain/decisions/mistakes.ts";
import { rankedOrder } from "./decision_figures.ts";

/** How far each weight goes, as a part of itself. */
export const SWING = 0.5;

/** How far the leader stays ahead while one weight goes down and up. */
export interface Swing {
  readonly criterion: number;
  /** Score of the leader less that of the second, so that more is better. */
  readonly low: number;
  readonly high: number;
}

export interface Tornado {
  readonly leader: number;
  readonly second: number;
  /** As it is now. */
  readonly margin: number;
  /** Widest first. */
  readonly swings: readonly Swing[];
}

/** The input that everyone's scores come to; undefined while there is none. */
export function inputOf(decision: LiveDecision): AnalysisInput | undefined {
  const analysis = analysisOf(decision);
  return analysis.state === "ready" ? analysis.input : undefined;
}

/** Undefined where nobody is second. */
export function tornadoOf(input: AnalysisInput): Tornado | undefined {
  const { method, weights } = input;
  const scorer = scorerOf(method, input, input.params);
  const sign = scorer.best === "highest" ? 1 : -1;
  const [leader, second] = rankedOrder(rated(scorer, weights).ranks);
  if (second === undefined) return undefined;
  const marginAt = (tried: readonly number[]) => {
    const scores = scorer.scores(tried);
    return sign * (scores[leader] - scores[second]);
  };
  const swings = weights.flatMap((_, criterion): Swing[] => {
    const swung = (factor: number) =>
      weights.map((weight, j) => j === criterion ? weight * factor : weight);
    // The only weight there is has nothing to be weighed against.
    if (swung(1 - SWING).every((weight) => weight === 0)) return [];
    const low = marginAt(swung(1 - SWING));
    const high = marginAt(swung(1 + SWING));
    return [{ criterion, low, high }];
  });
  const width = ({ low, high }: Swing) => Math.abs(high - low);
  return {
    leader,
    second,
    margin: marginAt(weights),
    swings: swings.toSorted((a, b) => width(b) - width(a)),
  };
}

export interface Methods extends Comparison {
  readonly methods: readonly Method[];
  /** Those that cannot read these scores, each with why. */
  readonly unable: readonly { readonly method: Method; readonly why: string }[];
}

/** Every method that can read the scores, one beside the other. */
export function methodsOf(input: AnalysisInput): Methods {
  const unable = METHODS.flatMap((method) => {
    const params = method === input.method ? input.params : undefined;
    const [mistake] = mistakesIn(method, { ...input, params });
    return mistake ? [{ method, why: mistake.message }] : [];
  });
  const methods = METHODS.filter((method) =>
    unable.every((one) => one.method !== method)
  );
  const { matrix, weights, directions, params } = input;
  // Parameters were set for the decision's own method; others take their own defaults.
  const compared = compare({
    methods,
    matrix,
    weights,
    directions,
    params: { [input.method]: params },
  });
  return { ...compared, methods, unable };
}
