/** Counters of rules: what is counted, mean and p99. */
import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import {
  type Countable,
  RuleCounters,
} from "../../../domain/rules/rule_counters.ts";

function one(more: Partial<Countable> = {}): Countable {
  return { ruleId: "r", result: "PASS", durationMs: 1, cached: false, ...more };
}

Deno.test("[R14] counters tell executions, fired, errors, timeouts, mean and largest", () => {
  const counters = new RuleCounters();
  counters.count(one());
  counters.count(one({ result: "FAIL", durationMs: 3 }));
  counters.count(one({ result: "ERROR", durationMs: 0 }));
  counters.count(one({ result: "TIMEOUT", durationMs: 4 }));
  counters.count(one({ result: "SKIPPED" }));
  counters.count(one({ result: "FAIL", cached: true }));
  counters.count(one({ ruleId: "other" }));
  assertEquals(counters.of("r"), {
    executions: 4,
    fired: 1,
    errors: 1,
    timeouts: 1,
    meanMs: 2,
    p99Ms: 4,
    maxMs: 4,
  });
});

Deno.test("[R14] a rule that never ran has zeros, not NaN", () => {
  assertEquals(new RuleCounters().of("r"), {
    executions: 0,
    fired: 0,
    errors: 0,
    timeouts: 0,
    meanMs: 0,
    p99Ms: 0,
    maxMs: 0,
  });
});

Deno.test("[R14] p99 is the nearest rank, at most 10 % too high", () => {
  const durations = fc.array(fc.double({ min: 0.001, max: 1e4, noNaN: true }), {
    minLength: 1,
    maxLength: 300,
  });
  fc.assert(fc.property(durations, (all) => {
    const counters = new RuleCounters();
    for (const durationMs of all) counters.count(one({ durationMs }));
    const sorted = all.toSorted((a, b) => a - b);
    const exact = sorted[Math.ceil(all.length * 0.99) - 1];
    const { p99Ms, maxMs } = counters.of("r");
    assert(p99Ms >= exact * (1 - 1e-9) && p99Ms <= exact * 1.1 * (1 + 1e-9));
    assert(p99Ms <= maxMs);
  }));
});

Deno.test("[R14] what is counted is bounded: the oldest rule makes room", () => {
  const counters = new RuleCounters();
  for (let n = 0; n <= 10_000; n++) counters.count(one({ ruleId: `r${n}` }));
  assertEquals(counters.of("r0").executions, 0);
  assertEquals(counters.of("r1").executions, 1);
  assertEquals(counters.of("r10000").executions, 1);
});
