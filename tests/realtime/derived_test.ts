/** Signals derived from state: when a place is told, how often, and that its last state is. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  type Derivation,
  Derived,
  type DerivedOptions,
  type DerivedPlace,
} from "../../realtime/derived.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import type { Logger } from "../../realtime/logger.ts";
import { createTestHub } from "../support/hub.ts";
import { FakeTime, turn } from "./fake_time.ts";

interface Told {
  readonly channel: string;
  readonly key: string;
  readonly payload: object;
  readonly at: number;
}

/** Counts the entries of a subject, as a fold does, and tells the count. */
function createDerivedTest(
  options: Partial<DerivedOptions> & {
    /** How long the n-th tell takes, in ms. */
    readonly costMs?: (n: number) => number;
    /** Instead of telling the count. */
    readonly tell?: Derivation["tell"];
  } = {},
) {
  const time = new FakeTime();
  const log = createMemoryLog();
  const told: Told[] = [];
  const asked: { id: string; at: number }[] = [];
  const said: string[] = [];
  const say = (message: string) => void said.push(message);
  const logger: Logger = { debug: say, info: say, warn: say, error: say };
  const counts = new Map<string, number>();
  const idOf = ({ channel, subject }: DerivedPlace) => `${channel}/${subject}`;
  const readers = new Set(["session:a", "session:b"]);
  const derivation: Derivation = {
    keyOf: ({ channel, subject }) =>
      subject.startsWith("poll:") ? { channel, subject } : undefined,
    tell(place) {
      const id = idOf(place);
      asked.push({ id, at: time.monotonicMs() });
      if (options.tell) return options.tell(place);
      const payload = { count: counts.get(id) };
      time.spend(options.costMs?.(asked.length - 1) ?? 0);
      return { type: "T", key: place.subject, payload };
    },
  };
  const derived = new Derived({
    log,
    derivations: [derivation],
    signal: (channel, _type, key, payload) =>
      told.push({ channel, key, payload, at: time.monotonicMs() }),
    hasReaders: (channel) => readers.has(channel),
    clock: time,
    logger,
    after: time.after,
    ...options,
  });
  // Follows after `derived`, as a fold that was made later would.
  log.feed((entries) => {
    for (const entry of entries) {
      counts.set(idOf(entry), (counts.get(idOf(entry)) ?? 0) + 1);
    }
  });
  const change = (subject = "poll:1", channel = "session:a") =>
    log.commit({
      writes: [{
        channel,
        entries: [{ type: "T", v: 1, subject, at: 0, body: {} }],
      }],
      sender: "ann",
    });
  return {
    time,
    log,
    derived,
    told,
    asked,
    said,
    counts,
    readers,
    change,
    async stop() {
      derived.close();
      await log.close();
    },
  };
}

function countsOf(told: readonly Told[]): unknown[] {
  return told.map(({ payload }) => "count" in payload && payload.count);
}

Deno.test("[DS1] a first change is told at once, with the state after it", async () => {
  const { told, change, derived, stop } = createDerivedTest();
  await change();
  await turn();
  assertEquals(told, [{
    channel: "session:a",
    key: "poll:1",
    payload: { count: 1 },
    at: 0,
  }]);
  assertEquals(derived.stats(), { told: 1, ms: 0, places: 1 });
  await stop();
});

Deno.test("[DS1] the entries of one commit are told once", async () => {
  const { told, log, stop } = createDerivedTest();
  const entry = { type: "T", v: 1, subject: "poll:1", at: 0, body: {} };
  await log.commit({
    writes: [{ channel: "session:a", entries: [entry, entry, entry] }],
    sender: "ann",
  });
  await turn();
  assertEquals(countsOf(told), [3]);
  await stop();
});

