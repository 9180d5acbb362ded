/** The demo as a job: it tells how far it is, ends when it is cancelled, and goes on in another. */
import { assertEquals, assertRejects } from "@std/assert";
import type { JobRun } from "../../../../routes/jobs/job_kind.ts";
import { createDemoLoad } from "../../../../routes/jobs/kinds/demo_load.ts";
import { RealtimeError } from "../../../../realtime/realtime_error.ts";
import { demoFixture } from "../../demo/fixture.ts";

const FAY = { userId: "fay", name: "Fay", roles: ["facilitator"] };
const OLA = { userId: "ola", name: "Ola", roles: ["observer"] };

function runOf(run: Partial<JobRun>): JobRun {
  return {
    jobId: "j",
    claim: 1,
    user: FAY,
    signal: new AbortController().signal,
    progress: () => {},
    part: () => {},
    compute: () => Promise.reject(new Error("nothing to compute")),
    ...run,
  };
}

Deno.test("[DM8] as a job it tells its steps and where the sessions are", async () => {
  await using site = await demoFixture();
  const told: string[] = [];
  const progress = (done: number, total: number) =>
    void told.push(`${done}/${total}`);
  const result = await createDemoLoad(site.demo).run({}, runOf({ progress }));
  assertEquals(result, { sessionIds: ["demo-meridian", "demo-harbour"] });
  assertEquals(told.at(-1), `${told.length}/${told.length}`);
});

Deno.test("[DM7] a cancelled job leaves what the next one goes on with", async () => {
  await using site = await demoFixture();
  const kind = createDemoLoad(site.demo);
  const ending = new AbortController();
  const { signal } = ending;
  const progress = (done: number) => {
    if (done === 40) ending.abort(new Error("cancelled"));
  };
  await assertRejects(
    () => kind.run({}, runOf({ signal, progress })),
    Error,
    "cancelled",
  );
  await kind.run({}, runOf({}));
  assertEquals((await site.read("/alerts?limit=500")).items.length, 42);
});

Deno.test("[DM11] as a job too it takes a facilitator where something is here", async () => {
  await using site = await demoFixture({ isOpenHouse: false });
  await assertRejects(
    () => createDemoLoad(site.demo).run({}, runOf({ user: OLA })),
    RealtimeError,
    "it takes a facilitator",
  );
});
