/** An engine over a log in memory, with kinds whose work the test ends, and a clock that it turns. */
import { z } from "zod";
import { hasRole } from "../../../domain/access.ts";
import { createJobCommands } from "../../../domain/jobs/job_commands.ts";
import { numberOf, recordOf, textOf } from "../../../domain/read_json.ts";
import { sessionCommands } from "../../../domain/sessions/commands.ts";
import { type Answer, Commands } from "../../../realtime/commands.ts";
import { Due } from "../../../realtime/due.ts";
import type { Json } from "../../../realtime/json.ts";
import type { Log } from "../../../realtime/log/log.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import type { Logger } from "../../../realtime/logger.ts";
import type { User } from "../../../realtime/user.ts";
import { JobBoard } from "../../../routes/jobs/job_board.ts";
import { JobDesk } from "../../../routes/jobs/job_desk.ts";
import {
  JobEngine,
  type JobEngineOptions,
} from "../../../routes/jobs/job_engine.ts";
import type { JobKind, JobRun } from "../../../routes/jobs/job_kind.ts";
import { JobReading } from "../../../routes/jobs/job_reading.ts";
import { eventOf, MIA } from "../../domain/jobs/job_house.ts";
import { FakeTime, turn } from "../../realtime/fake_time.ts";
import { inlinePool } from "./inline_pool.ts";

export const LEASE_MS = 15_000;

/** One run of a kind, at work until the test ends it. */
export interface Work extends JobRun {
  readonly name: string;
  readonly end: (result: Json) => void;
  readonly fail: (error: Error) => void;
}

export interface EngineHouseOptions {
  readonly slots?: number;
  /** From 0 up to 1. @default 0.5 */
  readonly random?: number;
  /** Called before each command of an engine; throws for what fails. */
  readonly before?: (name: string) => void | Promise<void>;
}

export function engineHouse(options: EngineHouseOptions = {}) {
  const time = new FakeTime();
  const log: Log = createMemoryLog({ now: time.now });
  const said: string[] = [];
  const say = (message: string) => void said.push(message);
  const logger: Logger = { debug: say, info: say, warn: say, error: say };
  const works: Work[] = [];
  const Input = z.object({ name: z.string() });
  const held = (type: string, isPure: boolean): JobKind => ({
    type,
    summary: "{name}",
    input: Input,
    role: "member",
    modes: ["async", "sync", "batch", "streaming"],
    isPure,
    run: (input, run) => {
      const { promise, resolve, reject } = Promise.withResolvers<Json>();
      const { name } = Input.parse(input);
      works.push({ ...run, name, end: resolve, fail: reject });
      run.signal.addEventListener("abort", () => reject(run.signal.reason));
      return promise;
    },
  });
  const kinds = [held("work", false), held("pure", true)];
  const commands = new Commands({
    log,
    declarations: [...sessionCommands, ...createJobCommands(kinds)],
    authorize: hasRole,
    clock: time.now,
  });
  const board = new JobBoard(log, { now: time.now });
  const desk = new JobDesk({ commands, log, board });
  const signals: { channel: string; key: string; payload: Json }[] = [];
  const engineOf = (worker: string, more: Partial<JobEngineOptions> = {}) =>
    new JobEngine({
      log,
      commands: {
        state: (...args) => commands.state(...args),
        execute: async (name, input, sent): Promise<Answer> => {
          await options.before?.(name);
          return await commands.execute(name, input, sent);
        },
      },
      kinds,
      pool: inlinePool(),
      signal: (channel, _type, key, payload) =>
        void signals.push({ channel, key, payload }),
      clock: time,
      logger,
      slots: options.slots ?? 2,
      leaseMs: LEASE_MS,
      after: time.after,
      random: () => options.random ?? 0.5,
      worker,
      ...more,
    });
  const engine = engineOf("first");
  const reading = new JobReading({ commands, log, engine });
  const due = new Due({
    log,
    execute: (name, input, { messageId }) =>
      commands.execute(name, input, {
        user: { userId: "regulens", name: "Regulens", roles: ["admin"] },
        messageId,
      }),
    clock: time,
    logger,
    after: time.after,
    random: () => 0,
  });
  due.start();
  return {
    time,
    log,
    commands,
    board,
    desk,
    engine,
    engineOf,
    reading,
    signals,
    said,
    /** Every run so far, in the order they began. */
    works,
    names: () => works.map(({ name }) => name),
    submit: async (name: string, more: object = {}, user: User = MIA) => {
      const job = { type: "work", input: { name }, ...more };
      const { result } = await desk.execute("submit_job", job, { user });
      await turn();
      const id = textOf(recordOf(recordOf(result)?.job ?? null)?.id);
      if (id === null) throw new Error("nothing was submitted");
      return id;
    },
    does: async (name: string, jobId: string, user: User = MIA) => {
      await desk.execute(name, { jobId }, { user });
      await turn();
    },
    /** As its submitter sees it. */
    job: async (jobId: string, user: User = MIA) => {
      const job = await reading.find(user, jobId);
      if (job === undefined) throw new Error(`there is no job ${jobId}`);
      return job;
    },
    history: async (jobId: string) =>
      (await log.read("jobs", 0, 5_000))
        .filter(({ subject }) => subject === `job:${jobId}`).map(eventOf),
    /** Numbers of signals of an event, on a channel. */
    numbers: (channel: string, event: string, field: string) =>
      signals.filter((one) =>
        one.channel === channel && recordOf(one.payload)?.event === event
      ).map(({ payload }) => numberOf(recordOf(payload)?.[field] ?? null)),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([engine.close(), due.close()]);
      reading.close();
      board.close();
      commands.close();
    },
  };
}

export type EngineHouse = ReturnType<typeof engineHouse>;
