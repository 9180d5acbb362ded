/** A cached answer is the answer: questions edited at random, asked of one cache all along. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Method } from "../../domain/decisions/analyze.ts";
import type { Direction } from "../../domain/decisions/decision.ts";
import type { Facts } from "../../domain/rules/cel_run.ts";
import {
  evaluateAll,
  type EvaluateOptions,
  type Evaluation,
} from "../../domain/rules/evaluate.ts";
import type { Rule } from "../../domain/rules/rule.ts";
import type { RuleOutcome } from "../../domain/rules/risk_score.ts";
import { DecisionResults } from "../../routes/decision_results.ts";
import { ResultCache } from "../../routes/result_cache.ts";
import {
  type CachedEvaluation,
  RuleEvaluations,
} from "../../routes/rule_cache.ts";
import {
  calculate,
  type DecisionTask,
} from "../../routes/workers/decision_task.ts";
import { VARIANTS } from "../domain/decisions/arbitrary.ts";
import { compiledRule, ruleOf } from "../domain/rules/cel_fixture.ts";

const BENEFITS: { readonly directions: readonly Direction[] } = {
  directions: ["benefit", "benefit"],
};

/** All that an answer says, but what the cache adds to it. */
function said({ results, ...assessment }: Evaluation | CachedEvaluation) {
  return {
    ...assessment,
    results: results.map((
      { ruleId, version, result, riskLevel, score, trace, message },
    ) => ({ ruleId, version, result, riskLevel, score, trace, message })),
  };
}

const LIST = "list.exists(x, list.exists(y, x + y > 9))";
const RULES: readonly Rule[] = [
  ruleOf("amount > 5", { message: "{{ amount }} is big" }),
  ruleOf("list.all(x, x > 0)", { id: "list", score: 0.9 }),
  ruleOf("name == 'é' || missing > 1", { id: "name", priority: "HIGH" }),
];
const FACTS: Facts = { amount: 6, name: "é", list: [1, 2, 8] };

/** One thing changed in a rule; few of each, so that the same question comes again. */
const ruleEdit = fc.constantFrom<Partial<Rule>>(
  {},
  {},
  { version: 2 },
  { when: "amount > 6" },
  { when: "amount > 5.0" },
  { when: "1 / amount > 0" },
  { when: "name == 'e\u0301'" },
  { when: LIST },
  { when: "list == [1, 2, 8]" },
  { score: 0.9 },
  { score: "amount / 10.0" },
  { score: "missing" },
  { riskLevel: "CRITICAL" },
  { priority: "CRITICAL" },
  { message: "{{ list }} of {{ amount }}" },
  { name: "Another rule", message: undefined },
  { active: false },
  { validFrom: "1970-01-01T00:00:03Z" },
  { validUntil: "1970-01-01T00:00:03Z" },
);

const factEdit = fc.constantFrom<Facts>(
  {},
  {},
  { amount: 0 },
  { amount: -0 },
  { amount: "6" },
  { amount: null },
  { amount: 10 ** 20 },
  { name: "e\u0301" },
  { name: "" },
  { list: [] },
  { list: [1, [2, 8]] },
  { list: [[1, 2], 8] },
  { list: ["1", 2, 8] },
  { list: {} },
  { missing: 2 },
);

const wayEdit = fc.constantFrom<Partial<EvaluateOptions>>(
  {},
  {},
  { at: 2_000 },
  { at: 4_000 },
  { trace: false },
  { maxSteps: 5 },
  { maxSteps: 20 },
  { maxTotalSteps: 20 },
  { maxTotalSteps: 45 },
  { thresholds: { block: 0.2 } },
  { thresholds: { review: 0.2 } },
);

