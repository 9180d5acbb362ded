/** What a draft would have changed: which pairs of verdicts count as a change, and how many are listed. */
import { assertEquals } from "@std/assert";
import {
  BacktestComparison,
  MAX_BACKTEST_ROWS,
} from "../../../domain/rules/backtest.ts";
import {
  evaluateBatch,
  type FactsVerdict,
} from "../../../domain/rules/evaluate_batch.ts";
import { compiledRule } from "./cel_fixture.ts";

const OTHER = compiledRule("country == 'XX'", { id: "far", riskLevel: "HIGH" });

function verdictsOf(when: string, facts: Record<string, unknown>[]) {
  const rules = [OTHER, compiledRule(when, { id: "big", riskLevel: "HIGH" })];
  return [...evaluateBatch(rules, facts, { at: 0 })].flat();
}

function compared(
  [from, to]: readonly [string, string],
  facts: Record<string, unknown>[],
) {
  const comparison = new BacktestComparison("big", {
    from: "counts",
    to: "counts",
  });
  const before = verdictsOf(from, facts);
  for (const [index, verdict] of verdictsOf(to, facts).entries()) {
    comparison.add({ from: before[index], to: verdict });
  }
  return comparison.report();
}

Deno.test("[B8] facts whose verdict changes are listed, from what to what, the others counted", () => {
  const facts = [4, 6, 12].map((amount) => ({ amount, country: "DE" }));
  const report = compared(["amount > 10", "amount > 5"], facts);
  assertEquals(report, {
    facts: 3,
    changed: 1,
    verdicts: [
      { from: "FAIL", to: "FAIL", count: 1 },
      { from: "PASS", to: "FAIL", count: 1 },
      { from: "PASS", to: "PASS", count: 1 },
    ],
    recommendations: [
      { from: "APPROVE", to: "APPROVE", count: 1 },
      { from: "APPROVE", to: "REVIEW", count: 1 },
      { from: "REVIEW", to: "REVIEW", count: 1 },
    ],
    scores: 1,
    rows: [{
      index: 1,
      verdict: { from: "PASS", to: "FAIL" },
      recommendation: { from: "APPROVE", to: "REVIEW" },
      riskScore: { from: 0, to: 0.6 },
      reason: null,
    }],
  });
});

Deno.test("[B8] a verdict that changes under the same recommendation is a change", () => {
  const { rows: [row] } = compared(["amount > 10", "amount > 5"], [
    { amount: 6, country: "XX" },
  ]);
  assertEquals(row.recommendation, { from: "REVIEW", to: "REVIEW" });
  assertEquals(row.verdict, { from: "PASS", to: "FAIL" });
});

Deno.test("[B8] a draft that has no answer says why", () => {
  const { rows: [row] } = compared(["amount > 10", "sum > 5"], [
    { amount: 6, country: "DE" },
  ]);
  assertEquals(row.verdict, { from: "PASS", to: "ERROR" });
  assertEquals(row.reason, "facts.sum is missing");
});

Deno.test("[B8] a rule that was not in use and would not fire changes nothing", () => {
  const comparison = new BacktestComparison("big", {
    from: "absent",
    to: "counts",
  });
  const [passing] = verdictsOf("amount > 10", [{ amount: 1, country: "DE" }]);
  assertEquals(comparison.add({ from: passing, to: passing }), undefined);
  assertEquals(comparison.report().verdicts, [
    { from: "ABSENT", to: "PASS", count: 1 },
  ]);
});

Deno.test("[B8] at most 200 changes are listed; all are counted", () => {
  const facts = Array.from(
    { length: MAX_BACKTEST_ROWS + 50 },
    () => ({ amount: 6, country: "DE" }),
  );
  const { changed, rows } = compared(["amount > 10", "amount > 5"], facts);
  assertEquals([changed, rows.length], [250, 200]);
});

Deno.test("[B8] a score that only rounding moves is no change", () => {
  const comparison = new BacktestComparison("big", {
    from: "counts",
    to: "counts",
  });
  const [verdict] = verdictsOf("amount > 5", [{ amount: 6, country: "DE" }]);
  const moved: FactsVerdict = {
    ...verdict,
    riskScore: verdict.riskScore + 1e-12,
  };
  assertEquals(comparison.add({ from: verdict, to: moved }), undefined);
});
