/**
 * The analysis of a decision as its page shows it. All methods come with it, so pages load
 * it only once something moves; the server makes the first figures with the same code.
 */
import type { Analysis, AnalysisInput } from "../domain/decisions/analyze.ts";
import { scorerOf } from "../domain/decisions/analyze.ts";
import { analysisOf } from "../domain/decisions/live/analysis.ts";
import type { LiveDecision } from "../domain/decisions/live/live_decision.ts";
import type { Json } from "../domain/decider.ts";
import { listOf, numberOf, recordOf } from "../domain/read_json.ts";
import type { Compromise, Figures } from "./decision_figures.ts";
import { flipsOf } from "./decision_flips.ts";
import { sharesOf } from "./decision_weights.ts";

/** Digits that are shown and drawn of a score, and a few more; of a part of one. */
const SHOWN_DIGITS = 8;
const DRAWN_DIGITS = 5;

interface FigureOptions {
  /** Also looks for flips, which takes longer. @default true */
  readonly flips?: boolean;
}

/** Never throws for what commands let in; of a closed decision the stored analysis counts. */
export function figuresOf(
  decision: LiveDecision,
  { flips = true }: FigureOptions = {},
): Figures {
  const { method } = decision;
  const analysis = decision.status === "closed"
    ? storedAnalysis(decision)
    : analysisOf(decision);
  if (analysis.state !== "ready") {
    const mistakes = analysis.state === "impossible" ? analysis.mistakes : [];
    return { ...NOTHING, method, state: analysis.state, mistakes };
  }
  const { input, result } = analysis;
  return {
    state: "ready",
    mistakes: [],
    method,
    best: scorerOf(method, input, input.params).best,
    scores: result.scores.map((score) => rounded(score, SHOWN_DIGITS)),
    ranks: result.ranks,
    parts: partsOf(result, input),
    dominated: result.details.dominated,
    compromise: method === "vikor" ? compromiseOf(result.details) : null,
    ...(flips ? flipsOf(input) : NO_FLIPS),
  };
}

const NO_FLIPS = { flips: [], flipsBy: "none" } as const;

const NOTHING = {
  best: "highest",
  scores: [],
  ranks: [],
  parts: null,
  dominated: [],
  compromise: null,
  ...NO_FLIPS,
} as const;

/** What was stored when it closed, with the working that a long one has left out. */
function storedAnalysis(decision: LiveDecision): ReturnType<typeof analysisOf> {
  const again = analysisOf(decision);
  const stored = recordOf(decision.analysis);
  if (again.state !== "ready" || stored === null) {
    return { aggregate: again.aggregate, state: "incomplete" };
  }
  const { input, result } = again;
  const scores = numbersOf(stored.scores);
  const ranks = numbersOf(stored.ranks);
  return { ...again, input, result: { ...result, scores, ranks } };
}

/** What each criterion adds to each score, where the method is a sum over criteria. */
function partsOf(
  { method, details }: Analysis,
  { weights }: AnalysisInput,
): Figures["parts"] {
  const { weighted, distances, netByCriterion, optimality } = details;
  switch (method) {
    case "wsm":
    case "moora":
    case "spotis":
      return weighted === undefined ? null : drawn(weighted);
    case "aras": {
      const whole = numberOf(optimality) ?? 0;
      return whole === 0 ? null : drawn(weighted, () => 1 / whole);
    }
    case "mabac":
      return drawn(distances);
    case "promethee2": {
      const shares = sharesOf(weights);
      return drawn(netByCriterion, (j) => shares[j]);
    }
    default:
      return null;
  }
}

function drawn(rows: Json | undefined, factor = (_: number) => 1) {
  return listOf(rows).map((row) =>
    numbersOf(row).map((value, j) => rounded(value * factor(j), DRAWN_DIGITS))
  );
}

function rounded(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

function compromiseOf(details: Analysis["details"]): Compromise {
  return {
    set: numbersOf(details.compromiseSet),
    needed: numberOf(details.needed) ?? 0,
    acceptableAdvantage: details.acceptableAdvantage === true,
    acceptableStability: details.acceptableStability === true,
  };
}

function numbersOf(value: Json | undefined): readonly number[] {
  return listOf(value).map((one) => numberOf(one) ?? 0);
}
