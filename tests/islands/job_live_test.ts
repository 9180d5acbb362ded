/** Jobs in the browser: bars move by signals, the rest is read again, neither too often. */
import { assertEquals } from "@std/assert";
import { goLive } from "../../islands/job_live.ts";

type Told = { event: string; [name: string]: unknown };

function livePage(options: { everyMs?: number; jobId?: string } = {}) {
  let now = 0;
  const timers = new Set<{ at: number; run: () => void }>();
  let hear = (_message: { payload: Told }) => {};
  const bars: [string, number, number][] = [];
  const page = { isHidden: false, readings: 0 };
  const live = goLive({
    bar: (jobId, done, total) => {
      if (jobId !== "shown") return false;
      bars.push([jobId, done, total]);
      return true;
    },
    renew: () => {
      page.readings++;
      return Promise.resolve();
    },
    isHidden: () => page.isHidden,
  }, {
    ...options,
    client: {
      on: (_type: unknown, handler: unknown) => {
        if (typeof handler === "function") hear = (one) => void handler(one);
        return () => hear = () => {};
      },
    },
    clock: {
      now: () => now,
      after: (ms, run) => {
        const timer = { at: now + ms, run };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
  });
  return {
    live,
    page,
    bars,
    pending: () => timers.size,
    says: (event: string, more: object = {}) =>
      hear({ payload: { event, jobId: "shown", ...more } }),
    /** Lets time go by, with whatever falls due. */
    pass: async (ms: number) => {
      const end = now + ms;
      for (;;) {
        const due = [...timers].filter(({ at }) => at <= end)
          .sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        timers.delete(due);
        now = due.at;
        due.run();
        await Promise.resolve();
        await Promise.resolve();
      }
      now = end;
    },
  };
}

const progress = (sequence: number, done: number) => ({
  sequence,
  done,
  total: 100,
});

Deno.test("[JP7] a signal moves the bar and reads nothing; late and repeated ones are passed over", async () => {
  const f = livePage();
  f.says("job_progress", progress(1, 10));
  f.says("job_progress", progress(3, 30));
  f.says("job_progress", progress(3, 30));
  f.says("job_progress", progress(2, 20));
  await f.pass(5_000);
  assertEquals(f.bars.map(([, done]) => done), [10, 30]);
  assertEquals(f.page.readings, 0);
  f.live.stop();
});

Deno.test("[JP7] another try begins its bar anew", () => {
  const f = livePage();
  f.says("job_progress", progress(9, 90));
  f.says("job_claimed");
  f.says("job_progress", progress(1, 10));
  assertEquals(f.bars.map(([, done]) => done), [90, 10]);
  f.live.stop();
});

Deno.test("[JP7] however much changes, it is read once a second at most, and the last change is read", async () => {
  const f = livePage();
  for (let n = 0; n < 50; n++) {
    f.says("job_done", { jobId: `j${n}` });
    await f.pass(40);
  }
  await f.pass(2_000);
  assertEquals(f.page.readings, 3);
  f.live.stop();
});

Deno.test("[JP7] renewed leases and parts of results read nothing; a job not shown yet is asked for once", async () => {
  const f = livePage();
  f.says("job_lease_renewed");
  f.says("job_part");
  await f.pass(2_000);
  assertEquals(f.page.readings, 0);
  for (let n = 1; n < 5; n++) {
    f.says("job_progress", { ...progress(n, n), jobId: "new" });
    await f.pass(2_000);
  }
  assertEquals(f.page.readings, 1);
  f.live.stop();
});

Deno.test("[JP7] nothing is read while nobody looks; one job's page hears of no other", async () => {
  const f = livePage({ everyMs: 1_000, jobId: "shown" });
  f.page.isHidden = true;
  f.says("job_done");
  await f.pass(5_000);
  assertEquals(f.page.readings, 0);
  f.page.isHidden = false;
  f.live.soon();
  await f.pass(500);
  assertEquals(f.page.readings, 1);
  f.live.stop();
  assertEquals(f.pending(), 0);

  const one = livePage({ jobId: "shown" });
  one.says("job_done", { jobId: "other" });
  await one.pass(5_000);
  assertEquals(one.page.readings, 0);
  one.live.stop();
});
