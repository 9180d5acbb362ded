/** Kept evaluations: by content, bounded, and worked out once even when asked for twice at once. */
import { assertEquals, assertRejects } from "@std/assert";
import {
  evaluateEach,
  type EvaluateOptions,
} from "../../domain/rules/evaluate.ts";
import type { CompiledRule } from "../../domain/rules/compile_rule.ts";
import type { Facts } from "../../domain/rules/cel_run.ts";
import { RuleEvaluations } from "../../routes/rule_cache.ts";
import { ResultCache } from "../../routes/result_cache.ts";
import { compiledRule, ruleOf } from "../domain/rules/cel_fixture.ts";

const OPTIONS: EvaluateOptions = { at: 0, clock: () => 0 };
const BIG = compiledRule("amount > 5", { id: "big" });
const FAR = compiledRule("country == 'XX'", { id: "far" });

/** A cache that tells how many rules it had to evaluate. */
function counted(more: { maxEntries?: number; maxBytes?: number } = {}) {
  let evaluated = 0;
  const evaluate = (
    rules: readonly CompiledRule[],
    facts: Facts,
    options: EvaluateOptions,
  ) => {
    evaluated += rules.length;
    return evaluateEach(rules, facts, options);
  };
  const results = new ResultCache(more);
  const cache = new RuleEvaluations({ evaluate, results });
  return {
    cache,
    evaluated: () => evaluated,
    statistics: () => results.statistics(),
  };
}

async function cachedOf(
  cache: RuleEvaluations,
  rules: readonly CompiledRule[],
  facts: Facts,
  options = OPTIONS,
) {
  const { results } = await cache.evaluate(rules, facts, options);
  return results.map(({ result, cached }) => `${result}${cached ? "*" : ""}`);
}

Deno.test("[R13] equal rules and facts are evaluated once, whatever the order of keys", async () => {
  const { cache, evaluated, statistics } = counted();
  const facts = { amount: 9, country: "DE" };
  assertEquals(await cachedOf(cache, [BIG, FAR], facts), ["FAIL", "PASS"]);
  const again = { country: "DE", amount: 9 };
  const same = compiledRule("amount > 5", { id: "big" });
  assertEquals(await cachedOf(cache, [same, FAR], again), ["FAIL*", "PASS*"]);
  assertEquals(evaluated(), 2);
  const { entries, hits, misses, hitRate } = statistics();
  assertEquals([entries, hits, misses, hitRate], [2, 2, 2, 0.5]);
});

Deno.test("[R13] another version, other facts, another way of asking are evaluated anew", async () => {
  const { cache, evaluated } = counted();
  await cachedOf(cache, [BIG], { amount: 9 });
  await cachedOf(
    cache,
    [compiledRule("amount > 5", { id: "big", version: 2 })],
    {
      amount: 9,
    },
  );
  await cachedOf(cache, [BIG], { amount: "9" });
  await cachedOf(cache, [BIG], { amount: 9 }, { ...OPTIONS, trace: false });
  await cachedOf(cache, [BIG], { amount: 9 }, { ...OPTIONS, maxSteps: 100 });
  await cachedOf(cache, [BIG], { amount: Infinity });
  await cachedOf(cache, [BIG], { amount: null });
  assertEquals(evaluated(), 7);
});

Deno.test("[R13] what is cached in part is completed, in the order of the rules", async () => {
  const { cache, evaluated } = counted();
  const facts = { amount: 9, country: "XX" };
  await cachedOf(cache, [FAR], facts);
  assertEquals(await cachedOf(cache, [BIG, FAR], facts), ["FAIL", "FAIL*"]);
  assertEquals(evaluated(), 2);
});

Deno.test("[R13] neither skipped rules nor timeouts are kept", async () => {
  const { cache, evaluated } = counted();
  const later = compiledRule("true", {
    id: "later",
    validFrom: "1970-01-01T00:00:01Z",
  });
  const slow = compiledRule("list.all(x, x > 0)", { id: "slow" });
  const facts = { list: Array.from({ length: 99 }, () => 1) };
  const options = { ...OPTIONS, maxSteps: 50 };
  const first = ["SKIPPED", "TIMEOUT"];
  assertEquals(await cachedOf(cache, [later, slow], facts, options), first);
  assertEquals(await cachedOf(cache, [later, slow], facts, options), first);
  // The slow one, twice: why a rule does not count now is no work.
  assertEquals(evaluated(), 2);
  assertEquals(
    await cachedOf(cache, [later], facts, { ...options, at: 1000 }),
    ["FAIL"],
  );
});

Deno.test("[R13] equal requests in flight share one evaluation", async () => {
  const started: string[] = [];
  const gate = Promise.withResolvers<void>();
  const results = new ResultCache();
  const cache = new RuleEvaluations({
    results,
    evaluate: async (rules, facts, options) => {
      started.push(...rules.map(({ rule }) => rule.id));
      await gate.promise;
      return evaluateEach(rules, facts, options);
    },
  });
  const facts = { amount: 9, country: "XX" };
  const first = cachedOf(cache, [BIG], facts);
  const second = cachedOf(cache, [BIG, FAR], facts);
  gate.resolve();
  assertEquals(await first, ["FAIL"]);
  assertEquals(await second, ["FAIL*", "FAIL"]);
  assertEquals(started, ["big", "far"]);
  assertEquals(results.statistics().shared, 1);
});

Deno.test("[R13] an evaluation that breaks is told to all who share it, and not kept", async () => {
  let broken = true;
  const cache = new RuleEvaluations({
    evaluate: async (rules, facts, options) => {
      await Promise.resolve();
      if (broken) throw new Error("the worker is gone");
      return evaluateEach(rules, facts, options);
    },
  });
  const asked = [1, 2].map(() => cachedOf(cache, [BIG], { amount: 9 }));
  for (const one of asked) {
    await assertRejects(() => one, Error, "the worker is gone");
  }
  broken = false;
  assertEquals(await cachedOf(cache, [BIG], { amount: 9 }), ["FAIL"]);
});

Deno.test("[R13] entries and bytes are bounded", async () => {
  const few = counted({ maxEntries: 10 });
  const small = counted({ maxBytes: 20_000 });
  for (let amount = 0; amount < 100; amount++) {
    await cachedOf(few.cache, [BIG], { amount });
    await cachedOf(small.cache, [BIG], { amount });
  }
  assertEquals(few.statistics().entries, 10);
  assertEquals(few.statistics().evictions, 90);
  assertEquals(small.statistics().bytes <= 20_000, true);
  assertEquals(small.statistics().entries > 1, true);
});

Deno.test("[R13] an equal rule is compiled once", () => {
  const { cache } = counted();
  assertEquals(
    cache.compile(ruleOf("a > 1")) === cache.compile(ruleOf("a > 1")),
    true,
  );
  assertEquals(cache.compile(ruleOf("a >")).state, "mistaken");
});
