/** Rules on facts: results, order, budgets, validity, messages, and what they come to. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import {
  evaluateAll,
  type EvaluateOptions,
} from "../../../domain/rules/evaluate.ts";
import { assess } from "../../../domain/rules/risk_score.ts";
import { RISK_LEVELS } from "../../../domain/rules/rule.ts";
import { compiledRule } from "./cel_fixture.ts";

const AT = Date.parse("2026-06-01T00:00:00Z");

function options(more: Partial<EvaluateOptions> = {}): EvaluateOptions {
  let ms = 0;
  return { at: AT, clock: () => (ms += 0.25), trace: false, ...more };
}

Deno.test("[R1] a rule that fires is FAIL with score, message and trace", () => {
  const rule = compiledRule("amount > 1", {
    id: "big",
    version: 3,
    riskLevel: "HIGH",
    message: "{{ amount }} is more than {{ 0.5 + 0.5 }}{{ nobody.x }}",
  });
  const { results, ...rest } = evaluateAll([rule], { amount: 5 }, options());
  assertEquals(results, [{
    ruleId: "big",
    version: 3,
    result: "FAIL",
    riskLevel: "HIGH",
    score: 0.6,
    trace: null,
    message: "5 is more than 1(facts.nobody is missing)",
    durationMs: 0.25,
    cached: false,
  }]);
  assertEquals(rest, {
    riskScore: 0.6,
    riskLevel: "HIGH",
    recommendation: "REVIEW",
  });
});

Deno.test("[R1] a rule that does not fire is PASS, and scores nothing", () => {
  const { results: [result], ...rest } = evaluateAll(
    [compiledRule("amount > 1")],
    { amount: 1 },
    options({ trace: true }),
  );
  assertEquals([result.result, result.score, result.message], [
    "PASS",
    0,
    null,
  ]);
  assertEquals(result.trace?.value, false);
  assertEquals(rest, {
    riskScore: 0,
    riskLevel: null,
    recommendation: "APPROVE",
  });
});

/** By what a rule says of itself: the result, and the message. */
const VALIDITY: Record<string, [Parameters<typeof compiledRule>[1], string]> = {
  "not active": [{ active: false }, "SKIPPED: Not active"],
  "valid from now": [{ validFrom: "2026-06-01T00:00:00Z" }, "FAIL: A rule"],
  "valid from later": [
    { validFrom: "2026-06-01T00:00:00.001Z" },
    "SKIPPED: Not valid yet",
  ],
  "valid until now": [
    { validUntil: "2026-06-01T00:00:00Z" },
    "SKIPPED: No longer valid",
  ],
  "valid until later": [
    { validUntil: "2026-06-01T00:00:00.001Z" },
    "FAIL: A rule",
  ],
};

for (const [what, [more, said]] of Object.entries(VALIDITY)) {
  Deno.test(`[R1] a rule ${what} is ${said}`, () => {
    const rules = [compiledRule("true", more)];
    const [{ result, message }] = evaluateAll(rules, {}, options()).results;
    assertEquals(`${result}: ${message}`, said);
  });
}

Deno.test("[R4] a missing fact is ERROR for its rule with the path, not for others", () => {
  const rules = [
    compiledRule("customer.country == 'XX'", { id: "a" }),
    compiledRule("amount > 1", { id: "b" }),
  ];
  const { results } = evaluateAll(
    rules,
    { amount: 2, customer: {} },
    options(),
  );
  assertEquals(results.map(({ result, message }) => [result, message]), [
    ["ERROR", "facts.customer.country is missing"],
    ["FAIL", "A rule"],
  ]);
});

Deno.test("[R1] a score may be CEL; one that is none makes it an ERROR", () => {
  const of = (score: string | number) => {
    const facts = { amount: 50, word: "x" };
    const rules = [compiledRule("true", { score })];
    const [{ result, score: got, message }] =
      evaluateAll(rules, facts, options()).results;
    return [result, got, message];
  };
  assertEquals(of("amount / 100"), ["FAIL", 0.5, "A rule"]);
  assertEquals(of(0), ["FAIL", 0, "A rule"]);
  assertEquals(of("amount"), [
    "ERROR",
    0,
    '"score" must be a number from 0 to 1, got 50',
  ]);
  assertEquals(of("dyn(word)"), [
    "ERROR",
    0,
    '"score" must be a number from 0 to 1, got a string',
  ]);
  assertEquals(of("1 / 0"), ["ERROR", 0, "Division by zero"]);
});

Deno.test("[R1] a condition that gives no boolean is ERROR", () => {
  const { results: [{ result, message }] } = evaluateAll(
    [compiledRule("flag")],
    { flag: "yes" },
    options(),
  );
  assertEquals([result, message], [
    "ERROR",
    '"when" must give a boolean, gave a string',
  ]);
});

const LIST = "[0,1,2,3,4,5,6,7,8,9]";
const HOSTILE =
  `${LIST}.all(a, ${LIST}.all(b, ${LIST}.all(c, ${LIST}.all(d, ${LIST}.all(e, a + b + c + d + e >= 0)))))`;

Deno.test("[R5] a hostile rule is TIMEOUT and touches no other", () => {
  const rules = [
    compiledRule(HOSTILE, { id: "hostile", priority: "CRITICAL" }),
    compiledRule("amount > 1", { id: "fair", priority: "LOW" }),
  ];
  const { results, recommendation } = evaluateAll(
    rules,
    { amount: 2 },
    options(),
  );
  assertEquals(results.map(({ result }) => result), ["TIMEOUT", "FAIL"]);
  assertEquals(recommendation, "REVIEW");
});

