/** Jobs decided and kept for real: every command over a log in memory, at a time the test sets. */
import { z } from "zod";
import { hasRole } from "../../../domain/access.ts";
import {
  createJobCommands,
  jobPlace,
} from "../../../domain/jobs/job_commands.ts";
import type { JobKindDeclaration } from "../../../domain/jobs/job_input.ts";
import type { Job } from "../../../domain/jobs/job.ts";
import { SERVER_USER_ID } from "../../../domain/jobs/decide.ts";
import { numberOf, recordOf, textOf } from "../../../domain/read_json.ts";
import { Refusal } from "../../../domain/refusal.ts";
import { sessionCommands } from "../../../domain/sessions/commands.ts";
import { Commands } from "../../../realtime/commands.ts";
import { type Entry, type Log } from "../../../realtime/log/log.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { RealtimeError } from "../../../realtime/realtime_error.ts";
import type { User } from "../../../realtime/user.ts";

export const START = 1_767_225_600_000;
export const LEASE_MS = 15_000;

export const FAY = person("fay", "facilitator");
export const MIA = person("mia", "member");
export const BEN = person("ben", "member");
export const OLI = person("oli", "observer");
export const ADA = person("ada", "admin");
export const SERVER = person(SERVER_USER_ID, "admin");

export const KINDS: readonly JobKindDeclaration[] = [
  {
    type: "count",
    summary: "{to}",
    input: z.object({ to: z.int() }),
    role: "member",
    modes: ["async", "sync", "batch", "streaming"],
    about: () => "numbers",
  },
  {
    type: "sweep",
    summary: "{}",
    input: z.object({}),
    role: "facilitator",
    modes: ["async"],
  },
];

function person(userId: string, role: string): User {
  return { userId, name: userId.toUpperCase(), roles: [role] };
}

export function jobHouse({ log = createMemoryLog() }: { log?: Log } = {}) {
  const clock = { now: START };
  const commands = new Commands({
    log,
    declarations: [...sessionCommands, ...createJobCommands(KINDS)],
    authorize: hasRole,
    clock: () => clock.now,
  });
  const run = async (user: User, name: string, input: object) =>
    (await commands.execute(name, input, { user })).result;
  const places = new Map<string, { jobId: string; sessionId?: string }>();
  const placeOf = (jobId: string) => places.get(jobId) ?? { jobId };
  return {
    clock,
    log,
    commands,
    run,
    /** Session `s1`, which Fay leads: Mia takes part, Oli watches; Ben sees nothing of it. */
    openSession: () =>
      run(FAY, "open_session", {
        id: "s1",
        title: "Weekly review",
        open: false,
        participants: [{ userId: "mia" }, { userId: "oli", role: "observer" }],
      }),
    submit: async (user: User, more: object = {}): Promise<string> => {
      const body = { type: "count", input: { to: 3 }, ...more };
      const result = await run(user, "submit_job", body);
      const job = recordOf(recordOf(result)?.job ?? null);
      const jobId = textOf(job?.id) ?? "";
      const sessionId = textOf(job?.sessionId);
      places.set(jobId, sessionId === null ? { jobId } : { jobId, sessionId });
      return jobId;
    },
    /** What somebody does with a job, or the code it is refused with. */
    does: async (
      user: User,
      name: string,
      jobId: string,
      more: object = {},
    ) => {
      try {
        await run(user, name, { ...placeOf(jobId), ...more });
        return "fine";
      } catch (error) {
        if (error instanceof Refusal) return error.code;
        if (error instanceof RealtimeError) return error.code;
        throw error;
      }
    },
    /** Claims it as the server, and gives the fencing token. */
    claim: async (jobId: string, expected: number): Promise<number> => {
      const input = {
        ...placeOf(jobId),
        expected,
        worker: "w",
        leaseMs: LEASE_MS,
      };
      const result = await run(SERVER, "claim_job", input);
      return numberOf(recordOf(result)?.claim ?? null) ?? 0;
    },
    job: async (jobId: string): Promise<Job> => {
      const { area, channel, subject } = jobPlace(placeOf(jobId));
      const { state } = await commands.state(area, channel, subject);
      if (state.status === "none") throw new Error(`there is no job ${jobId}`);
      return state;
    },
    /** Names of what happened to it, in order. */
    history: async (jobId: string, channel = "jobs"): Promise<string[]> =>
      (await log.read(channel, 0, 1_000))
        .filter(({ subject }) => subject === `job:${jobId}`).map(eventOf),
    [Symbol.dispose]: () => commands.close(),
  };
}

export type JobHouse = ReturnType<typeof jobHouse>;

export function eventOf({ bodyText }: Pick<Entry, "bodyText">): string {
  return JSON.parse(bodyText ?? "{}").event;
}

export const DONE = { outcome: { state: "done", result: { sum: 6 } } };

export function failed(retryInMs: number | null, error = "it broke") {
  return { outcome: { state: "failed", error, retryInMs } };
}
