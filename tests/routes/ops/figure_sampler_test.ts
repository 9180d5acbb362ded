/** One look a second at the node: what it finds, what it keeps, what it tells. */
import { assert, assertEquals } from "@std/assert";
import { OPS_FIGURES } from "../../../islands/ops_figures.ts";
import { sampleOf, samplesOf } from "../../../islands/ops_samples.ts";
import { Histogram } from "../../../realtime/histogram.ts";
import {
  FigureSampler,
  SAMPLES_KEPT,
} from "../../../routes/ops/figure_sampler.ts";
import { createTestHub } from "../../support/hub.ts";

function sampling(queued: () => Promise<{ queued: number }>) {
  const test = createTestHub();
  const appendMs = new Histogram();
  const clock = {
    now: () => test.clock.now,
    monotonicMs: () => test.clock.now,
  };
  const sampler = new FigureSampler({
    hub: test.hub,
    log: { appendMs },
    lag: { worstLastSecondMs: 3.456 },
    commands: { stats: () => ({ waiting: 4, inFlight: 2 }) },
    due: { stats: () => ({ running: 1 }) },
    derived: { stats: () => ({ places: 5 }) },
    jobs: {
      board: { figures: queued },
      engine: { stats: () => ({ running: 6 }) },
    },
    memory: () => ({ rss: 1e8, heapUsed: 5e7 }),
    clock,
  });
  const look = (afterMs = 1_000) => {
    test.clock.now += afterMs;
    return sampler.look();
  };
  return { test, sampler, appendMs, look };
}

Deno.test("[OP1] a sample tells rates and percentiles of its own second, not of all time", async () => {
  const { test, appendMs, look } = sampling(() =>
    Promise.resolve({ queued: 7 })
  );
  const ann = await test.join("ann");
  appendMs.record(900);
  look();
  // The queue of jobs is asked, not waited for.
  for (let n = 0; n < 3; n++) await Promise.resolve();
  for (let n = 0; n < 10; n++) ann.send({ type: "HEARTBEAT", id: n + 1 });
  for (let n = 0; n < 100; n++) appendMs.record(2);
  const busy = look(2_000);
  assertEquals([busy.received, busy.sent], [5, 5]);
  assert(busy.appendP99 !== null && busy.appendP99 < 2.3, `${busy.appendP99}`);
  const idle = look();
  assertEquals([idle.received, idle.appendP50, idle.deliveryP99], [
    0,
    null,
    null,
  ]);
  assertEquals([idle.connections, idle.subscriptions], [1, 2]);
  assertEquals([
    idle.commandsWaiting,
    idle.commandsInFlight,
    idle.duesRunning,
    idle.derivedPlaces,
    idle.jobsRunning,
    idle.jobsQueued,
    idle.loopLag,
  ], [4, 2, 1, 5, 6, 7, 3.46]);
  await test.stop();
});

Deno.test("[OP2] fifteen minutes are kept, and a queue that cannot be read is no figure", async () => {
  const { test, sampler, look } = sampling(() =>
    Promise.reject(new Error("no"))
  );
  for (let n = 0; n < SAMPLES_KEPT + 5; n++) look();
  await Promise.resolve();
  assertEquals(sampler.samples.length, SAMPLES_KEPT);
  assertEquals(sampler.samples[0].at, 1_000_000 + 6_000);
  assertEquals(look().jobsQueued, null);
  await test.stop();
});

Deno.test("[OP3] those who follow ops are told each sample, and read it back whole", async () => {
  const { test, look } = sampling(() => Promise.resolve({ queued: 0 }));
  const ann = await test.join("ann");
  await ann.ask({ type: "SUBSCRIBE", channel: "ops" });
  const sample = look();
  await ann.socket.until((all) => all.at(-1).type === "OPS_UPDATE");
  const { payload, offset } = ann.socket.ofType("OPS_UPDATE")[0];
  assertEquals(offset, undefined);
  assertEquals([payload.event, payload.node], ["figures_sampled", "test"]);
  assertEquals(sampleOf(payload.sample), sample);
  await test.stop();
});

Deno.test("[OP3] rows of the API become the same samples, whatever the order of their columns", () => {
  const names = OPS_FIGURES.map(({ name }) => name).toReversed();
  const [sample] = samplesOf({
    names: [...names, "unknown"],
    samples: [[5, ...names.map((_, n) => n), 99]],
  });
  assertEquals(sample.at, 5);
  assertEquals(sample.connections, names.indexOf("connections"));
  for (const { name } of OPS_FIGURES) {
    assertEquals(sample[name], names.indexOf(name));
  }
  assertEquals(samplesOf({ names: [], samples: "none" }), []);
});

Deno.test("[OP4] the top channels are those with the most subscribers and the most publications", async () => {
  const { test, sampler, look } = sampling(() =>
    Promise.resolve({ queued: 0 })
  );
  const people = [
    await test.join("ann"),
    await test.join("bob"),
    await test.join("cid"),
  ];
  for (const { ask } of people.slice(1)) {
    await ask({ type: "SUBSCRIBE", channel: "topic:b" });
  }
  for (let n = 0; n < 25; n++) {
    await people[0].ask({ type: "SUBSCRIBE", channel: `topic:x${n}` });
  }
  look();
  const top = sampler.rates.largest();
  assertEquals(top.length, 20);
  assertEquals(
    top.slice(0, 2).map(({ name, subscribers }) => [name, subscribers]),
    [
      ["topic:all", 3],
      ["topic:b", 2],
    ],
  );
  const publish = { type: "BROADCAST", channel: "topic:b", payload: 1 };
  for (let n = 0; n < 20; n++) people[0].send(publish);
  people[0].send({ ...publish, channel: "topic:x3" });
  for (let n = 0; n < 5; n++) look();
  assertEquals(sampler.rates.busiest, [
    { name: "topic:b", subscribers: 2, perSecond: 4 },
    { name: "topic:x3", subscribers: 1, perSecond: 0.2 },
  ]);
  await test.stop();
});