Deno.test("[R11] the steps of all are spent by priority, and answered in the order given", () => {
  const sum = `${LIST}.all(a, ${LIST}.all(b, a + b >= 0))`;
  const rules = RISK_LEVELS.map((priority) =>
    compiledRule(sum, { id: priority, priority })
  );
  const order: string[] = [];
  const { results } = evaluateAll(
    rules,
    {},
    options({
      maxTotalSteps: 2_000,
      count: ({ ruleId }) => order.push(ruleId),
    }),
  );
  assertEquals(order, ["CRITICAL", "HIGH", "MEDIUM", "LOW"]);
  assertEquals(results.map(({ ruleId, result }) => `${ruleId} ${result}`), [
    "LOW TIMEOUT",
    "MEDIUM TIMEOUT",
    "HIGH FAIL",
    "CRITICAL FAIL",
  ]);
});

Deno.test("[R5] what messages take is taken from the steps of all", () => {
  const message = `{{ ${LIST}.all(a, ${LIST}.all(b, a + b >= 0)) }}`;
  const rules = ["a", "b", "c"].map((id) =>
    compiledRule("true", { id, message })
  );
  const { results } = evaluateAll(rules, {}, options({ maxTotalSteps: 1_000 }));
  assertEquals(results.map(({ result, message }) => `${result} ${message}`), [
    "FAIL true",
    "FAIL (Too many steps)",
    "TIMEOUT Too many steps",
  ]);
});

Deno.test("[R8] traces of many rules are bounded together", () => {
  const rules = Array.from(
    { length: 200 },
    (_, n) =>
      compiledRule(`${LIST}.all(a, ${LIST}.all(b, a + b >= 0))`, {
        id: `${n}`,
      }),
  );
  const { results } = evaluateAll(rules, {}, options({ trace: true }));
  const traced = results.filter(({ trace }) => trace !== null);
  assertEquals(traced.length, 67);
  assert(traced.every(({ trace }) => trace?.value === true));
});

Deno.test("[R10] a rule without an answer never approves", () => {
  const unanswered = [compiledRule("missing > 1", { riskLevel: "LOW" })];
  assertEquals(
    evaluateAll(unanswered, {}, options()).recommendation,
    "REVIEW",
  );
});

const FIRED = { result: "FAIL" } as const;

/** Which rules fired, and what that comes to. */
const ASSESSED = [
  [[], 0, null, "APPROVE"],
  [[["LOW", 0.1]], 0.1, "LOW", "APPROVE"],
  [[["LOW", 0.1], ["MEDIUM", 0.3]], 0.37, "MEDIUM", "APPROVE"],
  [[["MEDIUM", 0.3], ["MEDIUM", 0.3]], 0.51, "MEDIUM", "REVIEW"],
  [[["LOW", 0.5]], 0.5, "LOW", "REVIEW"],
  [[["HIGH", 0]], 0, "HIGH", "REVIEW"],
  [[["MEDIUM", 0.9]], 0.9, "MEDIUM", "BLOCK"],
  [[["LOW", 0.5], ["LOW", 0.8]], 0.9, "LOW", "BLOCK"],
  [[["CRITICAL", 0.01], ["LOW", 0]], 0.01, "CRITICAL", "BLOCK"],
  [[["LOW", 1], ["LOW", 1]], 1, "LOW", "BLOCK"],
] as const;

for (const [fired, riskScore, riskLevel, recommendation] of ASSESSED) {
  Deno.test(`[R9] ${JSON.stringify(fired)} is ${recommendation}`, () => {
    const judged = fired.map(([riskLevel, score]) => ({
      ...FIRED,
      riskLevel,
      score,
    }));
    const found = assess(judged);
    assert(Math.abs(found.riskScore - riskScore) < 1e-12, `${found.riskScore}`);
    assertEquals([found.riskLevel, found.recommendation], [
      riskLevel,
      recommendation,
    ]);
  });
}

Deno.test("[R9] thresholds are configurable", () => {
  const judged = [{ ...FIRED, riskLevel: "LOW" as const, score: 0.3 }];
  assertEquals(assess(judged, { review: 0.3 }).recommendation, "REVIEW");
  assertEquals(assess(judged, { block: 0.25 }).recommendation, "BLOCK");
});

Deno.test("[R9] the score is 1 − Π(1 − score), whatever the order, and only grows", () => {
  const judged = fc.array(
    fc.record({
      result: fc.constantFrom("PASS", "FAIL", "SKIPPED", "ERROR", "TIMEOUT"),
      riskLevel: fc.constantFrom(...RISK_LEVELS),
      score: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    { maxLength: 12 },
  );
  fc.assert(fc.property(judged, (all) => {
    const found = assess(all);
    const fired = all.filter(({ result }) => result === "FAIL");
    const product = fired.reduce((left, { score }) => left * (1 - score), 1);
    assert(Math.abs(found.riskScore - (1 - product)) < 1e-12);
    assert(found.riskScore >= 0 && found.riskScore <= 1);
    assertEquals(assess(all.toReversed()), found);
    const more = assess([...all, { ...FIRED, riskLevel: "LOW", score: 0.5 }]);
    assert(more.riskScore >= found.riskScore - 1e-12);
  }));
});
