/** The engine: which job is next, what a lease is worth, and how each try ends. */
import { assert, assertEquals } from "@std/assert";
import { RealtimeError } from "../../../realtime/realtime_error.ts";
import { JobFault } from "../../../routes/jobs/job_kind.ts";
import { BEN } from "../../domain/jobs/job_house.ts";
import { turn } from "../../realtime/fake_time.ts";
import { engineHouse, LEASE_MS } from "./engine_house.ts";

Deno.test("[J4] what is urgent comes first, then what is older; no more at a time than slots", async () => {
  await using f = engineHouse({ slots: 2 });
  for (
    const [name, priority] of [
      ["low", "LOW"],
      ["medium", "MEDIUM"],
      ["older", "HIGH"],
      ["newer", "HIGH"],
      ["urgent", "CRITICAL"],
    ]
  ) {
    await f.submit(name, { priority });
    await f.time.advance(1);
  }
  f.engine.start();
  await turn();
  assertEquals(f.names(), ["urgent", "older"]);
  for (const expected of ["newer", "medium", "low"]) {
    f.works[0].end(null);
    f.works.shift();
    await turn();
    assertEquals(f.names().at(-1), expected);
  }
});

Deno.test("[J1] a job that comes in while the engine waits is taken, and its result kept", async () => {
  await using f = engineHouse();
  f.engine.start();
  await turn();
  const id = await f.submit("a");
  assertEquals((await f.job(id)).state, "running");
  f.works[0].end({ sum: 6 });
  await turn();
  const { state, result, input, attempts } = await f.job(id);
  assertEquals([state, result, input, attempts], [
    "done",
    { sum: 6 },
    { name: "a" },
    1,
  ]);
});

Deno.test("[J4] of two engines one takes a job", async () => {
  await using f = engineHouse();
  const second = f.engineOf("second");
  const id = await f.submit("a");
  f.engine.start();
  second.start();
  await turn();
  assertEquals(f.names(), ["a"]);
  assertEquals(f.engine.stats().lost + second.stats().lost, 1);
  f.works[0].end(1);
  await turn();
  assertEquals(await f.history(id), [
    "job_submitted",
    "job_claimed",
    "job_done",
  ]);
  await second.close();
});

Deno.test("[J5] work that takes longer than a lease is renewed, and still counts", async () => {
  await using f = engineHouse();
  f.engine.start();
  const id = await f.submit("long");
  for (let i = 0; i < 4; i++) await f.time.advance(LEASE_MS / 2);
  assertEquals((await f.job(id)).state, "running");
  const renewals = (await f.history(id))
    .filter((event) => event === "job_lease_renewed");
  assert(renewals.length >= 4, `${renewals.length} renewals`);
  f.works[0].end("late");
  await turn();
  assertEquals([(await f.job(id)).result, f.works.length], ["late", 1]);
  assertEquals(f.engine.stats().done, 1);
});

Deno.test("[J5] a lease that cannot be renewed ends the work; another takes the job, and the first's result counts for nothing", async () => {
  let isCut = false;
  await using f = engineHouse({
    before: (name) => {
      if (isCut && name === "renew_job") {
        throw new RealtimeError("unavailable", "the store is away");
      }
    },
  });
  f.engine.start();
  const id = await f.submit("a");
  isCut = true;
  await f.time.advance(LEASE_MS - 1);
  assertEquals(f.works[0].signal.aborted, false);
  await f.time.advance(3_000);
  assert(f.works[0].signal.aborted);
  assertEquals(f.names(), ["a", "a"]);
  isCut = false;
  f.works[0].end("first");
  f.works.at(-1)?.end("last");
  await turn();
  const { state, result } = await f.job(id);
  assertEquals([state, result], ["done", "last"]);
  const dones = (await f.history(id)).filter((event) => event === "job_done");
  assertEquals(dones.length, 1);
});

Deno.test("[J5] what was returned meanwhile is refused from who held it, whoever holds it now", async () => {
  let isStuck = false;
  const stuck = Promise.withResolvers<void>();
  await using f = engineHouse({
    before: (name) =>
      isStuck && name === "renew_job" ? stuck.promise : undefined,
  });
  f.engine.start();
  const id = await f.submit("a");
  isStuck = true;
  // Its renewal hangs: nothing tells it that its time is over.
  const second = f.engineOf("second", {
    commands: f.commands,
  });
  await f.time.advance(LEASE_MS);
  second.start();
  await f.time.advance(1_000);
  const [first, other] = f.works;
  assertEquals(other?.name, "a");
  assertEquals(first.signal.aborted, false);
  first.end("stale");
  await turn();
  assertEquals((await f.job(id)).state, "running");
  other.end("fresh");
  await turn();
  assertEquals((await f.job(id)).result, "fresh");
  assertEquals(f.engine.stats().lost + second.stats().lost >= 1, true);
  stuck.resolve();
  await second.close();
});

