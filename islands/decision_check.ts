/** Computes a stored analysis again from its stored input, and compares every bit. */
import {
  type Analysis,
  type AnalysisInput,
  analyze,
  METHODS,
} from "../domain/decisions/analyze.ts";
import { readParams } from "../domain/decisions/live/read_params.ts";
import { ENGINE } from "../domain/decisions/live/analysis.ts";
import type { Json } from "../domain/decider.ts";
import { listOf, numberOf, recordOf } from "../domain/read_json.ts";
import { formatNumber } from "./decision_words.ts";

/** What came of it, in words. @param decision As HTTP shows it. */
export function checkStored(decision: unknown): string {
  const read: Json = JSON.parse(JSON.stringify(decision ?? null));
  const stored = recordOf(recordOf(read)?.analysis);
  if (!stored) return "No analysis was stored: scores were missing.";
  if (stored.engine !== ENGINE) {
    return "It was computed by another version of the methods, and keeps its result.";
  }
  const input = inputOf(stored);
  if (!input) {
    return "The matrix was too long to be stored with it; it follows from the entries.";
  }
  const again = analyze(input);
  const difference = differenceOf(stored, again);
  return difference ??
    `Every bit is the same: ${again.scores.length} scores, their ranks${
      stored.details === null ? "" : " and the working"
    }, computed here from the stored input.`;
}

function differenceOf(
  { scores, ranks, details }: { readonly [name: string]: Json },
  again: Analysis,
): string | undefined {
  const kept = listOf(scores);
  // Object.is tells apart what JSON keeps, to the last bit; −0 is written as 0.
  const at = again.scores.findIndex((score, i) =>
    !Object.is(kept[i], score + 0)
  );
  if (at >= 0 || kept.length !== again.scores.length) {
    const was = numberOf(kept[at]);
    return `Not the same: score ${at + 1} was ${
      was === null ? "missing" : formatNumber(was)
    } and is ${formatNumber(again.scores[at] ?? 0)}.`;
  }
  if (JSON.stringify(ranks) !== JSON.stringify(again.ranks)) {
    return "Not the same: the ranks differ.";
  }
  // As JSON: the order of names is the engine's own on both sides.
  if (details !== null && !isSame(details, again.details)) {
    return "Scores and ranks are the same, the working differs.";
  }
  return undefined;
}

/** Compares what JSON keeps, whatever the order of names: a store may sort them. */
function isSame(a: Json | undefined, b: Json | undefined): boolean {
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) {
    return a === b;
  }
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [new Map(Object.entries(a)), Object.entries(b)];
  return left.size === right.length &&
    right.every(([name, value]) => isSame(left.get(name), value));
}

/** Undefined where it was not all stored. */
function inputOf(
  stored: { readonly [name: string]: Json },
): AnalysisInput | undefined {
  const method = METHODS.find((one) => one === stored.method);
  if (method === undefined || !Array.isArray(stored.matrix)) return undefined;
  const numbersOf = (value: Json | undefined) =>
    listOf(value).map((one) => numberOf(one) ?? 0);
  return {
    method,
    matrix: stored.matrix.map(numbersOf),
    weights: numbersOf(stored.weights),
    directions: listOf(stored.directions).map((one) =>
      one === "cost" ? "cost" : "benefit"
    ),
    params: readParams(recordOf(stored.params) ?? {}),
  };
}