Deno.test("[DS2] what changes while a place rests is told once, at the end of the rest", async () => {
  const { time, told, change, stop } = createDerivedTest();
  for (let n = 0; n < 5; n++) {
    await change();
    await time.advance(10);
  }
  await time.advance(1_000);
  assertEquals(told.map(({ at }) => at), [0, 50]);
  assertEquals(countsOf(told), [1, 5]);
  await stop();
});

Deno.test("[DS3] what is dear to tell is told more rarely: a tenth of the time", async () => {
  const { time, told, asked, change, derived, stop } = createDerivedTest({
    costMs: () => 20,
  });
  for (let ms = 0; ms < 1_000; ms += 10) {
    await change();
    await time.advance(10);
  }
  assertEquals(asked.map(({ at }) => at), [0, 200, 400, 600, 800, 1_000]);
  await time.advance(1_000);
  assertEquals(countsOf(told).at(-1), 100);
  assertEquals(derived.stats().ms, 20 * told.length);
  await stop();
});

Deno.test("[DS3] places do not slow each other down", async () => {
  const { time, asked, change, stop } = createDerivedTest({
    costMs: (n) => n === 0 ? 100 : 0,
  });
  await change("poll:dear");
  await time.advance(0);
  await change("poll:cheap");
  await change("poll:cheap", "session:b");
  await turn();
  assertEquals(asked.map(({ id }) => id), [
    "session:a/poll:dear",
    "session:a/poll:cheap",
    "session:b/poll:cheap",
  ]);
  await stop();
});

Deno.test("[DS3] the waiting of a tell counts, and a change meanwhile is told after it", async () => {
  const gates: (() => void)[] = [];
  const test = createDerivedTest({
    tell: ({ channel, subject }) => {
      const payload = { count: test.counts.get(`${channel}/${subject}`) };
      return new Promise((resolve) =>
        gates.push(() => resolve({ type: "T", key: subject, payload }))
      );
    },
  });
  const { time, told, asked, change, stop } = test;
  await change();
  await time.advance(30);
  await change();
  await time.advance(0);
  gates[0]();
  await time.advance(269);
  assertEquals([countsOf(told), asked.length], [[1], 1]);
  await time.advance(1);
  gates[1]();
  await turn();
  assertEquals([countsOf(told), asked[1].at], [[1, 2], 300]);
  await stop();
});

Deno.test("[DS4] nothing is computed while nobody reads the channel", async () => {
  const { time, asked, readers, change, derived, stop } = createDerivedTest();
  readers.clear();
  const changing = change();
  assertEquals(derived.stats().places, 0);
  await changing;
  await time.advance(1_000);
  assertEquals(asked.length, 0);
  readers.add("session:a");
  await change();
  await turn();
  assertEquals(asked.length, 1);
  await stop();
});

Deno.test("[DS4] whoever leaves during the rest is not computed for", async () => {
  const { time, asked, readers, change, derived, stop } = createDerivedTest();
  await change();
  await time.advance(10);
  await change();
  readers.clear();
  await time.advance(1_000);
  assertEquals([asked.length, derived.stats().places], [1, 0]);
  await stop();
});

Deno.test("[DS4] entries that change no place are nobody's cost", async () => {
  const { time, asked, change, stop } = createDerivedTest();
  await change("session");
  await time.advance(1_000);
  assertEquals(asked, []);
  await stop();
});

Deno.test("[DS4] a tell with nothing to tell sends nothing", async () => {
  const { time, told, asked, change, derived, stop } = createDerivedTest({
    tell: () => undefined,
  });
  await change();
  await time.advance(1_000);
  assertEquals([asked.length, told, derived.stats().told], [1, [], 0]);
  await stop();
});

Deno.test("[DS5] a tell that throws is tried again until it tells the last state", async () => {
  let faults = 2;
  const { time, told, said, counts, change, stop } = createDerivedTest({
    tell: ({ channel, subject }) => {
      if (faults-- > 0) throw new TypeError("a bug that passes");
      const payload = { count: counts.get(`${channel}/${subject}`) };
      return { type: "T", key: subject, payload };
    },
  });
  await change();
  await change();
  await time.advance(3_000);
  assertEquals([countsOf(told), told[0].at], [[2], 3_000]);
  assertEquals(said.length, 1);
  // Once it works it is as quick as any.
  await change();
  await time.advance(50);
  assertEquals(told[1].at, 3_050);
  await stop();
});

