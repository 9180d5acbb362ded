/** One rule on one set of facts: did it fire, and how much does that weigh. */
import { CelFault } from "./cel_fault.ts";
import type { Facts } from "./cel_run.ts";
import type { Tracer } from "./cel_trace.ts";
import { type Budget, kindName } from "./cel_values.ts";
import type { CompiledRule } from "./compile_rule.ts";
import type { RuleOutcome } from "./risk_score.ts";

export interface Judgement {
  readonly result: RuleOutcome;
  /** 0 to 1 where it fired, 0 otherwise. */
  readonly score: number;
  /** Why there is no answer. */
  readonly reason?: string;
}

const PASS: Judgement = { result: "PASS", score: 0 };
const SKIPPED = {
  inactive: skipped("Not active"),
  early: skipped("Not valid yet"),
  late: skipped("No longer valid"),
} as const;

function skipped(reason: string): Judgement {
  return { result: "SKIPPED", score: 0, reason };
}

/** Why a rule does not count at a time (ms since 1970); undefined when it does. */
export function skips(
  { rule, validFromMs, validUntilMs }: CompiledRule,
  at: number,
): Judgement | undefined {
  if (rule.active === false) return SKIPPED.inactive;
  if (at < validFromMs) return SKIPPED.early;
  return at >= validUntilMs ? SKIPPED.late : undefined;
}

/**
 * Judges a rule that counts. Never throws: what goes wrong with a rule is its own answer.
 * A score that cannot be worked out makes it an ERROR, though it fired.
 */
export function judgeRule(
  { when, score }: CompiledRule,
  facts: Facts,
  { budget, tracer }: { readonly budget: Budget; readonly tracer?: Tracer },
): Judgement {
  try {
    const fired = when.value(facts, budget, tracer);
    if (fired === false) return PASS;
    if (fired !== true) {
      return failed(`"when" must give a boolean, gave ${kindName(fired)}`);
    }
    if (typeof score === "number") return { result: "FAIL", score };
    const worth = score.value(facts, budget);
    if (typeof worth === "number" && worth >= 0 && worth <= 1) {
      return { result: "FAIL", score: worth };
    }
    const got = typeof worth === "number" ? worth : kindName(worth);
    return failed(`"score" must be a number from 0 to 1, got ${got}`);
  } catch (fault) {
    if (!(fault instanceof CelFault)) throw fault;
    return { result: fault.kind, score: 0, reason: fault.message };
  }
}

function failed(reason: string): Judgement {
  return { result: "ERROR", score: 0, reason };
}
