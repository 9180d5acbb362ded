/**
 * The job engine with the embedded log: jobs/s from submitting to done of work that is none,
 * how long a lone job waits for its claim, and how late the server's loop is while heavy jobs
 * run in threads. Leaves out HTTP, sockets and reading results.
 */
import { z } from "zod";
import { hasRole } from "../domain/access.ts";
import { createJobCommands } from "../domain/jobs/job_commands.ts";
import { createJobIndexer, JOB_VIEWS } from "../domain/jobs/view.ts";
import { recordOf, textOf } from "../domain/read_json.ts";
import { SYSTEM_CLOCK } from "../realtime/clock.ts";
import { Commands } from "../realtime/commands.ts";
import type { Json } from "../realtime/json.ts";
import { openSqliteLog } from "../realtime/log/sqlite.ts";
import { SILENT } from "../realtime/logger.ts";
import { JobEngine } from "../routes/jobs/job_engine.ts";
import type { JobKind } from "../routes/jobs/job_kind.ts";
import { JobPool } from "../routes/jobs/job_pool.ts";
import { decisionsSmaa } from "../routes/jobs/kinds/decisions_smaa.ts";
import { readOptions } from "./options.ts";
import { quantiles } from "./quantiles.ts";

const USER = { userId: "ann", name: "Ann", roles: ["member"] };
/** How often the loop is looked at, in ms. */
const LOOK_MS = 5;

const nothing: JobKind = {
  type: "nothing",
  summary: "{}",
  input: z.looseObject({}),
  role: "member",
  modes: ["async"],
  run: () => Promise.resolve(null),
};

/** `--jobs`: how many trivial ones; `--lone`: one after the other; `--heavy`: at once. */
export async function run(args: string[]): Promise<void> {
  const { jobs, lone, heavy } = readOptions(args, {
    jobs: 2_000,
    lone: 200,
    heavy: 4,
  });
  const folder = await Deno.makeTempDir({ prefix: "regulens-bench-" });
  const log = await openSqliteLog({
    folder,
    views: JOB_VIEWS.map(([name, version]) => {
      const rowsOf = createJobIndexer();
      return {
        name,
        version,
        index: ({ bodyText, subject, ...entry }) => {
          const body = bodyText === null ? null : JSON.parse(bodyText);
          return rowsOf({ ...entry, body }, subject);
        },
      };
    }),
  });
  const kinds = [nothing, decisionsSmaa];
  const commands = new Commands({
    log,
    declarations: createJobCommands(kinds),
    authorize: hasRole,
  });
  const pool = new JobPool();
  const engine = new JobEngine({
    log,
    commands,
    kinds,
    pool,
    signal: () => {},
    clock: SYSTEM_CLOCK,
    logger: SILENT,
  });
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const claimedAt = new Map<string, number>();
  const stopFeed = log.feed((entries) => {
    for (const { subject, bodyText } of entries) {
      if (bodyText?.includes('"event":"job_claimed"')) {
        claimedAt.set(subject, performance.now());
      } else if (bodyText?.includes('"event":"job_done"')) {
        ends.get(subject)?.resolve();
      }
    }
  });
  /** Resolves with its subject once it is in the queue. */
  const submit = async (type: string, input: Json): Promise<string> => {
    const { result } = await commands.execute(
      "submit_job",
      { type, input },
      { user: USER },
    );
    const id = textOf(recordOf(recordOf(result)?.job ?? null)?.id);
    return `job:${id}`;
  };
  const done = async (subject: string): Promise<void> => {
    const end = Promise.withResolvers<void>();
    ends.set(subject, end);
    // It may have ended before anybody waited.
    const known = claimedAt.has(subject) &&
      (await log.readSubject("jobs", subject, 0, 10))
        .some(({ bodyText }) => bodyText?.includes('"event":"job_done"'));
    if (!known) await end.promise;
  };
  try {
    engine.start();
    const startedAt = performance.now();
    const submitted = await Promise.all(
      Array.from({ length: jobs }, () => submit("nothing", {})),
    );
    await Promise.all(submitted.map(done));
    const perSecond = Math.round(jobs * 1000 / (performance.now() - startedAt));

    const waits: number[] = [];
    for (let n = 0; n < lone; n++) {
      const askedAt = performance.now();
      const subject = await submit("nothing", {});
      await done(subject);
      waits.push((claimedAt.get(subject) ?? askedAt) - askedAt);
    }

    const lags: number[] = [];
    let lastAt = performance.now();
    const timer = setInterval(() => {
      lags.push(Math.max(0, performance.now() - lastAt - LOOK_MS));
      lastAt = performance.now();
    }, LOOK_MS);
    const heavyAt = performance.now();
    const matrix = Array.from(
      { length: 20 },
      (_, row) => Array.from({ length: 8 }, (_, c) => (row * 7 + c * 3) % 11),
    );
    const directions = matrix[0].map(() => "benefit");
    const running = await Promise.all(
      Array.from({ length: heavy }, (_, seed) =>
        submit("decisions.smaa", {
          matrix,
          directions,
          params: { samples: 100_000, seed },
        })),
    );
    await Promise.all(running.map(done));
    clearInterval(timer);
    console.log(JSON.stringify({
      benchmark: "jobs",
      jobs,
      perSecond,
      submitToClaimMs: quantiles(waits),
      heavy: {
        jobs: heavy,
        tookMs: Math.round(performance.now() - heavyAt),
        loopLateMs: quantiles(lags),
      },
      engine: engine.stats(),
      pool: pool.stats(),
    }));
  } finally {
    stopFeed();
    await engine.close();
    await pool.stop();
    commands.close();
    await log.close();
    await Deno.remove(folder, { recursive: true });
  }
}