Deno.test("[DS5] a tell that always rejects is given up, and asked anew after a change", async () => {
  const { time, asked, said, change, derived, stop } = createDerivedTest({
    tell: () => Promise.reject(new TypeError("a bug")),
  });
  await change();
  await time.advance(600_000);
  assertEquals(asked.map(({ at }) => at), [0, 1_000, 3_000, 7_000, 15_000]);
  assertEquals([said.length, derived.stats().places], [2, 0]);
  await change();
  await turn();
  assertEquals(asked.length, 6);
  await stop();
});

Deno.test("[DS5] a derivation that keeps failing under changes is logged twice, not each time", async () => {
  const { time, asked, said, change, stop } = createDerivedTest({
    tell: () => {
      throw new TypeError("a bug");
    },
  });
  for (let n = 0; n < 600; n++) {
    await change();
    await time.advance(1_000);
  }
  assert(asked.length < 30, `asked ${asked.length} times`);
  assertEquals(said.length, 2);
  await stop();
});

Deno.test("[DS5] a derivation whose keyOf throws stops neither the feed nor the others", async () => {
  const broken: Derivation = {
    keyOf: () => {
      throw new TypeError("a bug");
    },
    tell: () => undefined,
  };
  const fine: Derivation = {
    keyOf: ({ channel, subject }) => ({ channel, subject }),
    tell: ({ subject }) => ({ type: "T", key: subject, payload: {} }),
  };
  const test = createDerivedTest({ derivations: [broken, fine] });
  await test.change();
  await turn();
  assertEquals([test.told.length, test.said.length], [1, 1]);
  await test.stop();
});

Deno.test("[DS5] a keyOf that throws for every entry is logged ever more rarely", async () => {
  const broken: Derivation = {
    keyOf: () => {
      throw new TypeError("a bug");
    },
    tell: () => undefined,
  };
  const test = createDerivedTest({ derivations: [broken] });
  for (let n = 0; n < 1_000; n++) await test.change();
  // The 1st, 2nd, 4th … 512th.
  assertEquals(test.said.length, 10);
  await test.stop();
});

Deno.test("[DS5] two derivations of one place are told each by itself", async () => {
  const of = (key: string): Derivation => ({
    keyOf: ({ channel, subject }) => ({ channel, subject }),
    tell: () => ({ type: "T", key, payload: {} }),
  });
  const test = createDerivedTest({ derivations: [of("one"), of("two")] });
  await test.change();
  await turn();
  assertEquals(test.told.map(({ key }) => key), ["one", "two"]);
  await test.stop();
});

Deno.test("[DS6] places that do not change any more are forgotten", async () => {
  const { time, change, derived, stop } = createDerivedTest();
  for (let n = 0; n < 1_000; n++) await change(`poll:${n}`);
  await turn();
  assertEquals([derived.stats().places, time.pending], [1_000, 1_000]);
  await time.advance(50);
  assertEquals([derived.stats().places, time.pending], [0, 0]);
  await stop();
});

Deno.test("[DS7] after closing nothing is told, not even what was being computed", async () => {
  const gate = Promise.withResolvers<undefined>();
  const { time, told, asked, derived, change, stop } = createDerivedTest({
    tell: ({ subject }) =>
      gate.promise.then(() => ({ type: "T", key: subject, payload: {} })),
  });
  await change("poll:1");
  await turn();
  const last = change("poll:2");
  derived.close();
  await last;
  gate.resolve(undefined);
  await change("poll:3");
  await time.advance(1_000);
  assertEquals([told, time.pending], [[], 0]);
  assertEquals(asked.length, 1);
  await stop();
});

