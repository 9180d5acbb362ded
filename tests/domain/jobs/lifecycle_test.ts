/** The life of a job, command by command: what leads where, and what is refused. */
import { assertEquals } from "@std/assert";
import {
  BEN,
  DONE,
  failed,
  jobHouse,
  LEASE_MS,
  MIA,
  SERVER,
  START,
} from "./job_house.ts";

Deno.test("[J1] a job is submitted, claimed and done, each an entry", async () => {
  using f = jobHouse();
  const id = await f.submit(MIA);
  const queued = await f.job(id);
  assertEquals([queued.status, queued.attempts, queued.about], [
    "queued",
    0,
    "numbers",
  ]);
  f.clock.now += 10;
  const claim = await f.claim(id, queued.offset);
  const running = await f.job(id);
  assertEquals(
    [running.status, running.attempts, running.claim, running.leaseUntil],
    ["running", 1, claim, START + 10 + LEASE_MS],
  );
  f.clock.now += 5;
  assertEquals(
    await f.does(SERVER, "finish_job", id, { claim, ...DONE }),
    "fine",
  );
  const done = await f.job(id);
  assertEquals([done.status, done.claim, done.startedAt, done.endedAt], [
    "done",
    null,
    START + 10,
    START + 15,
  ]);
  assertEquals(await f.history(id), [
    "job_submitted",
    "job_claimed",
    "job_done",
  ]);
});

Deno.test("[J3] what is in a job lies in a channel of the server's own", async () => {
  using f = jobHouse();
  await f.openSession();
  const input = { to: 1_234_567 };
  const [loose, inside] = [
    await f.submit(MIA, { input }),
    await f.submit(MIA, { input, sessionId: "s1" }),
  ];
  for (const id of [loose, inside]) {
    const claim = await f.claim(id, (await f.job(id)).offset);
    const outcome = { state: "done", result: { sum: 7_654_321 } };
    await f.does(SERVER, "finish_job", id, { claim, outcome });
  }
  const texts = async (channel: string) =>
    (await f.log.read(channel, 0, 100)).map(({ bodyText }) => bodyText ?? "")
      .join("\n");
  for (const channel of ["jobs", "session:s1", "user:mia"]) {
    const text = await texts(channel);
    assertEquals(text.includes("job_done"), true, channel);
    assertEquals(/1234567|7654321/.test(text), false, channel);
  }
  for (const channel of ["sealed:jobs", "sealed:jobs:s1"]) {
    const text = await texts(channel);
    assertEquals(
      [text.includes("1234567"), text.includes("7654321")],
      [true, true],
    );
  }
});

Deno.test("[J4] a claim that has seen an older job is refused", async () => {
  using f = jobHouse();
  const id = await f.submit(MIA);
  const { offset } = await f.job(id);
  await f.claim(id, offset);
  const again = { expected: offset, worker: "x", leaseMs: LEASE_MS };
  assertEquals(await f.does(SERVER, "claim_job", id, again), "claim_lost");
  const now = { ...again, expected: (await f.job(id)).offset };
  assertEquals(await f.does(SERVER, "claim_job", id, now), "claim_lost");
});

Deno.test("[J5] a lease is renewed by its holder alone", async () => {
  using f = jobHouse();
  const id = await f.submit(MIA);
  const claim = await f.claim(id, (await f.job(id)).offset);
  f.clock.now += 10_000;
  const renewal = { claim, leaseMs: LEASE_MS };
  assertEquals(await f.does(SERVER, "renew_job", id, renewal), "fine");
  assertEquals((await f.job(id)).leaseUntil, START + 10_000 + LEASE_MS);
  const other = { claim: claim + 1, leaseMs: LEASE_MS };
  assertEquals(await f.does(SERVER, "renew_job", id, other), "claim_lost");
});

Deno.test("[J5] a lease that ended gives the job to another, and the first's result is refused", async () => {
  using f = jobHouse();
  const id = await f.submit(MIA);
  const first = await f.claim(id, (await f.job(id)).offset);
  // Heard of since: whoever watched for this one has to go on watching.
  const renewal = { claim: first, leaseMs: LEASE_MS };
  await f.does(SERVER, "renew_job", id, renewal);
  await f.does(SERVER, "return_job", id, { expected: first });
  assertEquals((await f.job(id)).status, "running");
  const expected = (await f.job(id)).offset;
  await f.does(SERVER, "return_job", id, { expected });
  assertEquals((await f.job(id)).status, "queued");
  // Another watched too.
  await f.does(SERVER, "return_job", id, { expected: expected + 1 });
  assertEquals((await f.job(id)).offset, expected + 1);
  const second = await f.claim(id, (await f.job(id)).offset);
  const end = (claim: number) =>
    f.does(SERVER, "finish_job", id, { claim, ...DONE });
  assertEquals(await end(first), "claim_lost");
  assertEquals(await end(second), "fine");
  assertEquals(await end(second), "claim_lost");
  const { attempts, status } = await f.job(id);
  assertEquals([attempts, status], [2, "done"]);
});

Deno.test("[J7] a job whose worker fell silent as often as it may be tried is dead", async () => {
  using f = jobHouse();
  const id = await f.submit(MIA, { maxAttempts: 2 });
  for (const expected of ["queued", "dead"]) {
    const claim = await f.claim(id, (await f.job(id)).offset);
    await f.does(SERVER, "return_job", id, { expected: claim });
    assertEquals((await f.job(id)).status, expected);
  }
});

