/** Batches of facts through workers: order, backpressure, hanging workers, and the end of them all. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  evaluateBatch,
  type FactsVerdict,
} from "../../../domain/rules/evaluate_batch.ts";
import { RuleBatches } from "../../../routes/workers/rule_batches.ts";
import type {
  RulesRequest,
  RulesThread,
} from "../../../routes/workers/rules_lane.ts";
import { compiledRule } from "../../domain/rules/cel_fixture.ts";

const RULES = [
  compiledRule("amount > 5", { id: "big", riskLevel: "HIGH" }),
  compiledRule("country == 'XX'", { id: "far", riskLevel: "CRITICAL" }),
];

function factsOf(count: number) {
  return Array.from({ length: count }, (_, n) => ({
    amount: n % 10,
    country: n % 7 === 0 ? "XX" : "DE",
  }));
}

async function all(batch: AsyncIterable<readonly FactsVerdict[]>) {
  return (await Array.fromAsync(batch)).flat();
}

Deno.test("[R15] workers say what one thread says, in the order of the facts", async () => {
  using batches = stopped(new RuleBatches({ workers: 2 }));
  const facts = factsOf(1_005);
  const verdicts = await all(
    batches.evaluate(RULES, facts, { at: 0, chunkSize: 50 }),
  );
  const chunks = evaluateBatch(RULES, facts, { at: 0, chunkSize: 50 });
  assertEquals(verdicts, [...chunks].flat());
});

Deno.test("[R15] a hostile rule times out in its worker, the others answer", async () => {
  using batches = stopped(new RuleBatches({ workers: 1 }));
  const hostile = compiledRule(
    "list.all(a, list.all(b, list.all(c, a + b + c > 0)))",
    { id: "hostile" },
  );
  const list = Array.from({ length: 100 }, () => 1);
  const facts = factsOf(20).map((one) => ({ ...one, list }));
  const verdicts = await all(
    batches.evaluate([hostile, ...RULES], facts, { at: 0 }),
  );
  assertEquals(
    verdicts.map(({ unanswered }) =>
      unanswered.map(({ ruleId, result }) => `${ruleId} ${result}`)
    ),
    facts.map(() => ["hostile TIMEOUT"]),
  );
  assertEquals(verdicts[7].fired, ["big", "far"]);
});

/** Threads that answer when told to, or never. */
class FakeThreads {
  readonly posted: RulesRequest[][] = [];
  readonly ended: number[] = [];
  readonly timers: (() => void)[] = [];
  readonly threads: RulesThread[] = [];

  readonly createThread = (): RulesThread => {
    const id = this.threads.length;
    const posted: RulesRequest[] = [];
    this.posted.push(posted);
    const thread: RulesThread = {
      postMessage: (request) => void posted.push(request),
      terminate: () => void this.ended.push(id),
      onmessage: null,
      onerror: null,
    };
    this.threads.push(thread);
    return thread;
  };

  readonly schedule = (run: () => void) => {
    this.timers.push(run);
    return () => void this.timers.splice(this.timers.indexOf(run), 1);
  };

  fail(id: number): void {
    this.threads[id].onerror?.(
      new ErrorEvent("error", { message: "out of memory", cancelable: true }),
    );
  }

  answer(id: number, index: number): void {
    const data: FactsVerdict[] = [{
      index,
      fired: [],
      unanswered: [],
      riskScore: 0,
      riskLevel: null,
      recommendation: "APPROVE",
    }];
    this.threads[id].onmessage?.(new MessageEvent("message", { data }));
  }
}

function fakeBatches() {
  const fake = new FakeThreads();
  const { createThread, schedule } = fake;
  const batches = new RuleBatches({ workers: 1, createThread, schedule });
  return { fake, batches };
}

function kinds(requests: readonly RulesRequest[]): string[] {
  return requests.map((one) =>
    one.type === "FACTS" ? `facts ${one.from}` : "rules"
  );
}

Deno.test("[R15] a worker that hangs is ended, its chunk is TIMEOUT, the rest goes on", async () => {
  const { fake, batches } = fakeBatches();
  const batch = batches.evaluate(RULES, factsOf(2), { at: 0, chunkSize: 1 });
  const first = batch.next();
  await until(() => kinds(fake.posted[0] ?? []).length === 3);
  fake.timers[0]();
  const { value } = await first;
  assertEquals(value[0].unanswered, [
    { ruleId: "big", result: "TIMEOUT", reason: "Took longer than 10000 ms" },
    { ruleId: "far", result: "TIMEOUT", reason: "Took longer than 10000 ms" },
  ]);
  assertEquals([value[0].index, value[0].recommendation], [0, "REVIEW"]);
  assertEquals(fake.ended, [0]);
  assertEquals(kinds(fake.posted[1]), ["rules", "facts 1"]);
  fake.answer(1, 1);
  assertEquals((await batch.next()).value[0].index, 1);
  assertEquals((await batch.next()).done, true);
  assertEquals([fake.ended, fake.timers], [[0], []]);
  batches.stop();
  assertEquals(fake.ended, [0, 1]);
});

