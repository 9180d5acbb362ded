/** Evaluates the same rules on many facts, in chunks that a worker answers one by one. */
import type { Facts } from "./cel_run.ts";
import type { CompiledRule } from "./compile_rule.ts";
import { DEFAULT_MAX_STEPS } from "./evaluate.ts";
import { type Judgement, judgeRule, skips } from "./judge_rule.ts";
import { assess, type Assessment, type Thresholds } from "./risk_score.ts";

/** Facts of one chunk: some ten thousand evaluations, a few ms. */
export const CHUNK_SIZE = 200;
/** A rule that took too long so often in a chunk is not tried again in it. */
export const MAX_TIMEOUTS = 3;

export interface BatchOptions {
  /** Ms since 1970: which rules are valid. */
  readonly at: number;
  /** @default DEFAULT_MAX_STEPS */
  readonly maxSteps?: number;
  readonly thresholds?: Thresholds;
  /** Facts of one chunk. @default CHUNK_SIZE */
  readonly chunkSize?: number;
  /** Place of the first facts, where these are a part of more. @default 0 */
  readonly from?: number;
}

/** What all rules came to on one set of facts: only what is worth telling. */
export interface FactsVerdict extends Assessment {
  /** Place of the facts, from 0. */
  readonly index: number;
  /** Ids of the rules that fired, in the order given. */
  readonly fired: readonly string[];
  /** The rules without an answer. */
  readonly unanswered: readonly {
    readonly ruleId: string;
    readonly result: "ERROR" | "TIMEOUT";
    readonly reason: string;
  }[];
}

/**
 * Chunks of verdicts, in the order of the facts. A rule that takes too long three times in
 * a chunk is TIMEOUT for the rest of that chunk, so that one rule cannot hold up the others:
 * which of its verdicts that concerns depends on the chunk size alone.
 */
export function* evaluateBatch(
  rules: readonly CompiledRule[],
  facts: Iterable<Facts>,
  options: BatchOptions,
): Generator<readonly FactsVerdict[]> {
  const { chunkSize = CHUNK_SIZE, from = 0 } = options;
  const counting = rules.filter((rule) =>
    skips(rule, options.at) === undefined
  );
  let chunk: FactsVerdict[] = [];
  let timeouts = new Map<CompiledRule, number>();
  let index = from;
  for (const one of facts) {
    chunk.push(judgeAll(counting, one, { ...options, index, timeouts }));
    index++;
    if (chunk.length < chunkSize) continue;
    yield chunk;
    chunk = [];
    timeouts = new Map();
  }
  if (chunk.length > 0) yield chunk;
}

function judgeAll(
  rules: readonly CompiledRule[],
  facts: Facts,
  { index, timeouts, thresholds, maxSteps = DEFAULT_MAX_STEPS }:
    & BatchOptions
    & {
      readonly index: number;
      readonly timeouts: Map<CompiledRule, number>;
    },
): FactsVerdict {
  const fired: string[] = [];
  const unanswered: FactsVerdict["unanswered"][number][] = [];
  const judged = [];
  const budget = { steps: 0 };
  for (const rule of rules) {
    budget.steps = maxSteps;
    const { result, score, reason = "" } = isBarred(rule)
      ? BARRED
      : judgeRule(rule, facts, { budget });
    if (result === "PASS") continue;
    const { id, riskLevel } = rule.rule;
    judged.push({ result, riskLevel, score });
    if (result === "FAIL") fired.push(id);
    else if (result === "ERROR" || result === "TIMEOUT") {
      unanswered.push({ ruleId: id, result, reason });
      if (result === "TIMEOUT") {
        timeouts.set(rule, (timeouts.get(rule) ?? 0) + 1);
      }
    }
  }
  return { index, fired, unanswered, ...assess(judged, thresholds) };

  function isBarred(rule: CompiledRule): boolean {
    return timeouts.size > 0 && (timeouts.get(rule) ?? 0) >= MAX_TIMEOUTS;
  }
}

const BARRED: Judgement = {
  result: "TIMEOUT",
  score: 0,
  reason: "Took too many steps before: not tried again in this chunk",
};
