/** What the results of rules come to: one score, one level, one recommendation. */
import { RISK_LEVELS, type RiskLevel } from "./rule.ts";

export const RULE_RESULTS = [
  "PASS",
  "FAIL",
  "ERROR",
  "TIMEOUT",
  "SKIPPED",
] as const;
/** FAIL: it fired. PASS: it did not. SKIPPED: it does not count now. */
export type RuleOutcome = typeof RULE_RESULTS[number];

export const RECOMMENDATIONS = ["APPROVE", "REVIEW", "BLOCK"] as const;
export type Recommendation = typeof RECOMMENDATIONS[number];

export interface Thresholds {
  /** Least score that blocks, 0 to 1. @default 0.9 */
  readonly block?: number;
  /** Least score that asks for a review, 0 to 1. @default 0.5 */
  readonly review?: number;
}

export interface Judged {
  readonly result: RuleOutcome;
  readonly riskLevel: RiskLevel;
  /** 0 to 1; counted only where the rule fired. */
  readonly score: number;
}

export interface Assessment {
  /** 1 − Π(1 − score) over the rules that fired, 0 to 1. */
  readonly riskScore: number;
  /** The highest of the rules that fired; null when none did. */
  readonly riskLevel: RiskLevel | null;
  readonly recommendation: Recommendation;
}

/**
 * Combines fired rules as independent evidence (noisy-or, Pearl 1988). BLOCK when a
 * CRITICAL rule fired or the score reaches `block`; REVIEW on HIGH or from `review`. A rule
 * without an answer, ERROR or TIMEOUT, never passes for a rule that did not fire: somebody
 * has to look, so it is REVIEW at least.
 */
export function assess(
  judged: Iterable<Judged>,
  { block = 0.9, review = 0.5 }: Thresholds = {},
): Assessment {
  const scores: number[] = [];
  let level = -1;
  let unanswered = false;
  for (const { result, riskLevel, score } of judged) {
    if (result === "ERROR" || result === "TIMEOUT") unanswered = true;
    if (result !== "FAIL") continue;
    scores.push(score);
    level = Math.max(level, RISK_LEVELS.indexOf(riskLevel));
  }
  // Sorted, so that rounding does not depend on the order of the rules; and added up
  // rather than subtracted from 1, so that one score of 0.1 stays 0.1.
  scores.sort((a, b) => a - b);
  const combined = scores.reduce((all, one) => all + one - all * one, 0);
  const riskScore = Math.min(1, combined);
  const riskLevel = level < 0 ? null : RISK_LEVELS[level];
  return { riskScore, riskLevel, recommendation: recommend() };

  function recommend(): Recommendation {
    // What 1 − Π loses to rounding does not decide: 0.5 and 0.8 are 0.9.
    const reaches = (least: number) => riskScore >= least - 1e-12;
    if (riskLevel === "CRITICAL" || reaches(block)) return "BLOCK";
    const high = riskLevel === "HIGH" || reaches(review);
    return high || unanswered ? "REVIEW" : "APPROVE";
  }
}
