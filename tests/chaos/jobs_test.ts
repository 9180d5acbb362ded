/** kill -9 while 200 jobs run: each takes effect once at most, and each comes to an end. */
import { assert, assertEquals } from "@std/assert";
import { startServer, type TestServer } from "../support/server.ts";
import { createRandom, sizeFrom } from "./random.ts";

const JOBS = sizeFrom("CHAOS_JOBS", 200);
/** One of so many is cancelled on its way. */
const CANCEL_EVERY = 10;
/** Submissions under way at once. */
const LANES = 8;

const RULE = {
  id: "large",
  name: "Large payment",
  priority: "HIGH",
  type: "VALIDATION",
  riskLevel: "HIGH",
  when: "amount > 500",
};

const random = createRandom(20_261_123);
const matrix = (rows: number) =>
  Array.from({ length: rows }, () => [random(), random(), random()]);
const directions = ["benefit", "cost", "benefit"];

/** Work of four kinds, each job with an input of its own: equal ones would share a run. */
function jobOf(n: number): Record<string, unknown> {
  switch (n % 4) {
    case 0: {
      const params = { samples: 20_000, seed: n };
      const input = { matrix: matrix(8), directions, params };
      return { type: "decisions.smaa", input };
    }
    case 1: {
      const facts = Array.from({ length: 500 }, () => ({
        amount: Math.round(1_000 * random()),
      }));
      const input = { rules: [RULE], facts };
      return { type: "rules.batch", priority: "HIGH", input };
    }
    case 2: {
      const weights = [0.2, 0.3, 0.5];
      const decisions = Array.from({ length: 50 }, () => ({
        method: "topsis",
        matrix: matrix(10),
        directions,
        weights,
      }));
      return { type: "decisions.batch", priority: "LOW", input: { decisions } };
    }
    default:
      return { type: "audit.export", input: { channel: "jobs" } };
  }
}

/** Seconds of work, ahead of all others: whoever kills the server can be sure to meet it. */
function longJob(n: number): Record<string, unknown> {
  const params = {
    samples: 8_000,
    seed: n,
    concordanceThreshold: 0.6,
    discordanceThreshold: 0.4,
  };
  const input = { method: "electre2", matrix: matrix(100), directions, params };
  return { type: "decisions.smaa", priority: "CRITICAL", input };
}

Deno.test("[J14] two kills under 200 jobs: each takes effect once, and ends", async () => {
  const folder = await Deno.makeTempDir({ prefix: "regulens_jobs_" });
  try {
    await killAndCount(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function killAndCount(folder: string): Promise<void> {
  let server = await startServer({ folder });
  try {
    const ids = await submitAll(server);
    assertEquals(new Set(ids).size, JOBS);
    const cancelled = ids.filter((_, n) => n % CANCEL_EVERY === 0);
    const [early, late] = [cancelled.slice(0, 5), cancelled.slice(5)];
    await Promise.all(early.map((id) => cancel(server, id)));
    ids.push(await atWork(server, JOBS));
    server = await killed(server, folder);
    await Promise.all(late.map((id) => cancel(server, id)));
    ids.push(await atWork(server, JOBS + 1));
    server = await killed(server, folder);

    // What ran at the kills comes back when its lease is over.
    await server.eventually(
      "the queue is empty",
      () => server.call("GET", "/api/v1/jobs/queue"),
      ({ queued, running, retrying }) => queued + running + retrying === 0,
      50_000,
    );
    const events = await eventsByJob(server);
    assertEquals([...events.keys()].sort(), [...ids].sort());
    const ends = new Map<string, number>();
    let returned = 0;
    for (const [id, names] of events) {
      const done = names.filter((name) => name === "job_done").length;
      const end = names.at(-1) ?? "";
      assert(done <= 1, `${id} took effect ${done} times: ${names}`);
      assert(
        ["job_done", "job_cancelled"].includes(end),
        `${id} did not end: ${names}`,
      );
      assertEquals(names.indexOf(end), names.length - 1, `${id}: ${names}`);
      returned += names.filter((name) => name === "job_returned").length;
      ends.set(end, (ends.get(end) ?? 0) + 1);
      const { job } = await server.call("GET", `/api/v1/jobs/${id}`);
      assertEquals(`job_${job.state}`, end);
      assertEquals(job.result !== null, end === "job_done", id);
    }
    assert(returned >= 2, `The kills met ${returned} jobs at work`);
    const stopped = ends.get("job_cancelled") ?? 0;
    assert(
      stopped > 0 && stopped <= cancelled.length,
      `${stopped} were cancelled`,
    );
    assertEquals((ends.get("job_done") ?? 0) + stopped, ids.length);
    await server.stop("SIGTERM");
  } finally {
    await server[Symbol.asyncDispose]();
  }
}

async function submitAll(server: TestServer): Promise<string[]> {
  const ids: string[] = [];
  let next = 0;
  const lane = async () => {
    while (next < JOBS) {
      const n = next++;
      const headers = { "Idempotency-Key": `job-${n}` };
      const path = "/api/v1/jobs";
      const { job } = await server.call("POST", path, jobOf(n), 202, headers);
      ids[n] = job.id;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return ids;
}

async function cancel(server: TestServer, id: string): Promise<void> {
  await server.call("POST", `/api/v1/jobs/${id}/cancel`);
}

/** Once some are done and others wait: submits a long job, and waits until it runs. */
async function atWork(server: TestServer, n: number): Promise<string> {
  await server.eventually(
    "some jobs are done, and others wait",
    () => server.call("GET", "/api/v1/jobs/queue"),
    ({ queued, workers }) => workers.done >= 5 && queued > 0,
  );
  const { job } = await server.call("POST", "/api/v1/jobs", longJob(n), 202);
  await server.eventually(
    "the long job runs",
    () => server.call("GET", `/api/v1/jobs/${job.id}`),
    ({ job }) => job.state === "running",
  );
  return job.id;
}

async function killed(
  server: TestServer,
  folder: string,
): Promise<TestServer> {
  await server.stop("SIGKILL");
  await server[Symbol.asyncDispose]();
  return await startServer({ folder });
}

async function eventsByJob(server: TestServer): Promise<Map<string, string[]>> {
  const events = new Map<string, string[]>();
  for (const { payload } of await server.history("jobs")) {
    const { event, jobId } = payload;
    if (event === "job_lease_renewed") continue;
    const id = String(jobId);
    events.set(id, [...events.get(id) ?? [], String(event)]);
  }
  return events;
}
