/** Deadlines: when a row's command fires, how often, and what happens when it cannot. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Json } from "../../realtime/json.ts";
import { LogUnavailable, type Rows } from "../../realtime/log/log.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import {
  createDueTest,
  type Fired,
  keyOf,
  START,
  turn,
} from "./due_fixture.ts";

const MINUTE = 60_000;

class Refusal extends Error {
  override readonly name = "Refusal";
}

function times(fired: readonly Fired[]): number[] {
  return fired.map(({ at }) => at);
}

Deno.test("[DL1] a row fires its command at its time, not before", async () => {
  const { due, time, fired, add, start, stop } = createDueTest();
  await add("poll:7", 10_000);
  await start();
  await time.advance(9_999);
  assertEquals(fired, []);
  await time.advance(1);
  assertEquals(fired, [{
    name: "done",
    input: { key: "poll:7" },
    messageId: `due:poll:7:${START + 10_000}`,
    at: 10_000,
  }]);
  assertEquals(due.stats().fired, 1);
  await stop();
});

Deno.test("[DL1] rows that fell due while nobody looked fire at the start, earliest first", async () => {
  const { fired, add, start, stop } = createDueTest();
  await add("b", -1_000);
  await add("a", -2_000);
  await add("c", 0);
  await start();
  assertEquals(fired.map(({ input }) => keyOf(input)), ["a", "b", "c"]);
  await stop();
});

Deno.test("[DL1] more rows than a page fire, each once", async () => {
  const { due, time, fired, add, start, stop } = createDueTest();
  for (let n = 0; n < 350; n++) await add(`k${n}`, -n);
  await start();
  assertEquals([fired.length, due.stats().looks], [350, 1]);
  await time.advance(MINUTE);
  assertEquals(new Set(fired.map(({ messageId }) => messageId)).size, 350);
  assertEquals(fired.length, 350);
  await stop();
});

Deno.test("[DL1] a row that was deleted in time does not fire", async () => {
  const { time, fired, add, remove, start, stop } = createDueTest();
  await add("a", 5_000);
  await start();
  await time.advance(4_000);
  await remove("a");
  await time.advance(MINUTE);
  assertEquals(fired, []);
  await stop();
});

Deno.test("[DL2] a row committed while it sleeps fires within a second of its time", async () => {
  const { time, fired, add, start, stop } = createDueTest();
  await add("late", 20_000);
  await start();
  await time.advance(3_000);
  await add("early", 3_200);
  await add("past", -1);
  await time.advance(1_000);
  assertEquals(fired.map(({ input }) => keyOf(input)), ["past", "early"]);
  await stop();
});

Deno.test("[DL2] 5,000 commits a second cost two looks a second", async () => {
  const { time, counts, commit, start, stop } = createDueTest();
  await start();
  counts.queries = 0;
  for (let ms = 0; ms < 2_000; ms++) {
    for (let n = 0; n < 5; n++) await commit([]);
    await time.advance(1);
  }
  assert(counts.queries >= 2, "it looks");
  assert(counts.queries <= 4, `looked ${counts.queries} times`);
  await stop();
});

Deno.test("[DL2] commits that arrive while it looks do not make it look again at once", async () => {
  let busy: () => Promise<unknown> = () => Promise.resolve();
  const rows: Rows = { rows: [], nextCursor: null };
  const test = createDueTest({ query: () => busy().then(() => rows) });
  busy = () => test.commit([]);
  await test.start();
  test.counts.queries = 0;
  await test.time.advance(2_000);
  assert(test.counts.queries >= 3, "it looks");
  assert(test.counts.queries <= 4, `looked ${test.counts.queries} times`);
  await test.stop();
});

Deno.test("[DL2] slow reads make it look less often, up to a second", async () => {
  const looksWithin8s = async (readMs: number) => {
    const rows: Rows = { rows: [], nextCursor: null };
    const test = createDueTest({
      query: () => {
        test.time.spend(readMs);
        test.commit([]);
        return Promise.resolve(rows);
      },
    });
    await test.start();
    await test.time.advance(8_000);
    await test.stop();
    return test.counts.queries;
  };
  // Pauses of 500, 720 and 1,000 ms, beside the reads.
  assertEquals(await looksWithin8s(1), 16);
  assertEquals(await looksWithin8s(80), 11);
  assertEquals(await looksWithin8s(300), 7);
});

Deno.test("[DL2] a commit asks for one look; then it sleeps again", async () => {
  const { time, counts, commit, start, stop } = createDueTest();
  await start();
  await commit([]);
  await time.advance(29_000);
  assertEquals(counts.queries, 2);
  await stop();
});

Deno.test("[DL3] it looks every 30 s for what another node has written", async () => {
  let rows: Rows = { rows: [], nextCursor: null };
  const { time, fired, start, stop } = createDueTest({
    query: () => Promise.resolve(rows),
    execute: () => rows = { rows: [], nextCursor: null },
  });
  await start();
  const data = { command: "done", input: {} };
  rows = {
    rows: [{ key: "other", sort: START + 1, data }],
    nextCursor: null,
  };
  await time.advance(29_999);
  assertEquals(fired.length, 0);
  await time.advance(1);
  assertEquals(fired.length, 1);
  await stop();
});

Deno.test("[DL3] a row in the far future asks for no timer over 30 s", async () => {
  const { time, add, fired, start, stop } = createDueTest();
  await add("far", 100 * 365 * 24 * 60 * MINUTE);
  await start();
  await time.advance(5 * MINUTE);
  assertEquals(Math.max(...time.delays), 30_000);
  assertEquals(fired, []);
  await stop();
});

Deno.test("[DL4] a clock set forth fires what it has passed within 30 s", async () => {
  const { time, fired, add, start, stop } = createDueTest();
  await add("a", 60 * MINUTE);
  await start();
  time.setWall(61 * MINUTE);
  await time.advance(30_000);
  assertEquals(fired.length, 1);
  await stop();
});

Deno.test("[DL4] a clock set back neither stalls it nor gives a row a second messageId", async () => {
  const { time, fired, add, start, stop } = createDueTest({
    // Its area has not deleted the row.
    execute: () => {},
  });
  await add("a", 1_000);
  await start();
  await time.advance(1_000);
  time.setWall(-60 * MINUTE);
  await add("b", -59 * MINUTE);
  await time.advance(2 * 60 * MINUTE);
  assertEquals(new Set(fired.map(({ messageId }) => messageId)).size, 2);
  assertEquals(fired[1].input, { key: "b" });
  await stop();
});

Deno.test("[DL5] two nodes that fire the same row make one messageId", async () => {
  const one = createDueTest({ execute: () => {} });
  const two = createDueTest({ execute: () => {}, log: one.log });
  await one.add("a", 1_000);
  await one.start();
  await two.start();
  await one.time.advance(1_000);
  await two.time.advance(1_000);
  assertEquals(one.fired[0].messageId, two.fired[0].messageId);
  await one.due.close();
  await two.stop();
});

Deno.test("[DL6] a refused row is tried again every ten minutes and said once", async () => {
  const { due, time, fired, said, add, start, stop } = createDueTest({
    execute: () => {
      throw new Refusal("poll_closed");
    },
  });
  await add("a", 0);
  await start();
  for (let n = 0; n < 30; n++) {
    await time.advance(MINUTE);
    await add(`other${n}`, 1e9);
  }
  assertEquals(times(fired), [0, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE]);
  assertEquals(said.length, 1);
  assertEquals(due.stats().refused, 4);
  await stop();
});

for (const code of ["conflict", "invalid", "not_found", "forbidden"] as const) {
  Deno.test(`[DL6] ${code} counts as refused`, async () => {
    const { due, time, add, start, stop } = createDueTest({
      execute: () => Promise.reject(new RealtimeError(code, "no")),
    });
    await add("a", 0);
    await start();
    await time.advance(9 * MINUTE);
    const { refused, failed } = due.stats();
    assertEquals({ refused, failed }, { refused: 1, failed: 0 });
    await stop();
  });
}

Deno.test("[DL6] a row that names no command is refused and holds up no other", async () => {
  const { due, time, fired, add, start, stop } = createDueTest();
  const broken: Json[] = [[], "x", 1, { command: 7, input: 1 }, {
    command: "done",
  }];
  // More than may run at once: none of them may keep its place.
  for (let n = 0; n < 20; n++) await add(`k${n}`, -1, broken[n % 5]);
  await add("good", 0);
  await start();
  await time.advance(1_000);
  assertEquals(fired.map(({ input }) => keyOf(input)), ["good"]);
  assertEquals(due.stats().refused, 20);
  assertEquals(due.stats().running, 0);
  await stop();
});

Deno.test("[DL6] a row whose command is done but which stays is not fired in a loop", async () => {
  const { time, fired, said, add, start, stop } = createDueTest({
    execute: () => {},
  });
  await add("a", 0);
  await start();
  await time.advance(21 * MINUTE);
  assertEquals(times(fired), [0, 10 * MINUTE, 20 * MINUTE]);
  assertEquals(said.length, 1);
  await stop();
});

Deno.test("[DL7] what is unavailable is tried again, later each time, up to a minute", async () => {
  const { time, fired, said, add, start, stop } = createDueTest({
    execute: () => {
      throw new RealtimeError("unavailable", "the store cannot write now");
    },
  });
  await add("a", 0);
  await start();
  await time.advance(2 * MINUTE);
  // Half of 1, 2, 4 … 60 s: the random part is none here.
  const waits = times(fired).slice(1).map((at, n) => at - fired[n].at);
  assertEquals(waits, [
    500,
    1_000,
    2_000,
    4_000,
    8_000,
    16_000,
    30_000,
    30_000,
  ]);
  assertEquals(said.length, 1);
  await stop();
});

Deno.test("[DL7] a fault is tried again and succeeds later", async () => {
  let faults = 2;
  const { due, time, add, remove, start, stop } = createDueTest({
    execute: ({ input }) => {
      if (faults-- > 0) throw new TypeError("a bug that passes");
      return remove(keyOf(input));
    },
  });
  await add("a", 0);
  await start();
  await time.advance(10_000);
  const { fired, failed, remembered } = due.stats();
  assertEquals({ fired, failed, remembered }, {
    fired: 1,
    failed: 2,
    remembered: 0,
  });
  await stop();
});

Deno.test("[DL7] an outage of many rows is said once", async () => {
  const { time, said, add, start, stop } = createDueTest({
    execute: () => {
      throw new RealtimeError("unavailable", "the store cannot write now");
    },
  });
  for (let n = 0; n < 150; n++) await add(`k${n}`, 0);
  await start();
  await time.advance(MINUTE);
  assertEquals(said.length, 1);
  await stop();
});

Deno.test("[DL8] a store that cannot be read is asked again, later each time, and recovers", async () => {
  let isDown = true;
  const asked: number[] = [];
  const test = createDueTest({
    query: (query) => {
      asked.push(test.time.monotonicMs());
      return isDown
        ? Promise.reject(new LogUnavailable("down"))
        : test.log.query("due", query);
    },
  });
  await test.add("a", 0);
  await test.start();
  await test.time.advance(120_000);
  const waits = asked.slice(1).map((at, n) => at - asked[n]);
  assertEquals(waits, [
    500,
    1_000,
    2_000,
    4_000,
    8_000,
    16_000,
    30_000,
    30_000,
  ]);
  assertEquals(test.said.length, 1);
  isDown = false;
  await test.time.advance(30_000);
  assertEquals(test.fired.length, 1);
  await test.stop();
});

Deno.test("[DL7] a command that fails long after the look is tried again in time", async () => {
  const gate = Promise.withResolvers<never>();
  const { time, fired, add, start, stop } = createDueTest({
    execute: () => gate.promise,
  });
  await add("a", 0);
  await start();
  await time.advance(2_000);
  gate.reject(new RealtimeError("unavailable", "no"));
  await time.advance(1_000);
  assertEquals(times(fired).slice(0, 2), [0, 2_500]);
  await stop();
});

Deno.test("[DL9] at most eight commands run at once, and one that hangs stops no other", async () => {
  const gates = new Map<string, () => void>();
  const test = createDueTest({
    execute: ({ input }) =>
      new Promise<void>((resolve) => gates.set(keyOf(input), resolve)),
  });
  for (let n = 0; n < 12; n++) await test.add(`k${n}`, n - 100);
  await test.start();
  assertEquals([test.due.stats().running, gates.size], [8, 8]);
  for (let n = 1; n < 8; n++) gates.get(`k${n}`)?.();
  await turn();
  assertEquals([test.due.stats().running, gates.size], [5, 12]);
  // Later rows fire although the first still runs.
  await test.add("later", 5_000);
  await test.time.advance(6_000);
  assert(gates.has("later"));
  for (const open of gates.values()) open();
  await test.stop();
  assertEquals(test.due.stats().running, 0);
});

Deno.test("[DL9] a row is not fired again while its command runs", async () => {
  const gate = Promise.withResolvers<void>();
  const { time, fired, add, start, stop } = createDueTest({
    execute: () => gate.promise,
  });
  await add("a", 0);
  await start();
  await time.advance(60 * MINUTE);
  assertEquals(fired.length, 1);
  gate.resolve();
  await stop();
});

Deno.test("[DL10] closing waits for what runs and fires nothing more", async () => {
  const gates: (() => void)[] = [];
  const test = createDueTest({
    execute: () => new Promise<void>((resolve) => gates.push(resolve)),
  });
  for (let n = 0; n < 20; n++) await test.add(`k${n}`, -n);
  await test.start();
  let isClosed = false;
  const closing = test.due.close().then(() => isClosed = true);
  await turn();
  assertEquals(isClosed, false);
  for (const open of gates) open();
  await closing;
  assertEquals([test.fired.length, test.time.pending], [8, 0]);
  await test.add("z", 0);
  await test.time.advance(MINUTE);
  assertEquals(test.fired.length, 8);
  await test.stop();
});

Deno.test("[DL10] closing while it sleeps leaves no timer", async () => {
  const { due, time, start, stop } = createDueTest();
  await start();
  assertEquals(time.pending, 1);
  await due.close();
  assertEquals(time.pending, 0);
  await stop();
});

Deno.test("[DL10] closing before the start and twice is fine", async () => {
  const { due, time, fired, add, stop } = createDueTest();
  await add("a", 0);
  await due.close();
  due.start();
  await time.advance(MINUTE);
  assertEquals(fired, []);
  await stop();
});

Deno.test("[DL11] rows that went away are not remembered", async () => {
  const { due, time, add, start, stop } = createDueTest();
  for (let n = 0; n < 500; n++) await add(`k${n}`, n);
  await start();
  await time.advance(5_000);
  const { fired, remembered } = due.stats();
  assertEquals({ fired, remembered }, { fired: 500, remembered: 0 });
  await stop();
});

const step = fc.oneof(
  fc.record({
    kind: fc.constant("add" as const),
    key: fc.integer({ min: 0, max: 6 }),
    inMs: fc.integer({ min: -2_000, max: 90_000 }),
  }),
  fc.record({
    kind: fc.constant("remove" as const),
    key: fc.integer({ min: 0, max: 6 }),
  }),
  fc.record({
    kind: fc.constant("wait" as const),
    ms: fc.integer({ min: 0, max: 40_000 }),
  }),
  fc.record({
    kind: fc.constant("setWall" as const),
    byMs: fc.integer({ min: -40_000, max: 40_000 }),
  }),
  fc.record({
    kind: fc.constant("fail" as const),
    times: fc.integer({ min: 1, max: 3 }),
  }),
);

Deno.test("[DL1] any schedule: each row takes effect once, never early, and none is left", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 25 }),
      async (steps) => {
        let failures = 0;
        const effects: Fired[] = [];
        const test = createDueTest({
          execute: async (fired) => {
            if (failures-- > 0) throw new RealtimeError("unavailable", "no");
            const key = keyOf(fired.input);
            const row = { view: "due", key, data: null };
            const { duplicate } = await test.commit([row], fired.messageId);
            if (!duplicate) effects.push(fired);
          },
        });
        await test.start();
        for (const one of steps) {
          switch (one.kind) {
            case "add": {
              const at = test.time.now() - START + one.inMs;
              await test.add(`k${one.key}`, at);
              break;
            }
            case "remove":
              await test.remove(`k${one.key}`);
              break;
            case "wait":
              await test.time.advance(one.ms);
              break;
            case "setWall":
              test.time.setWall(one.byMs);
              break;
            case "fail":
              failures = one.times;
          }
        }
        await test.time.advance(60 * MINUTE);
        const { rows } = await test.log.query("due");
        assertEquals(rows, []);
        const ids = effects.map(({ messageId }) => messageId);
        assertEquals(new Set(ids).size, ids.length);
        for (const { messageId, at } of test.fired) {
          assert(Number(messageId.split(":").at(-1)) <= START + at);
        }
        await test.stop();
      },
    ),
    { numRuns: 60, seed: 4 },
  );
});