/** An engine that took a job and fell silent: it neither renews nor ends it. */
async function houseWithSilentWorker() {
  let isStuck = false;
  const stuck = Promise.withResolvers<void>();
  const f = engineHouse({
    before: (name) =>
      isStuck && name === "renew_job" ? stuck.promise : undefined,
  });
  f.engine.start();
  const id = await f.submit("a");
  isStuck = true;
  const second = f.engineOf("second", { commands: f.commands });
  second.start();
  await turn();
  return {
    ...f,
    id,
    [Symbol.asyncDispose]: async () => {
      stuck.resolve();
      for (const { end } of f.works) end("over");
      await second.close();
      await f[Symbol.asyncDispose]();
    },
  };
}

for (
  const [words, byMs] of [["forth", 3_600_000], ["back", -3_600_000]] as const
) {
  Deno.test(`[J5] a clock set ${words} by an hour takes no job from who works on it`, async () => {
    await using f = engineHouse();
    f.engine.start();
    const id = await f.submit("long");
    await f.time.advance(1_000);
    f.time.setWall(byMs);
    // Somebody writes: whatever is due by the time of day is looked for at once.
    await f.submit("another");
    for (let i = 0; i < 10; i++) await f.time.advance(LEASE_MS / 3);
    assertEquals(f.names(), ["long", "another"]);
    f.works[0].end("done");
    await turn();
    assertEquals((await f.job(id)).result, "done");
    assertEquals((await f.history(id)).includes("job_returned"), false);
  });

  Deno.test(`[J5] a clock set ${words} by an hour leaves a silent worker its lease, no more and no less`, async () => {
    await using f = await houseWithSilentWorker();
    f.time.setWall(byMs);
    await f.time.advance(LEASE_MS - 1);
    assertEquals(f.names(), ["a"]);
    await f.time.advance(1_001);
    assertEquals(f.names(), ["a", "a"]);
  });
}

Deno.test("[J5] what a server held that was killed is given back once another has watched it for a lease", async () => {
  await using f = engineHouse();
  const id = await f.submit("a");
  const claim = { jobId: id, worker: "killed", leaseMs: LEASE_MS };
  const server = { userId: "regulens", name: "Regulens", roles: ["admin"] };
  const [submitted] = await f.log.read("jobs", 0, 1);
  const { offset } = submitted;
  await f.commands.execute("claim_job", { ...claim, expected: offset }, {
    user: server,
  });
  await f.time.advance(3_600_000);
  f.engine.start();
  await f.time.advance(LEASE_MS - 1);
  assertEquals(f.names(), []);
  await f.time.advance(1);
  assertEquals(f.names(), ["a"]);
  f.works[0].end(1);
  await turn();
  assertEquals((await f.job(id)).state, "done");
});

Deno.test("[J15] a store that is away is asked again to take back what fell silent", async () => {
  await using f = engineHouse({
    before: (name) => {
      if (name === "return_job" && ++asked < 3) {
        throw new RealtimeError("unavailable", "the store is away");
      }
      if (name === "renew_job") {
        throw new RealtimeError("unavailable", "the store is away");
      }
    },
  });
  let asked = 0;
  f.engine.start();
  await f.submit("a");
  await f.time.advance(LEASE_MS + 1_999);
  assertEquals([asked, f.names()], [2, ["a"]]);
  await f.time.advance(1_001);
  assertEquals([asked, f.names()], [3, ["a", "a"]]);
});

Deno.test("[J7] what failed is tried again after its jitter, in time dead, and says why", async () => {
  await using f = engineHouse({ random: 0.5 });
  f.engine.start();
  const id = await f.submit("a", { maxAttempts: 3 });
  for (const [attempt, delay] of [[1, 500], [2, 1_000]]) {
    f.works[attempt - 1].fail(new JobFault("The printer is on fire"));
    await turn();
    const { state, error, retryAt } = await f.job(id);
    assertEquals([state, error, retryAt], [
      "failed",
      "The printer is on fire",
      f.time.now() + delay,
    ]);
    await f.time.advance(delay - 1);
    assertEquals(f.works.length, attempt);
    await f.time.advance(2_000);
    assertEquals(f.works.length, attempt + 1);
  }
  f.works[2].fail(new JobFault("The printer is on fire"));
  await turn();
  const { state, attempts, retryAt } = await f.job(id);
  assertEquals([state, attempts, retryAt], ["dead", 3, null]);
});