Deno.test("[RC2] whatever was edited, a cached evaluation is what evaluating now gives", async () => {
  const results = new ResultCache({ maxEntries: 300 });
  const cache = new RuleEvaluations({ results });
  const outcomes = new Set<RuleOutcome>();
  const question = fc.record({
    rules: fc.subarray([0, 1, 2], { minLength: 1 }),
    ruleEdit,
    factEdit,
    wayEdit,
  });
  await fc.assert(
    fc.asyncProperty(
      question,
      async ({ rules, ruleEdit, factEdit, wayEdit }) => {
        const compiled = rules.map((index, place) => {
          const { when, ...rest } = RULES[index];
          const edit = place === 0 ? ruleEdit : {};
          return compiledRule(edit.when ?? when, { ...rest, ...edit });
        });
        const facts = { ...FACTS, ...factEdit };
        const options = { at: 4_000, clock: () => 0, ...wayEdit };
        const fresh = said(evaluateAll(compiled, facts, options));
        for (const { result } of fresh.results) outcomes.add(result);
        const ask = () => cache.evaluate(compiled, facts, options);
        for (const answer of await Promise.all([ask(), ask()])) {
          assertEquals(said(answer), fresh);
        }
      },
    ),
    { numRuns: 2_000 },
  );
  const { hits, shared, misses, evictions } = results.statistics();
  // It was a cache that answered, and everything that rules come to was among the answers.
  assert(hits > 1_000 && shared > 100 && misses > 100 && evictions > 0);
  assertEquals(outcomes.size, 5);
});

Deno.test("[RC2] traces that all rules share are as they would be without a cache", async () => {
  const list = Array.from({ length: 200 }, (_, n) => n + 1);
  const rules = Array.from(
    { length: 100 },
    (_, n) => compiledRule(`list.all(x, x > 0 && ${n} >= 0)`, { id: `r${n}` }),
  );
  const cache = new RuleEvaluations();
  const options = { at: 0, clock: () => 0, maxTotalSteps: 10_000_000 };
  // Alone each has a whole trace; together the later ones have none.
  await cache.evaluate([rules[99]], { list }, options);
  await cache.evaluate(rules.slice(0, 50), { list }, options);
  const fresh = said(evaluateAll(rules, { list }, options));
  assertEquals(fresh.results[99].trace, null);
  assertEquals(said(await cache.evaluate(rules, { list }, options)), fresh);
  const alone = said(await cache.evaluate([rules[99]], { list }, options));
  assertEquals(
    alone,
    said(evaluateAll([rules[99]], { list }, options)),
  );
});

Deno.test("[RC2] whatever was edited, a cached decision is what computing now gives", async () => {
  const results = new ResultCache();
  const decisions = new DecisionResults({
    results,
    // In this thread: that workers answer the same is tested with the routes.
    calls: { run: (task) => Promise.resolve(calculate(task)) },
  });
  const problem = { matrix: [[1, 3], [2, 2], [3, 1]], ...BENEFITS };
  /** One thing changed in the problem. */
  const edit = fc.constantFrom<Partial<typeof problem>>(
    {},
    {},
    { matrix: [[1, 3], [2, 2], [3, 2]] },
    { matrix: [[1, 3], [2, 2], [3, 1], [3, 1]] },
    { matrix: [[3, 1], [2, 2], [1, 3]] },
    { directions: ["cost", "benefit"] },
    { directions: ["benefit", "cost"] },
  );
  const task = fc.record({
    edit,
    variant: fc.constantFrom(...VARIANTS),
    weights: fc.constantFrom([0.5, 0.5], [1, 1], [0.25, 0.75]),
    methods: fc.constantFrom<Method[]>(["wsm", "vikor"], ["vikor", "wsm"]),
    params: fc.constantFrom(undefined, {}, { v: 0.1 }, { vikor: { v: 0.9 } }),
    samples: fc.constantFrom(20, 30),
    seed: fc.constantFrom(0, 1),
    what: fc.constantFrom("analyze", "compare", "smaa"),
  }).map((
    { edit, variant, weights, methods, params, samples, seed, what },
  ): DecisionTask => {
    const edited = { ...problem, ...edit };
    if (what === "compare") {
      const input = { ...edited, weights, methods, params };
      return { do: "compare", input };
    }
    if (what === "smaa") {
      return { do: "smaa", input: { ...edited, ...variant, samples, seed } };
    }
    return { do: "analyze", input: { ...edited, ...variant, weights } };
  });
  await fc.assert(
    fc.asyncProperty(task, async (task) => {
      const fresh = calculate(task);
      assertEquals((await decisions.of(task)).json, fresh);
    }),
    { numRuns: 3_000 },
  );
  const { hits, misses } = results.statistics();
  assert(hits > 1_000 && misses > 200);
});
