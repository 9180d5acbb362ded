/**
 * Evaluations of rules: many rules on one fact, and many facts on some rules through workers.
 * Measures evaluation alone: rules are compiled before, nothing is stored or sent.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import {
  type CompiledRule,
  compileRule,
} from "../domain/rules/compile_rule.ts";
import { evaluateAll } from "../domain/rules/evaluate.ts";
import { RISK_LEVELS } from "../domain/rules/rule.ts";
import { RuleBatches } from "../routes/workers/rule_batches.ts";
import { readOptions } from "./options.ts";

const ROUNDS = 200;
/** Pairs of batches, one after the other, and the facts of each batch. */
const PAIRS = 20;
const PAIR_FACTS = 1_000;

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
  await pairsOfBatches(options["batch-rules"]);
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

async function manyFacts(
  count: number,
  options: { readonly rules: number; readonly workers: number },
): Promise<void> {
  const rules = rulesOf(options.rules);
  const batches = new RuleBatches({ workers: options.workers });
  batches.warm();
  function* facts() {
    for (let n = 0; n < count; n++) yield factsOf(n);
  }
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedAt = performance.now();
  let verdicts = 0;
  let blocked = 0;
  for await (const chunk of batches.evaluate(rules, facts(), { at: 0 })) {
    verdicts += chunk.length;
    for (const { recommendation } of chunk) {
      if (recommendation === "BLOCK") blocked++;
    }
  }
  const seconds = (performance.now() - startedAt) / 1000;
  delay.disable();
  batches.stop();
  const perSecond = Math.round(verdicts * options.rules / seconds);
  console.log(
    `${verdicts} facts × ${options.rules} rules, ${options.workers} workers: ` +
      `${perSecond.toLocaleString("en")} evaluations/s in ${
        seconds.toFixed(1)
      } s, ` +
      `${told(delay)} (${blocked} blocked)`,
  );
}

/** As backtests ask: two batches side by side, one worker each, chunks of 50. */
async function pairsOfBatches(count: number): Promise<void> {
  const rules = rulesOf(count);
  const facts = Array.from({ length: PAIR_FACTS }, (_, n) => factsOf(n));
  const batches = new RuleBatches({ workers: 1 });
  batches.warm();
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let verdicts = 0;
  for (let pair = 0; pair < PAIRS; pair++) {
    await Promise.all([0, 1].map(async () => {
      const batch = batches.evaluate(rules, facts, { at: 0, chunkSize: 50 });
      for await (const chunk of batch) verdicts += chunk.length;
    }));
  }
  delay.disable();
  batches.stop();
  console.log(
    `${PAIRS} pairs of batches of ${PAIR_FACTS} facts × ${count} rules, ` +
      `${verdicts} verdicts: ${told(delay)}`,
  );
}

function told(delay: ReturnType<typeof monitorEventLoopDelay>): string {
  const ms = (nanoseconds: number) => (nanoseconds / 1e6).toFixed(1);
  return `event loop delay p99 ${ms(delay.percentile(99))} ms, ` +
    `max ${ms(delay.max)} ms`;
}