Deno.test("[J7] what another try would not cure is not tried again", async () => {
  await using f = engineHouse();
  f.engine.start();
  const id = await f.submit("a");
  f.works[0].fail(new RealtimeError("not_found", "Cannot find the rule r9"));
  await turn();
  const { state, error, endedAt } = await f.job(id);
  assertEquals([state, error], ["failed", "Cannot find the rule r9"]);
  assert(endedAt !== null);
});

Deno.test("[J7] a fault of ours is logged, and its submitter told no more than that", async () => {
  await using f = engineHouse();
  f.engine.start();
  const id = await f.submit("a");
  f.works[0].fail(new TypeError("secrets of the house"));
  await turn();
  const { state, error } = await f.job(id);
  assertEquals([state, error], [
    "failed",
    "A fault on our side; it is logged",
  ]);
  assertEquals(f.said, ["job failed"]);
});

Deno.test("[J7] a result too large to keep fails for good", async () => {
  await using f = engineHouse();
  f.engine.start();
  const id = await f.submit("a");
  f.works[0].end("x".repeat(2 * 1024 * 1024));
  await turn();
  const { state, error, retryAt } = await f.job(id);
  assertEquals([state, error, retryAt], [
    "failed",
    "Its result is too large to keep",
    null,
  ]);
});

Deno.test("[J6] a job that is cancelled at work is aborted, and another takes its slot", async () => {
  await using f = engineHouse({ slots: 1 });
  f.engine.start();
  const [id, next] = [await f.submit("a"), await f.submit("b")];
  assertEquals(f.names(), ["a"]);
  await f.does("cancel_job", id);
  assert(f.works[0].signal.aborted);
  assertEquals(f.names(), ["a", "b"]);
  assertEquals((await f.job(id)).state, "cancelled");
  assertEquals((await f.job(next)).state, "running");
  assertEquals(f.engine.stats().cancelled, 1);
});

Deno.test("[J6] a job that is cancelled in the queue never runs", async () => {
  await using f = engineHouse({ slots: 1 });
  f.engine.start();
  await f.submit("a");
  await f.does("cancel_job", await f.submit("b"));
  f.works[0].end(null);
  await turn();
  assertEquals([f.names(), f.engine.stats().running], [["a"], 0]);
});

Deno.test("[J14] an engine that stops gives back what runs, without counting a try", async () => {
  await using f = engineHouse();
  f.engine.start();
  const id = await f.submit("a", { maxAttempts: 1 });
  await f.engine.close();
  assert(f.works[0].signal.aborted);
  const { state, attempts } = await f.job(id);
  assertEquals([state, attempts], ["queued", 0]);
  assertEquals(f.engine.stats().released, 1);
  const second = f.engineOf("second");
  second.start();
  await turn();
  assertEquals(f.names(), ["a", "a"]);
  f.works[1].end("there");
  await turn();
  assertEquals((await f.job(id)).result, "there");
  await second.close();
});

Deno.test("[J15] a store that is away at a claim is asked again, at an end until it keeps it", async () => {
  let away: string | undefined = "claim_job";
  await using f = engineHouse({
    before: (name) => {
      if (name === away) {
        throw new RealtimeError("unavailable", "the store is away");
      }
    },
  });
  f.engine.start();
  const id = await f.submit("a");
  assertEquals([f.names(), f.engine.stats().unclaimed > 0], [[], true]);
  away = "finish_job";
  await f.time.advance(1_000);
  assertEquals(f.names(), ["a"]);
  f.works[0].end("kept at last");
  await f.time.advance(2_000);
  assertEquals((await f.job(id)).state, "running");
  away = undefined;
  await f.time.advance(500);
  const { state, result } = await f.job(id);
  assertEquals([state, result], ["done", "kept at last"]);
});

Deno.test("[J15] an engine that stops does not wait for a store that is away", async () => {
  let isAway = false;
  await using f = engineHouse({
    before: () => {
      if (isAway) throw new RealtimeError("unavailable", "the store is away");
    },
  });
  f.engine.start();
  await f.submit("a");
  f.works[0].end(1);
  isAway = true;
  await turn();
  await f.engine.close();
  assertEquals(f.engine.stats().running, 0);
});

