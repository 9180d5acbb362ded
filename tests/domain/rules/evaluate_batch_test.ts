/** The same rules on many facts: chunks in order, verdicts as one by one, hostile rules held off. */
import fc from "fast-check";
import { assertEquals } from "@std/assert";
import { evaluateAll } from "../../../domain/rules/evaluate.ts";
import { evaluateBatch } from "../../../domain/rules/evaluate_batch.ts";
import { compiledRule } from "./cel_fixture.ts";

const RULES = [
  compiledRule("amount > 5", { id: "big", riskLevel: "HIGH" }),
  compiledRule("country == 'XX'", { id: "far", riskLevel: "CRITICAL" }),
  compiledRule("true", { id: "off", active: false }),
];

Deno.test("[R15] a batch tells what fired and what has no answer, in the order of the facts", () => {
  const facts = [
    { amount: 9, country: "DE" },
    { amount: 1, country: "XX" },
    { amount: 1 },
  ];
  const chunks = [...evaluateBatch(RULES, facts, { at: 0, chunkSize: 2 })];
  assertEquals(chunks.map(({ length }) => length), [2, 1]);
  assertEquals(chunks.flat(), [
    {
      index: 0,
      fired: ["big"],
      unanswered: [],
      riskScore: 0.6,
      riskLevel: "HIGH",
      recommendation: "REVIEW",
    },
    {
      index: 1,
      fired: ["far"],
      unanswered: [],
      riskScore: 0.95,
      riskLevel: "CRITICAL",
      recommendation: "BLOCK",
    },
    {
      index: 2,
      fired: [],
      unanswered: [{
        ruleId: "far",
        result: "ERROR",
        reason: "facts.country is missing",
      }],
      riskScore: 0,
      riskLevel: null,
      recommendation: "REVIEW",
    },
  ]);
});

Deno.test("[R15] a batch says what one by one says, whatever the chunk size", () => {
  const facts = fc.array(
    fc.record({
      amount: fc.integer({ min: 0, max: 10 }),
      country: fc.constantFrom("DE", "XX"),
    }, { requiredKeys: [] }),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(facts, fc.integer({ min: 1, max: 7 }), (all, chunkSize) => {
      const verdicts = [...evaluateBatch(RULES, all, { at: 0, chunkSize })]
        .flat();
      const single = all.map((one) => {
        const { results: _, ...rest } = evaluateAll(RULES, one, {
          at: 0,
          clock: () => 0,
          trace: false,
        });
        return rest;
      });
      assertEquals(
        verdicts.map(({ riskScore, riskLevel, recommendation }) => ({
          riskScore,
          riskLevel,
          recommendation,
        })),
        single,
      );
    }),
  );
});

Deno.test("[R15] a rule that takes too long is tried three times in a chunk, others always", () => {
  const hostile = compiledRule("list.all(a, list.all(b, a + b > 0))", {
    id: "hostile",
  });
  const fair = compiledRule("size(list) > 5", { id: "fair" });
  const list = Array.from({ length: 400 }, () => 1);
  const facts = Array.from({ length: 10 }, () => ({ list }));
  const chunks = evaluateBatch([hostile, fair], facts, {
    at: 0,
    chunkSize: 5,
    maxSteps: 10_000,
  });
  const verdicts = [...chunks].flat();
  assertEquals(verdicts.map(({ fired }) => fired), facts.map(() => ["fair"]));
  const reasons = verdicts.map(({ unanswered: [{ result, reason }] }) =>
    `${result}: ${reason}`
  );
  const tried = "TIMEOUT: Too many steps";
  const barred =
    "TIMEOUT: Took too many steps before: not tried again in this chunk";
  const chunk = [tried, tried, tried, barred, barred];
  assertEquals(reasons, [...chunk, ...chunk]);
});
