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
  const mistakes = mistakesIn(method, input).map(({ message }) => message);
  if (mistakes.length > 0) {
    return { aggregate: together, state: "impossible", mistakes };
  }
  const result = analyze(input);
  // Commands let nothing in that comes to this; what is stored may be of other rules.
  if (!isFinite([result.scores, result.details])) {
    const message = "The values leave the range of numbers";
    return { aggregate: together, state: "impossible", mistakes: [message] };
  }
  return { aggregate: together, state: "ready", input, result };
}

/** UTF-16 units of an analysis that an entry keeps: it must fit into what a connection may hold. */
export const MAX_KEPT_ANALYSIS = 32 * 1024;

/**
 * The analysis as it is stored and shown, with all it takes to compute it again. What makes it
 * too long is null: first the working, which follows from the rest, then the matrix, which
 * follows from the entries before.
 *
 * @param max UTF-16 units of JSON.
 */
export function analysisJson(analysis: LiveAnalysis, max: number): Json {
  if (analysis.state !== "ready") return null;
  const { input, result } = analysis;
  const { scores, ranks, details } = result;
  const whole = { ...inputJson(input), scores, ranks, details };
  const short = { ...whole, details: null };
  return [whole, short].find((one) => fits(one, max)) ??
    { ...short, matrix: null };
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
  return fits(details, max) ? details : null;
}

function fits(json: Json, max: number): boolean {
  return max === Infinity || JSON.stringify(json).length <= max;
}

/** Reports whether there is no NaN and no Infinity anywhere in it. */
function isFinite(json: Json): boolean {
  if (typeof json === "number") return Number.isFinite(json);
  if (typeof json !== "object" || json === null) return true;
  return Object.values(json).every(isFinite);
}

/** Without what was left out. */
function paramsJson(params: AnalysisInput["params"]): Json {
  return JSON.parse(JSON.stringify(params ?? {}));
}