Deno.test("[R15] facts are taken only as fast as verdicts are read", async () => {
  const { fake, batches } = fakeBatches();
  let taken = 0;
  function* facts() {
    for (const one of factsOf(100)) {
      taken++;
      yield one;
    }
  }
  const batch = batches.evaluate(RULES, facts(), { at: 0, chunkSize: 1 });
  const first = batch.next();
  await until(() => kinds(fake.posted[0] ?? []).length === 3);
  assertEquals(taken, 2);
  fake.answer(0, 0);
  await first;
  assertEquals(taken, 2);
  await batch.return(undefined);
  assertEquals([fake.ended, fake.timers], [[0], []]);
});

Deno.test("[R15] aborting ends the workers at once and tells why", async () => {
  const { fake, batches } = fakeBatches();
  const controller = new AbortController();
  const { signal } = controller;
  const batch = batches.evaluate(RULES, factsOf(9), {
    at: 0,
    chunkSize: 1,
    signal,
  });
  const first = batch.next();
  await until(() => kinds(fake.posted[0] ?? []).length === 3);
  controller.abort(new Error("cancelled by Ana"));
  await assertRejects(() => first, Error, "cancelled by Ana");
  assert(fake.ended.includes(0));
  assertEquals(fake.timers, []);
});

Deno.test("[R15] more batches than allowed are refused, until one ends", async () => {
  const { fake } = fakeBatches();
  const { createThread, schedule } = fake;
  const batches = new RuleBatches({
    workers: 1,
    maxBatches: 1,
    createThread,
    schedule,
  });
  const start = () => batches.evaluate(RULES, factsOf(1), { at: 0 });
  const first = start();
  const answer = first.next();
  await until(() => fake.posted.length === 1 && fake.posted[0].length === 2);
  await assertRejects(() => start().next(), Error, "too many run already");
  fake.answer(0, 0);
  await answer;
  await first.return(undefined);
  const second = start();
  const again = second.next();
  await until(() => kinds(fake.posted[0]).length === 4);
  fake.answer(0, 0);
  await again;
  await second.return(undefined);
});

Deno.test("[R15] the next batch has the workers of the last one, and its own rules", async () => {
  const { fake, batches } = fakeBatches();
  for (const [batch, rule] of RULES.entries()) {
    const running = batches.evaluate([rule], factsOf(1), { at: batch });
    const answer = running.next();
    await until(() => kinds(fake.posted[0] ?? []).length === 2 * batch + 2);
    fake.answer(0, 0);
    await answer;
    assertEquals((await running.next()).done, true);
  }
  const told = fake.posted[0].map((one) =>
    one.type === "RULES" ? one.rules.map(({ id }) => id) : one.facts.length
  );
  assertEquals(told, [["big"], 1, ["far"], 1]);
  assertEquals([fake.threads.length, fake.ended], [1, []]);
});

Deno.test("[R15] real workers forget the rules of the batch before", async () => {
  using batches = stopped(new RuleBatches({ workers: 1 }));
  const fired = [];
  for (const rule of RULES) {
    const facts = [{ amount: 9, country: "XX" }];
    const verdicts = await all(batches.evaluate([rule], facts, { at: 0 }));
    fired.push(verdicts[0].fired);
  }
  assertEquals(fired, [["big"], ["far"]]);
});

Deno.test("[R15] a worker that fails ends its batch, and the next has another", async () => {
  const { fake, batches } = fakeBatches();
  const failing = batches.evaluate(RULES, factsOf(1), { at: 0 });
  const first = failing.next();
  await until(() => kinds(fake.posted[0] ?? []).length === 2);
  fake.fail(0);
  await assertRejects(() => first, Error, "Cannot evaluate rules: out of");
  const next = batches.evaluate(RULES, factsOf(1), { at: 0 });
  const answer = next.next();
  await until(() => kinds(fake.posted[1] ?? []).length === 2);
  fake.answer(1, 0);
  await answer;
  await next.return(undefined);
  assertEquals(fake.ended, [0]);
});

Deno.test("[R15] workers started ahead are those that are used, and one that fails is not", async () => {
  const { fake, batches } = fakeBatches();
  batches.warm();
  batches.warm();
  assertEquals(fake.threads.length, 2);
  fake.fail(1);
  assertEquals(fake.ended, [1]);
  const batch = batches.evaluate(RULES, factsOf(1), { at: 0 });
  const answer = batch.next();
  await until(() => kinds(fake.posted[0]).length === 2);
  fake.answer(0, 0);
  await answer;
  await batch.return(undefined);
  assertEquals(fake.threads.length, 2);
});

Deno.test("[R15] after a stop no batch begins, and a worker that comes back is ended", async () => {
  const { fake, batches } = fakeBatches();
  const batch = batches.evaluate(RULES, factsOf(1), { at: 0 });
  const answer = batch.next();
  await until(() => kinds(fake.posted[0] ?? []).length === 2);
  batches.stop();
  assertEquals(fake.ended, []);
  fake.answer(0, 0);
  await answer;
  await batch.return(undefined);
  assertEquals(fake.ended, [0]);
  const next = batches.evaluate(RULES, factsOf(1), { at: 0 });
  await assertRejects(() => next.next(), Error, "the server is stopping");
});

function stopped(batches: RuleBatches): RuleBatches & Disposable {
  return Object.assign(batches, { [Symbol.dispose]: () => batches.stop() });
}

/** Lets what waits on promises alone go on until something holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !holds(); turn++) await Promise.resolve();
  assert(holds());
}
