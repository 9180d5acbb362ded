/** Any order of commands, by workers who know less than the log: what holds all the same. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ViewRow } from "../../../domain/decider.ts";
import { evolve, initial, type JobState } from "../../../domain/jobs/job.ts";
import { createJobIndexer, JOB_VIEWS } from "../../../domain/jobs/view.ts";
import { DUE_VIEW } from "../../../domain/due_view.ts";
import type { Entry } from "../../../realtime/log/log.ts";
import {
  failed,
  FAY,
  type JobHouse,
  jobHouse,
  LEASE_MS,
  MIA,
  SERVER,
} from "./job_house.ts";

type Act =
  | { readonly does: "submit" }
  | { readonly does: "wait"; readonly ms: number }
  | {
    readonly does: "claim" | "renew" | "release" | "done" | "fail" | "give up";
    readonly worker: number;
    readonly job: number;
  }
  | {
    readonly does: "look" | "cancel" | "retry" | "return" | "requeue";
    readonly worker: number;
    readonly job: number;
  };

const on = (...does: readonly Exclude<Act["does"], "submit" | "wait">[]) =>
  fc.record({
    does: fc.constantFrom(...does),
    worker: fc.nat(2),
    job: fc.nat(2),
  });

const acts = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: fc.constant({ does: "submit" } as const) },
    {
      weight: 2,
      arbitrary: fc.record({
        does: fc.constant("wait" as const),
        ms: fc.constantFrom(1, 500, LEASE_MS / 2, LEASE_MS),
      }),
    },
    { weight: 6, arbitrary: on("look", "claim") },
    { weight: 6, arbitrary: on("renew", "release", "done", "fail", "give up") },
    { weight: 4, arbitrary: on("cancel", "retry", "return", "requeue") },
  ),
  { minLength: 20, maxLength: 60 },
);

/** What a worker believes: the last offset it saw, and the claims it once got. */
class Worker {
  readonly seen = new Map<string, number>();
  readonly claims = new Map<string, number>();
}

async function play(f: JobHouse, story: readonly Act[]): Promise<string[]> {
  const ids = [await f.submit(MIA, { maxAttempts: 2 })];
  const workers = [new Worker(), new Worker(), new Worker()];
  for (const act of story) {
    if (act.does === "submit") {
      if (ids.length < 3) ids.push(await f.submit(MIA, { maxAttempts: 2 }));
      continue;
    }
    if (act.does === "wait") {
      f.clock.now += act.ms;
      continue;
    }
    const id = ids[act.job % ids.length];
    const { seen, claims } = workers[act.worker];
    const claim = claims.get(id) ?? 1;
    const finish = (outcome: object) =>
      f.does(SERVER, "finish_job", id, { claim, ...outcome });
    switch (act.does) {
      case "look":
        seen.set(id, (await f.job(id)).offset);
        break;
      case "claim": {
        const before = await f.job(id);
        // The first worker knows the log as it is; the others what they saw last.
        const expected = act.worker === 0 ? before.offset : seen.get(id) ?? 1;
        await f.claim(id, expected).then((got) => {
          // Only who has seen its last entry, and only a job that nobody holds.
          assertEquals([before.status, before.offset], ["queued", expected]);
          claims.set(id, got);
        }, () => {});
        break;
      }
      case "renew":
        await f.does(SERVER, "renew_job", id, { claim, leaseMs: LEASE_MS });
        break;
      case "release":
        await f.does(SERVER, "release_job", id, { claim });
        break;
      case "done":
        await finish({ outcome: { state: "done", result: { claim } } });
        break;
      case "fail":
        await finish(failed(400));
        break;
      case "give up":
        await finish(failed(null));
        break;
      case "cancel":
      case "retry":
        await f.does(act.worker === 0 ? FAY : MIA, `${act.does}_job`, id);
        break;
      case "return":
      case "requeue":
        await f.does(SERVER, `${act.does}_job`, id);
    }
  }
  return ids;
}

const bodyOf = (entry: Entry) => JSON.parse(entry.bodyText ?? "null");

/** Fails unless no two hold a job at once, and it takes effect once at most. */
function checkHistory(entries: readonly Entry[]): void {
  let holder: number | null = null;
  let effects = 0;
  for (const entry of entries) {
    const { event, claim } = bodyOf(entry);
    switch (event) {
      case "job_claimed":
        assertEquals(holder, null, "somebody holds it");
        holder = entry.offset;
        break;
      case "job_lease_renewed":
        assert(holder !== null, "renewed by nobody");
        break;
      case "job_done":
        effects++;
        assertEquals(claim, holder, "done by who holds it");
        holder = null;
        break;
      default:
        holder = null;
    }
    assert(effects === 0 || event === "job_done", `${event} after it was done`);
  }
  assert(effects <= 1);
}

const NAMES = [...JOB_VIEWS.map(([name]) => name), DUE_VIEW];

async function rowsOf(f: JobHouse) {
  const rows: Record<string, unknown> = {};
  for (const view of NAMES) {
    for (const row of (await f.log.query(view, { limit: 100 })).rows) {
      rows[`${view} ${row.key}`] = { sort: row.sort, data: row.data };
    }
  }
  return rows;
}

function rebuilt(entries: readonly Entry[]) {
  const index = createJobIndexer();
  const rows: Record<string, unknown> = {};
  const put = ({ view, key, sort = 0, data }: ViewRow) => {
    if (data === null) delete rows[`${view} ${key}`];
    else rows[`${view} ${key}`] = { sort, data };
  };
  for (const entry of entries) {
    const event = { ...entry, body: bodyOf(entry) };
    index(event, entry.subject).forEach(put);
  }
  return rows;
}

Deno.test("[J5] whatever workers do, one holds a job at a time and it takes effect once; rows and folds follow from the log", async () => {
  let claimed = 0;
  let done = 0;
  await fc.assert(
    fc.asyncProperty(acts, async (story) => {
      using f = jobHouse();
      const ids = await play(f, story);
      const entries = await f.log.read("jobs", 0, 1_000);
      for (const id of ids) {
        const own = entries.filter(({ subject }) => subject === `job:${id}`);
        checkHistory(own);
        const folded = own.reduce<JobState>(
          (state, entry) => evolve(state, { ...entry, body: bodyOf(entry) }),
          initial(),
        );
        assertEquals<JobState>(await f.job(id), folded);
        claimed += folded.status === "none" ? 0 : folded.attempts;
        done += folded.status === "done" ? 1 : 0;
      }
      assertEquals(await rowsOf(f), rebuilt(entries));
    }),
    { numRuns: 80, seed: 6 },
  );
  // Stories in which nothing happens would prove nothing.
  assert(claimed > 60 && done > 10, `${claimed} claimed, ${done} done`);
});
