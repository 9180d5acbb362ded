/**
 * Evaluations of rules: many rules on one fact, and many facts on some rules in threads.
 * Measures evaluation alone: rules are compiled before, nothing is stored or sent.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import {
  type CompiledRule,
  compileRule,
} from "../domain/rules/compile_rule.ts";
import { evaluateAll } from "../domain/rules/evaluate.ts";
import { RISK_LEVELS } from "../domain/rules/rule.ts";
import { MAX_FACTS } from "../domain/rules/read_facts.ts";
import { JobPool } from "../routes/jobs/job_pool.ts";
import { readOptions } from "./options.ts";

const ROUNDS = 200;

/** What rules are like: comparisons, lists, text, a macro, arithmetic, a guard. */
const CONDITIONS = [
  (n: number) => `amount > ${1_000 + n * 10}`,
  (n: number) => `customer.country in ["XX", "YY", "Z${n % 10}"]`,
  (n: number) => `amount * ${1 + n % 5} > limit && !customer.verified`,
  (n: number) => `has(customer.note) && customer.note.contains("risk ${n}")`,
  (n: number) => `items.exists(item, item.price > ${n * 10})`,
  (n: number) => `items.size() > ${n % 20} && amount / items.size() > ${n}`,
  (n: number) => `customer.age < ${18 + n % 40} ? amount > 100 : amount > 9000`,
  (n: number) => `method == "cash" && (amount > ${n} || customer.age > 90)`,
];

function rulesOf(count: number): readonly CompiledRule[] {
  return Array.from({ length: count }, (_, n) => {
    const riskLevel = RISK_LEVELS[n % RISK_LEVELS.length];
    const read = compileRule({
      id: `rule ${n}`,
      name: `Rule ${n}`,
      type: "VALIDATION",
      priority: riskLevel,
      riskLevel,
      when: CONDITIONS[n % CONDITIONS.length](n),
    });
    if (read.state === "compiled") return read.rule;
    throw new Error(`Cannot measure: ${JSON.stringify(read.mistakes)}`);
  });
}

function factsOf(n: number) {
  return {
    amount: (n * 7919) % 12_000,
    limit: 5_000,
    method: n % 3 === 0 ? "cash" : "card",
    customer: {
      country: n % 50 === 0 ? "XX" : "DE",
      age: 18 + n % 70,
      verified: n % 4 !== 0,
    },
    items: Array.from(
      { length: 3 },
      (_, item) => ({ price: (n + item) % 500 }),
    ),
  };
}

/** @param args `--rules 1000 --facts 100000 --batch-rules 50 --workers 2` */
export async function run(args: string[]): Promise<void> {
  const options = readOptions(args, {
    rules: 1_000,
    facts: 100_000,
    "batch-rules": 50,
    workers: 2,
  });
  for (const trace of [false, true]) oneFact(options.rules, trace);
  await manyFacts(options.facts, {
    rules: options["batch-rules"],
    workers: options.workers,
  });
}

function oneFact(count: number, trace: boolean): void {
  const rules = rulesOf(count);
  const clock = () => performance.now();
  const durations: number[] = [];
  let fired = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const facts = factsOf(round);
    const startedAt = clock();
    const { results } = evaluateAll(rules, facts, { at: 0, clock, trace });
    durations.push(clock() - startedAt);
    fired += results.filter(({ result }) => result === "FAIL").length;
  }
  durations.sort((a, b) => a - b);
  const at = (share: number) =>
    durations[Math.ceil(share * durations.length) - 1].toFixed(2);
  console.log(
    `${count} rules × one fact, ${trace ? "with" : "without"} trace: ` +
      `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (${fired / ROUNDS} fire)`,
  );
}

/** As jobs do it: as many facts as one job may have, sent to a thread and back. */
async function manyFacts(
  count: number,
  options: { readonly rules: number; readonly workers: number },
): Promise<void> {
  const rules = rulesOf(options.rules).map(({ rule }) => rule);
  const pool = new JobPool({ maxThreads: options.workers });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedAt = performance.now();
  const { signal } = new AbortController();
  const portions = Math.ceil(count / MAX_FACTS);
  await Promise.all(Array.from({ length: portions }, async (_, portion) => {
    const from = portion * MAX_FACTS;
    const length = Math.min(MAX_FACTS, count - from);
    const facts = Array.from({ length }, (_, n) => factsOf(from + n));
    await pool.run({ do: "evaluate_all", rules, facts, at: 0 }, { signal });
  }));
  const seconds = (performance.now() - startedAt) / 1000;
  delay.disable();
  await pool.stop();
  const perSecond = Math.round(count * options.rules / seconds);
  console.log(
    `${count} facts × ${options.rules} rules, ${options.workers} threads: ` +
      `${perSecond.toLocaleString("en")} evaluations/s in ${
        seconds.toFixed(1)
      } s, ${told(delay)}`,
  );
}

function told(delay: ReturnType<typeof monitorEventLoopDelay>): string {
  const ms = (nanoseconds: number) => (nanoseconds / 1e6).toFixed(1);
  return `event loop delay p99 ${ms(delay.percentile(99))} ms, ` +
    `max ${ms(delay.max)} ms`;
}
