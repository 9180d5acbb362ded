/** What a live decision comes to as it stands: the matrix, its analysis, or what is missing. */
import type { Json } from "../../decider.ts";
import { type Analysis, type AnalysisInput, analyze } from "../analyze.ts";
import { mistakesIn } from "../mistakes.ts";
import { type Aggregate, aggregate } from "./aggregate.ts";
import { type LiveDecision, visibleSheets } from "./live_decision.ts";
import { readParams } from "./read_params.ts";

/** Raise it when the same input could be analysed differently: stored results keep theirs. */
export const ENGINE = 1;

export type LiveAnalysis =
  & { readonly aggregate: Aggregate }
  & (
    | {
      readonly state: "ready";
      readonly input: AnalysisInput;
      readonly result: Analysis;
    }
    /** Scores are missing, or hidden until the reveal. */
    | { readonly state: "incomplete" }
    /** The method cannot read these values; each mistake says why. */
    | { readonly state: "impossible"; readonly mistakes: readonly string[] }
  );

/** Never NaN: what a method cannot read is told instead. */
export function analysisOf(decision: LiveDecision): LiveAnalysis {
  const sheets = decision.revealed ? visibleSheets(decision) : [];
  const together = aggregate(decision, sheets);
  const { matrix } = together;
  if (matrix === null || matrix.length === 0 || matrix[0].length === 0) {
    return { aggregate: together, state: "incomplete" };
  }
  const { method, criteria } = decision;
  const input: AnalysisInput = {
    method,
    matrix,
    weights: criteria.map(({ weight }) => weight),
    directions: criteria.map(({ direction }) => direction),
    params: readParams(decision.params),
  };
  const mistakes = mistakesIn(method, input);
  return mistakes.length > 0
    ? {
      aggregate: together,
      state: "impossible",
      mistakes: mistakes.map(({ message }) => message),
    }
    : {
      aggregate: together,
      state: "ready",
      input,
      result: analyze(input),
    };
}

/** UTF-16 units of working that an entry keeps: it must fit into what a connection may hold. */
export const MAX_KEPT_DETAILS = 32 * 1024;

/**
 * The analysis as it is stored and shown, with all it takes to compute it again.
 *
 * @param maxDetails UTF-16 units of JSON; longer working is left out, and follows from the rest.
 */
export function analysisJson(
  analysis: LiveAnalysis,
  maxDetails: number,
): Json {
  if (analysis.state !== "ready") return null;
  const { input, result } = analysis;
  return {
    ...inputJson(input),
    scores: result.scores,
    ranks: result.ranks,
    details: keptDetails(result.details, maxDetails),
  };
}

/** Everything that decides about a result. */
export function inputJson({ params, ...input }: AnalysisInput) {
  const { method, matrix, weights, directions } = input;
  return {
    engine: ENGINE,
    method,
    matrix,
    weights,
    directions,
    params: paramsJson(params),
  } satisfies Json;
}

/** The working, or null where it is too long to be kept. */
export function keptDetails(details: Json, max: number): Json {
  return JSON.stringify(details).length <= max ? details : null;
}

/** Without what was left out. */
function paramsJson(params: AnalysisInput["params"]): Json {
  return JSON.parse(JSON.stringify(params ?? {}));
}
