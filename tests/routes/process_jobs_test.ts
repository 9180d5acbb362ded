/** Jobs in this process: one after the other, told, cancelled, bounded, and nobody else's business. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { type Job, ProcessJobs } from "../../routes/process_jobs.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";

function jobsFixture(options: { maxKept?: number; maxPerUser?: number } = {}) {
  const clock = { now: 1_000 };
  const told: string[] = [];
  const ended = new Map<string, PromiseWithResolvers<Job>>();
  let ids = 0;
  const waitFor = (id: string) => {
    const known = ended.get(id) ?? Promise.withResolvers<Job>();
    ended.set(id, known);
    return known;
  };
  const jobs = new ProcessJobs({
    told: (job) => {
      told.push(`${job.id} ${job.state} ${job.done}/${job.total}`);
      if (job.endedAt !== null) waitFor(job.id).resolve(job);
    },
    now: () => clock.now,
    newId: () => `j${++ids}`,
    ...options,
  });
  return { jobs, clock, told, end: (id: string) => waitFor(id).promise };
}

const WORK = { type: "test", userId: "ana", about: "r" };

Deno.test("[B10] a job is queued, running, done, and its result is kept", async () => {
  const { jobs, told, end } = jobsFixture();
  const { id, state } = jobs.submit({ ...WORK, run: () => Promise.resolve(7) });
  assertEquals(state, "queued");
  assertEquals((await end(id)).result, 7);
  assertEquals(told, ["j1 running 0/null", "j1 done 0/null"]);
  assertEquals(jobs.find("ana", id)?.state, "done");
});

Deno.test("[B10] one job runs at a time, in the order they came", async () => {
  const { jobs, told, end } = jobsFixture();
  const first = Promise.withResolvers<null>();
  jobs.submit({ ...WORK, run: () => first.promise });
  const { id } = jobs.submit({ ...WORK, run: () => Promise.resolve(null) });
  assertEquals(jobs.find("ana", id)?.state, "queued");
  first.resolve(null);
  await end(id);
  assertEquals(told.map((line) => line.slice(0, 7)), [
    "j1 runn",
    "j1 done",
    "j2 runn",
    "j2 done",
  ]);
});

Deno.test("[B10] progress is told at most five times a second, the end always", async () => {
  const { jobs, told, clock, end } = jobsFixture();
  const { id } = jobs.submit({
    ...WORK,
    run: ({ progress }) => {
      for (let done = 1; done <= 10; done++) {
        clock.now += 100;
        progress(done, 10);
      }
      return Promise.resolve(null);
    },
  });
  await end(id);
  assertEquals(told, [
    "j1 running 0/null",
    "j1 running 2/10",
    "j1 running 4/10",
    "j1 running 6/10",
    "j1 running 8/10",
    "j1 running 10/10",
    "j1 done 10/10",
  ]);
});

Deno.test("[B10] a cancelled job stops, whatever its work says afterwards", async () => {
  const { jobs, end } = jobsFixture();
  const running = Promise.withResolvers<AbortSignal>();
  const { id } = jobs.submit({
    ...WORK,
    run: ({ signal }) =>
      new Promise((resolve) => {
        running.resolve(signal);
        signal.addEventListener("abort", () => resolve(1));
      }),
  });
  const signal = await running.promise;
  assertEquals(jobs.cancel("ana", id)?.state, "cancelled");
  assertEquals(signal.aborted, true);
  await end(id);
  assertEquals(jobs.find("ana", id)?.result, null);
});

Deno.test("[B10] a queued job that is cancelled never runs", async () => {
  const { jobs, end } = jobsFixture();
  const first = Promise.withResolvers<null>();
  const one = jobs.submit({ ...WORK, run: () => first.promise });
  let ran = false;
  const two = jobs.submit({
    ...WORK,
    run: () => {
      ran = true;
      return Promise.resolve(null);
    },
  });
  jobs.cancel("ana", two.id);
  first.resolve(null);
  await end(one.id);
  await jobs.close();
  assertEquals(ran, false);
});

Deno.test("[B10] a job that fails says why; a fault of ours tells nothing of itself", async () => {
  const { jobs, end } = jobsFixture();
  const fail = (error: Error) =>
    jobs.submit({ ...WORK, run: () => Promise.reject(error) });
  const expected = fail(new RealtimeError("unavailable", "Cannot do it now"));
  assertEquals((await end(expected.id)).error, "Cannot do it now");
  const fault = fail(new Error("secret"));
  const { state, error } = await end(fault.id);
  assertEquals([state, error], ["failed", "A fault on our side; it is logged"]);
});

Deno.test("[B10] nobody sees or cancels another's job", () => {
  const { jobs } = jobsFixture();
  const { id } = jobs.submit({ ...WORK, run: () => Promise.resolve(1) });
  assertEquals(jobs.find("ben", id), undefined);
  assertEquals(jobs.cancel("ben", id), undefined);
  assertEquals(jobs.find("ana", id)?.state, "queued");
});

Deno.test("[B10] one person may have three unfinished jobs; others are not held up", async () => {
  const { jobs, end } = jobsFixture();
  const work = { ...WORK, run: () => Promise.resolve(null) };
  const ids = [1, 2, 3].map(() => jobs.submit(work).id);
  assertThrows(() => jobs.submit(work), RealtimeError, "3 jobs of yours");
  ids.push(jobs.submit({ ...work, userId: "ben" }).id);
  await Promise.all(ids.map(end));
  assertEquals(jobs.submit(work).state, "queued");
});

Deno.test("[B10] ended jobs are forgotten after an hour, and beyond the number kept", async () => {
  const { jobs, clock, end } = jobsFixture({ maxKept: 2 });
  const ids: string[] = [];
  for (let n = 0; n < 4; n++) {
    clock.now++;
    const { id } = jobs.submit({ ...WORK, run: () => Promise.resolve(n) });
    ids.push(id);
    await end(id);
  }
  assertEquals(ids.map((id) => jobs.find("ana", id)?.result), [
    undefined,
    undefined,
    2,
    3,
  ]);
  clock.now += 3_600_002;
  assertEquals(jobs.find("ana", ids[3]), undefined);
});

Deno.test("[B10] closing cancels what is unfinished and takes no more", async () => {
  const { jobs, told } = jobsFixture();
  const running = Promise.withResolvers<void>();
  jobs.submit({
    ...WORK,
    run: ({ signal }) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => resolve(null));
        running.resolve();
      }),
  });
  await running.promise;
  await jobs.close();
  assertEquals(told.at(-1), "j1 cancelled 0/null");
  await assertRejects(
    () =>
      Promise.resolve().then(() =>
        jobs.submit({ ...WORK, run: () => Promise.resolve(null) })
      ),
    RealtimeError,
    "stopping",
  );
});