Deno.test("[DS7] closing during a rest leaves no timer", async () => {
  const { time, derived, change, stop } = createDerivedTest();
  await change();
  await turn();
  assertEquals(time.pending, 1);
  derived.close();
  assertEquals(time.pending, 0);
  await stop();
});

Deno.test("[DS3] a timer that is early shortens no rest", async () => {
  const test = createDerivedTest({
    after: (delayMs, run) => test.time.after(delayMs - 0.4, run),
  });
  await test.change();
  await turn();
  await test.change();
  await test.time.advance(100);
  assert(test.asked[1].at >= 50);
  await test.stop();
});

Deno.test("[DS3] a share or an interval that makes no sense is a RangeError", () => {
  for (const wrong of [{ maxShare: 0 }, { maxShare: 1.1 }, { maxShare: NaN }]) {
    assertThrows(() => createDerivedTest(wrong), RangeError, "maxShare");
  }
  assertThrows(
    () => createDerivedTest({ minIntervalMs: -1 }),
    RangeError,
    "minIntervalMs",
  );
});

Deno.test("[DS1] a reader of the hub gets the signal after the entry it follows from", async () => {
  const { hub, log, join, append, stop } = createTestHub();
  const time = new FakeTime();
  const derived = new Derived({
    log,
    derivations: [{
      keyOf: ({ channel, subject }) => ({ channel, subject }),
      tell: ({ subject }) => ({ type: "T", key: subject, payload: { n: 1 } }),
    }],
    signal: (...args) => hub.signal(...args),
    hasReaders: (channel) => hub.hasReaders(channel),
    clock: time,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    after: time.after,
  });
  await append("session:s", "before anybody reads");
  const ann = await join("ann");
  await ann.ask({ type: "SUBSCRIBE", channel: "session:s" });
  await append("session:s", "now");
  const all = await ann.socket.until((got) => got.at(-1).type === "T");
  assertEquals(all.at(-2).offset, 2);
  assertEquals(all.at(-1).payload, { n: 1, key: "session" });
  assertEquals(derived.stats().told, 1);
  derived.close();
  await stop();
});

const change = fc.record({
  afterMs: fc.integer({ min: 0, max: 150 }),
  subject: fc.constantFrom("poll:1", "poll:2"),
  channel: fc.constantFrom("session:a", "session:b"),
});

Deno.test("[DS2] any schedule: the last state told is the last, no interval is shorter than allowed", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 40 }),
      fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1 }),
      fc.boolean(),
      async (changes, costs, waits) => {
        const spans: { id: string; start: number; end: number }[] = [];
        const test = createDerivedTest({
          tell: async ({ channel, subject }) => {
            const id = `${channel}/${subject}`;
            const span = { id, start: test.time.monotonicMs(), end: 0 };
            const payload = { count: test.counts.get(id) };
            const costMs = costs[spans.push(span) % costs.length];
            if (waits) {
              await new Promise<void>((resolve) => {
                test.time.after(costMs, resolve);
              });
            } else test.time.spend(costMs);
            span.end = test.time.monotonicMs();
            return { type: "T", key: id, payload };
          },
        });
        for (const { afterMs, subject, channel } of changes) {
          await test.time.advance(afterMs);
          await test.change(subject, channel);
        }
        await test.time.advance(60_000);
        for (const [id, count] of test.counts) {
          const last = test.told.findLast(({ key }) => key === id);
          assertEquals(last?.payload, { count });
          const own = spans.filter((span) => span.id === id);
          own.slice(1).forEach(({ start }, n) => {
            const before = own[n];
            const allowed = Math.max(50, (before.end - before.start) / 0.1);
            assert(start - before.start >= allowed);
          });
        }
        assertEquals([test.derived.stats().places, test.time.pending], [0, 0]);
        await test.stop();
      },
    ),
    { numRuns: 100, seed: 4 },
  );
});
