/** Works a task out, in whatever thread it is called. */
import { analyze } from "../../domain/decisions/analyze.ts";
import { acceptability } from "../../domain/decisions/smaa.ts";
import { BacktestComparison } from "../../domain/rules/backtest.ts";
import {
  type CompiledRule,
  compileRule,
} from "../../domain/rules/compile_rule.ts";
import { evaluateBatch } from "../../domain/rules/evaluate_batch.ts";
import type { Recommendation } from "../../domain/rules/risk_score.ts";
import type { Rule } from "../../domain/rules/rule.ts";
import type { JobTask } from "./job_task.ts";

export interface TaskTold {
  readonly progress: (done: number, total: number) => void;
  /** A part of the result, before all of it is there. */
  readonly part: (part: object) => void;
}

/** Plain data. @throws what the calculation throws */
export function runTask(task: JobTask, told: TaskTold): object {
  switch (task.do) {
    case "smaa":
      return { details: acceptability(task.input) };
    case "analyze_all":
      return analyzeAll(task, told);
    case "evaluate_all":
      return evaluateAll(task, told);
    case "backtest":
      return backtest(task, told);
  }
}

function analyzeAll(
  { inputs }: Extract<JobTask, { do: "analyze_all" }>,
  { progress, part }: TaskTold,
) {
  const results = inputs.map((input, index) => {
    const result = { index, ...analyze(input) };
    part(result);
    progress(index + 1, inputs.length);
    return result;
  });
  return { results };
}

function evaluateAll(
  { rules, facts, at, thresholds }: Extract<JobTask, { do: "evaluate_all" }>,
  { progress, part }: TaskTold,
) {
  const recommendations: Record<Recommendation, number> = {
    APPROVE: 0,
    REVIEW: 0,
    BLOCK: 0,
  };
  const verdicts = [];
  for (
    const chunk of evaluateBatch(compiledOf(rules), facts, { at, thresholds })
  ) {
    for (const { recommendation } of chunk) recommendations[recommendation]++;
    verdicts.push(...chunk);
    part({ verdicts: chunk });
    progress(verdicts.length, facts.length);
  }
  return { facts: facts.length, at, recommendations, verdicts };
}

/** What is in use beside what it would be with the draft, on the same facts. */
function backtest(
  { draft, from, inUse, facts, at }: Extract<JobTask, { do: "backtest" }>,
  { progress }: TaskTold,
) {
  const { id } = draft;
  const rules = compiledOf(inUse);
  const others = rules.filter(({ rule }) => rule.id !== id);
  const comparison = new BacktestComparison(id, { from, to: "counts" });
  const before = evaluateBatch(rules, facts, { at });
  const after = evaluateBatch([...others, ...compiledOf([draft])], facts, {
    at,
  });
  let done = 0;
  for (const chunk of before) {
    const { value: changed = [] } = after.next();
    for (const [index, verdict] of chunk.entries()) {
      comparison.add({ from: verdict, to: changed[index] });
    }
    done += chunk.length;
    progress(done, facts.length);
  }
  return comparison.report();
}

/** They were checked when they were kept; one that this build cannot run is left out. */
function compiledOf(rules: readonly Rule[]): readonly CompiledRule[] {
  return rules.flatMap((rule) => {
    const read = compileRule(rule);
    return read.state === "compiled" ? [read.rule] : [];
  });
}
