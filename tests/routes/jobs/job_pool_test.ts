/** The pool of threads: what a bad task does to itself, and not to anything else. */
import { assertEquals, assertRejects } from "@std/assert";
import type { Json } from "../../../realtime/json.ts";
import { JobFault } from "../../../routes/jobs/job_kind.ts";
import { JobPool, type JobPoolOptions } from "../../../routes/jobs/job_pool.ts";
import type { JobTask } from "../../../routes/jobs/job_task.ts";
import { FakeTime } from "../../realtime/fake_time.ts";

const RULES = [{
  id: "big",
  name: "Large payment",
  priority: "HIGH",
  type: "VALIDATION",
  riskLevel: "HIGH",
  when: "amount > 10",
}] as const;

/** The thread of these tests takes tasks that the real one does not know. */
function task(what: string, say: Json = null): JobTask {
  return JSON.parse(JSON.stringify({ do: what, say }));
}

function roguePool(options: JobPoolOptions = {}) {
  const time = new FakeTime();
  const module = new URL("./rogue_thread.ts", import.meta.url);
  const pool = new JobPool({
    module,
    maxThreads: 1,
    maxHeapMb: 64,
    after: time.after,
    ...options,
  });
  const { signal } = new AbortController();
  return {
    pool,
    time,
    run: (what: string, say?: Json) => pool.run(task(what, say), { signal }),
    [Symbol.asyncDispose]: () => pool.stop(),
  };
}

for (
  const [what, message] of [
    ["crash", "Its worker crashed"],
    ["exit", "Its worker ended"],
    ["eat", "Its worker ran out of memory"],
  ]
) {
  Deno.test(`[J13] a task that makes its thread ${what} fails alone, and the next one works`, async () => {
    await using f = roguePool();
    await assertRejects(() => f.run(what), JobFault, message);
    assertEquals(await f.run("answer", "well"), "well");
    assertEquals(f.pool.stats(), {
      maxThreads: 1,
      busy: 0,
      waiting: 0,
      lost: 1,
    });
  });
}

Deno.test("[J13] a task that hangs is ended after its silence, and the next one works", async () => {
  await using f = roguePool({ maxSilenceMs: 60_000 });
  const begun = Promise.withResolvers<void>();
  const { signal } = new AbortController();
  const hanging = f.pool.run(task("hang"), {
    signal,
    progress: () => begun.resolve(),
  });
  await begun.promise;
  await f.time.advance(59_999);
  assertEquals(f.pool.stats().busy, 1);
  const failed = assertRejects(() => hanging, JobFault, "fell silent");
  await f.time.advance(1);
  await failed;
  assertEquals(await f.run("answer", 7), 7);
  assertEquals(f.pool.stats().lost, 1);
});

Deno.test("[J13] a task that throws leaves its thread as it was", async () => {
  await using f = roguePool();
  await assertRejects(() => f.run("refuse"), Error, "cannot be worked out");
  assertEquals(await f.run("answer", 1), 1);
  assertEquals(f.pool.stats().lost, 0);
});

Deno.test("[J13] a thread that ends with nothing to do is replaced", async () => {
  await using f = roguePool();
  assertEquals(await f.run("answer_and_exit", 1), 1);
  // It may have been given this one before its end was known.
  await f.run("answer", 2).catch((error) =>
    assertEquals(error instanceof JobFault, true)
  );
  assertEquals(await f.run("answer", 3), 3);
});