Deno.test("[J10] each input of a batch has an outcome of its own", async () => {
  await using f = engineHouse();
  f.engine.start();
  const input = { items: [{ name: "a" }, { name: "b" }, { name: "c" }] };
  const id = await f.submit("", { mode: "batch", input });
  f.works[0].end(1);
  await turn();
  f.works[1].fail(new RealtimeError("invalid", "Not like this"));
  await turn();
  f.works[2].end(3);
  await turn();
  assertEquals((await f.job(id)).result, {
    items: [
      { index: 0, state: "done", result: 1 },
      { index: 1, state: "failed", error: "Not like this" },
      { index: 2, state: "done", result: 3 },
    ],
  });
});

Deno.test("[J9] parts go to the submitter's channel alone, numbered; one too large is named", async () => {
  await using f = engineHouse();
  f.engine.start();
  const id = await f.submit("a", { mode: "streaming" });
  await f.submit("b");
  f.works[0].part({ n: 1 });
  f.works[0].part("x".repeat(32 * 1024));
  f.works[1].part("nobody asked for parts");
  const head = { event: "job_part", jobId: id, jobType: "work", attempt: 1 };
  assertEquals(f.signals, [
    {
      channel: "user:mia",
      key: `job:${id}:1`,
      payload: { ...head, sequence: 1, part: { n: 1 }, skipped: false },
    },
    {
      channel: "user:mia",
      key: `job:${id}:2`,
      payload: { ...head, sequence: 2, part: null, skipped: true },
    },
  ]);
});

Deno.test("[J9] progress is told five times a second at most, in order, and kept nowhere", async () => {
  await using f = engineHouse();
  f.engine.start();
  const id = await f.submit("a");
  const before = (await f.log.head("jobs")).offset;
  for (let done = 1; done <= 100; done++) {
    f.works[0].progress(done, 100);
    await f.time.advance(10);
  }
  for (const channel of ["jobs", "user:mia"]) {
    const told = f.numbers(channel, "job_progress", "sequence");
    assertEquals(told, [1, 2, 3, 4, 5]);
    const done = f.numbers(channel, "job_progress", "done");
    assertEquals(done, [1, 21, 41, 61, 81]);
  }
  assertEquals((await f.job(id)).progress, { done: 100, total: 100 });
  assertEquals((await f.log.head("jobs")).offset, before);
});

Deno.test("[J9] progress of a session's job is told there, not in the house", async () => {
  await using f = engineHouse();
  f.engine.start();
  await f.commands.execute("open_session", { id: "s1", title: "S" }, {
    user: { userId: "mia", name: "MIA", roles: ["facilitator"] },
  });
  await f.submit("a", { sessionId: "s1" });
  f.works[0].progress(1, 2);
  assertEquals(f.signals.map(({ channel }) => channel), [
    "session:s1",
    "user:mia",
  ]);
});

Deno.test("[J8] equal pure work under way is done once, and each job has the result", async () => {
  await using f = engineHouse({ slots: 3 });
  f.engine.start();
  const ids = [
    await f.submit("same", { type: "pure" }),
    await f.submit("same", { type: "pure" }, BEN),
    await f.submit("other", { type: "pure" }),
  ];
  assertEquals(f.names(), ["same", "other"]);
  f.works[0].end("shared");
  f.works[1].end("own");
  await turn();
  const results = [
    (await f.job(ids[0])).result,
    (await f.job(ids[1], BEN)).result,
    (await f.job(ids[2])).result,
  ];
  assertEquals(results, ["shared", "shared", "own"]);
});

Deno.test("[J8] cancelling one of two that share leaves the work to the other; cancelling both ends it", async () => {
  await using f = engineHouse();
  f.engine.start();
  const [first, second] = [
    await f.submit("same", { type: "pure" }),
    await f.submit("same", { type: "pure" }),
  ];
  await f.does("cancel_job", first);
  assertEquals(f.works[0].signal.aborted, false);
  assertEquals((await f.job(second)).state, "running");
  await f.does("cancel_job", second);
  assert(f.works[0].signal.aborted);
  // Nobody joins what was given up.
  await f.submit("same", { type: "pure" });
  assertEquals(f.works.length, 2);
});

Deno.test("[J12] the engine's figures add up", async () => {
  await using f = engineHouse({ slots: 4 });
  f.engine.start();
  const ids = [];
  for (const name of ["a", "b", "c", "d", "e"]) ids.push(await f.submit(name));
  f.works[0].end(1);
  f.works[1].fail(new RealtimeError("invalid", "no"));
  await f.does("cancel_job", ids[2]);
  const { taken, running, slots, ...ends } = f.engine.stats();
  assertEquals([taken, running, slots], [5, 2, 4]);
  assertEquals(ends, {
    done: 1,
    failed: 1,
    cancelled: 1,
    released: 0,
    lost: 0,
    unclaimed: 0,
    broken: 0,
  });
});
