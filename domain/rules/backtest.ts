/** What a draft would have changed: verdicts of the rules in use beside those with the draft among them. */
import type { FactsVerdict } from "./evaluate_batch.ts";
import type { Recommendation, RuleOutcome } from "./risk_score.ts";

/** Changed facts that are listed one by one; the others are counted. */
export const MAX_BACKTEST_ROWS = 200;
/** Two scores this close are one: what rounding leaves changes nothing. */
const SAME_SCORE = 1e-9;

/** ABSENT: the rule was not in use at all. */
export type BacktestVerdict = RuleOutcome | "ABSENT";

/** How the rule stands in one of the two sets, whatever the facts. */
export type Standing = "counts" | "skipped" | "absent";

export interface Change<Value> {
  readonly from: Value;
  readonly to: Value;
}

export interface Counted<Value> extends Change<Value> {
  readonly count: number;
}

export interface BacktestRow {
  /** Place of the facts, from 0. */
  readonly index: number;
  readonly verdict: Change<BacktestVerdict>;
  readonly recommendation: Change<Recommendation>;
  /** 0 to 1. */
  readonly riskScore: Change<number>;
  /** Why the draft has no answer; null when it has one. */
  readonly reason: string | null;
}

export interface BacktestReport {
  /** Sets of facts that were looked at. */
  readonly facts: number;
  /** Those of them that change in any way. */
  readonly changed: number;
  /** The rule's own verdict, every combination that came up, largest count first. */
  readonly verdicts: readonly Counted<BacktestVerdict>[];
  /** What all rules in use come to, the same way. */
  readonly recommendations: readonly Counted<Recommendation>[];
  /** Facts whose risk score differs. */
  readonly scores: number;
  /** The first changed facts, in their order. */
  readonly rows: readonly BacktestRow[];
}

/** Compares pairs of verdicts as they come; holds counts and the first rows, never all of them. */
export class BacktestComparison {
  readonly #ruleId: string;
  readonly #standing: Change<Standing>;
  readonly #verdicts = new Map<string, Counted<BacktestVerdict>>();
  readonly #recommendations = new Map<string, Counted<Recommendation>>();
  readonly #rows: BacktestRow[] = [];
  #facts = 0;
  #changed = 0;
  #scores = 0;

  constructor(ruleId: string, standing: Change<Standing>) {
    this.#ruleId = ruleId;
    this.#standing = standing;
  }

  /** Takes both verdicts on the same facts; gives the row when it is one of the listed changes. */
  add({ from, to }: Change<FactsVerdict>): BacktestRow | undefined {
    const verdict = {
      from: verdictOf(from, this.#ruleId, this.#standing.from),
      to: verdictOf(to, this.#ruleId, this.#standing.to),
    };
    const recommendation = {
      from: from.recommendation,
      to: to.recommendation,
    };
    const riskScore = { from: from.riskScore, to: to.riskScore };
    const scoreDiffers = Math.abs(to.riskScore - from.riskScore) > SAME_SCORE;
    this.#facts++;
    if (scoreDiffers) this.#scores++;
    count(this.#verdicts, verdict);
    count(this.#recommendations, recommendation);
    const isChanged = says(verdict.from) !== says(verdict.to) ||
      recommendation.from !== recommendation.to || scoreDiffers;
    if (!isChanged) return undefined;
    this.#changed++;
    if (this.#rows.length === MAX_BACKTEST_ROWS) return undefined;
    const row = {
      index: to.index,
      verdict,
      recommendation,
      riskScore,
      reason: unansweredIn(to, this.#ruleId)?.reason ?? null,
    };
    this.#rows.push(row);
    return row;
  }

  report(): BacktestReport {
    return {
      facts: this.#facts,
      changed: this.#changed,
      verdicts: largestFirst(this.#verdicts),
      recommendations: largestFirst(this.#recommendations),
      scores: this.#scores,
      rows: [...this.#rows],
    };
  }
}

function verdictOf(
  verdict: FactsVerdict,
  ruleId: string,
  standing: Standing,
): BacktestVerdict {
  if (standing === "absent") return "ABSENT";
  if (standing === "skipped") return "SKIPPED";
  if (verdict.fired.includes(ruleId)) return "FAIL";
  return unansweredIn(verdict, ruleId)?.result ?? "PASS";
}

function unansweredIn({ unanswered }: FactsVerdict, ruleId: string) {
  return unanswered.find((one) => one.ruleId === ruleId);
}

/** A rule that is absent, skipped or passes says the same about facts: nothing. */
function says(verdict: BacktestVerdict): string {
  return verdict === "ABSENT" || verdict === "SKIPPED" ? "PASS" : verdict;
}

function count<Value extends string>(
  counts: Map<string, Counted<Value>>,
  { from, to }: Change<Value>,
): void {
  const key = `${from} ${to}`;
  const { count: before = 0 } = counts.get(key) ?? {};
  counts.set(key, { from, to, count: before + 1 });
}

function largestFirst<Value extends string>(
  counts: ReadonlyMap<string, Counted<Value>>,
): readonly Counted<Value>[] {
  return [...counts.values()].sort((a, b) =>
    b.count - a.count || `${a.from} ${a.to}`.localeCompare(`${b.from} ${b.to}`)
  );
}