Deno.test("[J13] no more threads than allowed work at once; what waits is next", async () => {
  await using f = roguePool({ maxThreads: 2 });
  const started: string[] = [];
  const aborts = ["a", "b", "c"].map((name) => {
    const abort = new AbortController();
    const begun = Promise.withResolvers<void>();
    const run = f.pool.run(task("listen"), {
      signal: abort.signal,
      progress: () => {
        started.push(name);
        begun.resolve();
      },
    });
    return { abort, run, begun: begun.promise };
  });
  const [a, b, c] = aborts;
  await Promise.all([a.begun, b.begun]);
  assertEquals(f.pool.stats(), {
    maxThreads: 2,
    busy: 2,
    waiting: 1,
    lost: 0,
  });
  a.abort.abort(new Error("no longer wanted"));
  await assertRejects(() => a.run, Error, "no longer wanted");
  await c.begun;
  assertEquals(started.length, 3);
  assertEquals(f.pool.stats().busy, 2);
  for (const { abort, run } of [b, c]) {
    abort.abort(new Error("enough"));
    await assertRejects(() => run, Error, "enough");
  }
});

Deno.test("[J6] a task that waits for a thread leaves the line when it is aborted", async () => {
  await using f = roguePool();
  const begun = Promise.withResolvers<void>();
  const first = new AbortController();
  const working = f.pool.run(task("listen"), {
    signal: first.signal,
    progress: () => begun.resolve(),
  });
  await begun.promise;
  const second = new AbortController();
  const waiting = f.pool.run(task("answer"), { signal: second.signal });
  second.abort(new Error("changed my mind"));
  await assertRejects(() => waiting, Error, "changed my mind");
  assertEquals([f.pool.stats().busy, f.pool.stats().waiting], [1, 0]);
  first.abort(new Error("done"));
  await assertRejects(() => working, Error, "done");
  assertEquals(await f.run("answer", "free"), "free");
});

Deno.test("[J13] a pool that stops fails what works and what waits", async () => {
  const f = roguePool();
  const begun = Promise.withResolvers<void>();
  const { signal } = new AbortController();
  const working = f.pool.run(task("listen"), {
    signal,
    progress: () => begun.resolve(),
  });
  await begun.promise;
  const all = Promise.allSettled([working, f.run("answer"), f.run("answer")]);
  await f.pool.stop();
  assertEquals(
    (await all).map((end) =>
      end.status === "rejected" && end.reason instanceof JobFault
    ),
    [true, true, true],
  );
  await assertRejects(() => f.run("answer"), JobFault, "stopping");
  assertEquals([f.pool.stats().busy, f.time.pending], [0, 0]);
});

Deno.test("[J9] progress and parts come before the result", async () => {
  await using f = roguePool();
  const heard: unknown[] = [];
  const { signal } = new AbortController();
  const result = await f.pool.run(task("tell", "x"), {
    signal,
    progress: (done, total) => heard.push([done, total]),
    part: (part) => heard.push(part),
  });
  assertEquals([...heard, result], [[1, 2], { word: "x" }, "x"]);
});

Deno.test("[J13] the real thread that runs out of memory says so at once", async () => {
  // As little as a thread can begin with.
  const pool = new JobPool({ maxThreads: 1, maxHeapMb: 40 });
  try {
    const { signal } = new AbortController();
    const facts = Array.from({ length: 250_000 }, (_, amount) => ({ amount }));
    await assertRejects(
      () =>
        pool.run({ do: "evaluate_all", rules: RULES, facts, at: 0 }, {
          signal,
        }),
      JobFault,
      "ran out of memory",
    );
    assertEquals(pool.stats().lost, 1);
  } finally {
    await pool.stop();
  }
});

Deno.test("[J13] the real thread works a task out, and says no to one it cannot", async () => {
  const pool = new JobPool({ maxThreads: 1 });
  try {
    const { signal } = new AbortController();
    const facts = [{ amount: 5 }, { amount: 50 }];
    const result = await pool.run(
      { do: "evaluate_all", rules: RULES, facts, at: 0 },
      { signal },
    );
    assertEquals(
      result && typeof result === "object" && "recommendations" in result &&
        result.recommendations,
      { APPROVE: 1, REVIEW: 1, BLOCK: 0 },
    );
    await assertRejects(() => pool.run(task("nothing"), { signal }));
    assertEquals(pool.stats().lost, 0);
  } finally {
    await pool.stop();
  }
});