Deno.test("[J7] a failed job is queued again at its time, not before, until it is dead", async () => {
  using f = jobHouse();
  const id = await f.submit(MIA, { maxAttempts: 2 });
  let claim = await f.claim(id, (await f.job(id)).offset);
  await f.does(SERVER, "finish_job", id, { claim, ...failed(700) });
  const { status, retryAt, endedAt, error } = await f.job(id);
  assertEquals([status, retryAt, endedAt, error], [
    "failed",
    START + 700,
    null,
    "it broke",
  ]);
  f.clock.now += 699;
  await f.does(SERVER, "requeue_job", id);
  assertEquals((await f.job(id)).status, "failed");
  f.clock.now += 1;
  await f.does(SERVER, "requeue_job", id);
  assertEquals((await f.job(id)).status, "queued");
  claim = await f.claim(id, (await f.job(id)).offset);
  await f.does(SERVER, "finish_job", id, { claim, ...failed(700) });
  assertEquals((await f.job(id)).status, "dead");
  await f.does(SERVER, "requeue_job", id);
  assertEquals((await f.job(id)).status, "dead");
});

Deno.test("[J7] what no further try would cure ends at once", async () => {
  using f = jobHouse();
  const id = await f.submit(MIA);
  const claim = await f.claim(id, (await f.job(id)).offset);
  await f.does(SERVER, "finish_job", id, { claim, ...failed(null) });
  const { status, retryAt, endedAt } = await f.job(id);
  assertEquals([status, retryAt, endedAt], ["failed", null, START]);
});

Deno.test("[J7] what ended without a result is tried anew when somebody asks, from the first attempt", async () => {
  using f = jobHouse();
  const ends = {
    failed: (id: string, claim: number) =>
      f.does(SERVER, "finish_job", id, { claim, ...failed(null) }),
    dead: (id: string, claim: number) =>
      f.does(SERVER, "finish_job", id, { claim, ...failed(1) }),
    cancelled: (id: string) => f.does(MIA, "cancel_job", id),
  };
  for (const [state, end] of Object.entries(ends)) {
    const id = await f.submit(MIA, { maxAttempts: 1 });
    await end(id, await f.claim(id, (await f.job(id)).offset));
    assertEquals((await f.job(id)).status, state);
    assertEquals(await f.does(MIA, "retry_job", id), "fine");
    const { status, attempts, error, endedAt } = await f.job(id);
    assertEquals([status, attempts, error, endedAt], ["queued", 0, null, null]);
  }
});

Deno.test("[J7] a job that is done is not tried anew, and one under way stays as it is", async () => {
  using f = jobHouse();
  const id = await f.submit(MIA);
  assertEquals(await f.does(MIA, "retry_job", id), "fine");
  assertEquals(await f.history(id), ["job_submitted"]);
  const claim = await f.claim(id, (await f.job(id)).offset);
  await f.does(SERVER, "finish_job", id, { claim, ...DONE });
  assertEquals(await f.does(MIA, "retry_job", id), "job_done");
});

Deno.test("[J6] cancelling ends a job wherever it is, once; a late result is refused", async () => {
  using f = jobHouse();
  const id = await f.submit(MIA);
  const claim = await f.claim(id, (await f.job(id)).offset);
  assertEquals(await f.does(MIA, "cancel_job", id), "fine");
  assertEquals(await f.does(MIA, "cancel_job", id), "fine");
  assertEquals(
    await f.does(SERVER, "finish_job", id, { claim, ...DONE }),
    "claim_lost",
  );
  assertEquals(await f.history(id), [
    "job_submitted",
    "job_claimed",
    "job_cancelled",
  ]);
  const waiting = await f.submit(MIA);
  await f.does(MIA, "cancel_job", waiting);
  const { status, offset } = await f.job(waiting);
  assertEquals(status, "cancelled");
  const claiming = { expected: offset, worker: "w", leaseMs: LEASE_MS };
  assertEquals(
    await f.does(SERVER, "claim_job", waiting, claiming),
    "claim_lost",
  );
});

Deno.test("[J14] a job given back unfinished has not been tried", async () => {
  using f = jobHouse();
  const id = await f.submit(MIA, { maxAttempts: 1 });
  const claim = await f.claim(id, (await f.job(id)).offset);
  assertEquals(await f.does(SERVER, "release_job", id, { claim }), "fine");
  const { status, attempts } = await f.job(id);
  assertEquals([status, attempts], ["queued", 0]);
  assertEquals(
    await f.does(SERVER, "release_job", id, { claim }),
    "claim_lost",
  );
});

Deno.test("[J8] the same messageId submits one job; another body under it is a conflict", async () => {
  using f = jobHouse();
  const submit = (to: number, user = MIA) =>
    f.commands.execute("submit_job", { type: "count", input: { to } }, {
      user,
      messageId: "m1",
    });
  const [first, second] = await Promise.all([submit(3), submit(3)]);
  assertEquals(second.result, first.result);
  assertEquals((await submit(3)).duplicate, true);
  assertEquals(
    await submit(4).catch(({ code }) => code),
    "conflict",
  );
  await submit(3, BEN);
  const entries = await f.log.read("jobs", 0, 10);
  assertEquals(entries.map(({ sender }) => sender), ["mia", "ben"]);
});

Deno.test("[J11] its submitter is told of its end, unless they ended it, or wait for it", async () => {
  using f = jobHouse();
  const finish = async (more: object) => {
    const id = await f.submit(MIA, more);
    const claim = await f.claim(id, (await f.job(id)).offset);
    await f.does(SERVER, "finish_job", id, { claim, ...DONE });
    return id;
  };
  const told = await finish({});
  await finish({ mode: "sync" });
  await f.does(MIA, "cancel_job", await f.submit(MIA));
  const entries = await f.log.read("user:mia", 0, 10);
  assertEquals(
    entries.map(({ bodyText }) => {
      const { event, jobId } = JSON.parse(bodyText ?? "{}");
      return [event, jobId];
    }),
    [["job_done", told]],
  );
});
