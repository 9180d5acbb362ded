/** Evaluates rules on facts: a result for every rule, and what they come to. */
import type { Facts } from "./cel_run.ts";
import { MAX_TRACE_NODES, type TraceNode, Tracer } from "./cel_trace.ts";
import type { Budget } from "./cel_values.ts";
import type { CompiledRule } from "./compile_rule.ts";
import { type Judgement, judgeRule, skips } from "./judge_rule.ts";
import { MAX_MESSAGE_STEPS } from "./message_template.ts";
import {
  assess,
  type Assessment,
  type RuleOutcome,
  type Thresholds,
} from "./risk_score.ts";
import { RISK_LEVELS, type RiskLevel } from "./rule.ts";

/** Most steps of one rule: a node of its expression costs one, an element gone over too. */
export const DEFAULT_MAX_STEPS = 100_000;
/** Most steps of all rules on one set of facts. */
export const DEFAULT_MAX_TOTAL_STEPS = 500_000;
/** Most parts of all traces together: an answer stays within some MB. */
export const MAX_TOTAL_TRACE_NODES = 20_000;

export interface EvaluateOptions {
  /** Ms since 1970: which rules are valid. */
  readonly at: number;
  /** Ms of a clock that never goes back: what took how long. */
  readonly clock: () => number;
  /** @default true */
  readonly trace?: boolean;
  /** @default DEFAULT_MAX_STEPS */
  readonly maxSteps?: number;
  /** @default DEFAULT_MAX_TOTAL_STEPS */
  readonly maxTotalSteps?: number;
  readonly thresholds?: Thresholds;
  /** Told every result; results of rules that were skipped too. */
  readonly count?: (result: RuleResult) => void;
  /** Told what each rule took of what all share, by its place. */
  readonly spent?: (index: number, cost: RuleCost) => void;
}

/** What one rule took of the steps and traces that all rules share. */
export interface RuleCost {
  readonly steps: number;
  readonly traceNodes: number;
  /** Others had left it less than it could have used: alone it may answer otherwise. */
  readonly isShort: boolean;
}

export interface RuleResult {
  readonly ruleId: string;
  readonly version: number;
  readonly result: RuleOutcome;
  /** The rule's own. */
  readonly riskLevel: RiskLevel;
  /** 0 to 1 where it fired, 0 otherwise. */
  readonly score: number;
  /** How `when` came to its value; null without tracing, for a rule that was skipped, and behind the first 20,000 parts. */
  readonly trace: TraceNode | null;
  /** What a fired rule says; why one was skipped or has no answer; null when it passed. */
  readonly message: string | null;
  readonly durationMs: number;
  /** Not evaluated now, but taken from an equal evaluation before. */
  readonly cached: boolean;
}

export interface Evaluation extends Assessment {
  readonly results: readonly RuleResult[];
}

/**
 * All rules on the same facts: evaluated by priority, CRITICAL first, so that the steps of
 * all are spent on what matters; answered in the order given. No rule touches another.
 */
export function evaluateAll(
  rules: readonly CompiledRule[],
  facts: Facts,
  options: EvaluateOptions,
): Evaluation {
  const results = evaluateEach(rules, facts, options);
  return { results, ...assess(results, options.thresholds) };
}

/** The results alone, in the order of the rules. */
export function evaluateEach(
  rules: readonly CompiledRule[],
  facts: Facts,
  options: EvaluateOptions,
): readonly RuleResult[] {
  const { at, clock, trace = true, count, spent } = options;
  const { maxSteps = DEFAULT_MAX_STEPS } = options;
  let { maxTotalSteps: left = DEFAULT_MAX_TOTAL_STEPS } = options;
  const results = new Array<RuleResult>(rules.length);
  let nodesLeft = trace ? MAX_TOTAL_TRACE_NODES : 0;
  let startedAt = clock();
  for (const index of byPriority(rules)) {
    const rule = rules[index];
    const allowed = Math.min(maxSteps, left);
    const budget = { steps: allowed };
    const nodes = Math.min(MAX_TRACE_NODES, nodesLeft);
    const tracer = nodes > 0 ? new Tracer(rule.when.text, nodes) : undefined;
    const skipped = skips(rule, at);
    const judgement = skipped ?? judgeRule(rule, facts, { budget, tracer });
    left = Math.max(0, left - (allowed - budget.steps));
    nodesLeft -= nodes - (tracer?.left ?? 0);
    const saying = Math.min(MAX_MESSAGE_STEPS, left);
    const words = { steps: saying };
    const message = messageOf(judgement, rule, { facts, budget: words });
    left = Math.max(0, left - (saying - words.steps));
    spent?.(index, {
      steps: allowed - budget.steps + saying - words.steps,
      traceNodes: nodes - (tracer?.left ?? 0),
      isShort: skipped === undefined && (
        (allowed < maxSteps && budget.steps <= 0) ||
        (saying < MAX_MESSAGE_STEPS && words.steps <= 0) ||
        (trace && nodes < MAX_TRACE_NODES && (tracer?.left ?? 0) <= 0)
      ),
    });
    const endedAt = clock();
    const result: RuleResult = {
      ruleId: rule.rule.id,
      version: rule.version,
      result: judgement.result,
      riskLevel: rule.rule.riskLevel,
      score: judgement.score,
      trace: tracer?.root ?? null,
      message,
      durationMs: microseconds(endedAt - startedAt),
      cached: false,
    };
    startedAt = endedAt;
    results[index] = result;
    count?.(result);
  }
  return results;
}

/** The places of rules, CRITICAL first, as given within a priority. */
function byPriority(rules: readonly CompiledRule[]): readonly number[] {
  const order: number[] = [];
  for (const priority of RISK_LEVELS.toReversed()) {
    for (let index = 0; index < rules.length; index++) {
      if (rules[index].rule.priority === priority) order.push(index);
    }
  }
  return order;
}

function messageOf(
  { result, reason }: Judgement,
  { rule, message }: CompiledRule,
  { facts, budget }: { readonly facts: Facts; readonly budget: Budget },
): string | null {
  if (result === "FAIL") return message?.fill(facts, budget) ?? rule.name;
  return reason ?? null;
}

/** Ms with three decimals: clocks tell no more. */
function microseconds(ms: number): number {
  return Math.round(Math.max(0, ms) * 1000) / 1000;
}
