/** Jobs over HTTP: the list, one with what came of it, the queue, and the files that jobs made. */
import { z } from "zod";
import { JOB_MODES, JOB_PRIORITIES } from "../../domain/jobs/events.ts";
import type { JobKindDeclaration } from "../../domain/jobs/job_input.ts";
import { recordOf, textOf } from "../../domain/read_json.ts";
import type { Log } from "../../realtime/log/log.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import { AuditAccess } from "../audit_access.ts";
import type { JobBoard } from "../jobs/job_board.ts";
import type { JobEngine } from "../jobs/job_engine.ts";
import type { JobFiles } from "../jobs/job_files.ts";
import type { JobPool } from "../jobs/job_pool.ts";
import type { JobReading, ShownJob, WholeJob } from "../jobs/job_reading.ts";
import { operation, type Route } from "./operation.ts";
import { Page, pageOf, refuseCursor } from "./paging.ts";
import { IsoTime } from "./schemas.ts";
import { isoTime } from "./times.ts";

const tag = "Jobs";

const STATES = [
  "queued",
  "running",
  "done",
  "failed",
  "dead",
  "cancelled",
] as const;

const JobShape = z.object({
  id: z.string(),
  type: z.string(),
  state: z.enum(STATES).meta({
    description:
      "`failed` with `retryAt` is tried again then; `dead` was tried as often as it may be",
  }),
  priority: z.enum(JOB_PRIORITIES),
  mode: z.enum(JOB_MODES),
  userId: z.string().meta({ description: "Who submitted it" }),
  name: z.string(),
  sessionId: z.string().nullable(),
  about: z.string().nullable(),
  attempts: z.int(),
  maxAttempts: z.int(),
  retryAt: IsoTime.nullable(),
  submittedAt: IsoTime,
  queuedAt: IsoTime,
  startedAt: IsoTime.nullable(),
  endedAt: IsoTime.nullable(),
  error: z.string().nullable(),
  progress: z.object({ done: z.number(), total: z.number() }).nullable(),
});
export const WholeJobShape = JobShape.extend({
  input: z.unknown(),
  result: z.unknown().meta({
    description:
      "By type; null before it is done, and for all but its submitter",
  }),
  mayOpen: z.boolean(),
});

const QueueAnswer = z.object({
  queued: z.int(),
  queuedByPriority: z.record(z.string(), z.int()),
  running: z.int(),
  retrying: z.int().meta({ description: "Failed, with another try to come" }),
  oldestQueuedMs: z.number().nullable(),
  endedLastMinute: z.int(),
  workers: z.object({
    slots: z.int().meta({ description: "Jobs at a time, on this node" }),
    running: z.int(),
    taken: z.int().meta({
      description: "Tries begun here; those below and what runs",
    }),
    done: z.int(),
    failed: z.int(),
    cancelled: z.int(),
    released: z.int(),
    lost: z.int(),
    unclaimed: z.int(),
    broken: z.int(),
    threads: z.object({
      maxThreads: z.int(),
      busy: z.int(),
      waiting: z.int(),
      lost: z.int(),
    }),
  }),
  kinds: z.array(z.object({
    type: z.string(),
    summary: z.string(),
    role: z.string(),
    modes: z.array(z.enum(JOB_MODES)),
  })),
});

export interface JobRouteParts {
  readonly reading: Pick<JobReading, "find" | "list">;
  readonly board: Pick<JobBoard, "figures">;
  readonly engine: Pick<JobEngine, "stats">;
  readonly pool: Pick<JobPool, "stats">;
  readonly files: Pick<JobFiles, "open">;
  readonly log: Pick<Log, "query" | "read">;
  readonly kinds: readonly JobKindDeclaration[];
}

export function jobRoutes(parts: JobRouteParts): readonly Route[] {
  const { reading, board, engine, pool, files, log, kinds } = parts;
  const params = z.object({ jobId: z.string().max(64) });
  return [
    operation({
      method: "GET",
      path: "/api/v1/jobs",
      summary: "Lists jobs, newest first",
      tag,
      input: {
        query: Page.extend({
          state: z.enum(STATES).optional(),
          type: z.string().max(64).optional(),
          mine: z.enum(["true", "false"]).optional(),
        }),
      },
      answers: { 200: { description: "A page", schema: pageOf(JobShape) } },
      run: async ({ c, user, query: { mine, ...query } }) => {
        const page = await reading
          .list(user, { ...query, mine: mine === "true" })
          .catch(refuseCursor);
        return c.json({ ...page, items: page.items.map(shownJob) });
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/jobs/queue",
      summary: "Shows how long the queue is, and what works on it",
      tag,
      input: {},
      answers: { 200: { description: "The queue", schema: QueueAnswer } },
      run: async ({ c }) => {
        const figures = await board.figures();
        const workers = { ...engine.stats(), threads: pool.stats() };
        return c.json({ ...figures, workers, kinds: kinds.map(shownKind) });
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/jobs/{jobId}",
      summary: "Shows a job, to its submitter with what came of it",
      tag,
      input: { params },
      answers: {
        200: {
          description: "The job",
          schema: z.object({ job: WholeJobShape }),
        },
      },
      run: async ({ c, user, params: { jobId } }) => {
        const job = await reading.find(user, jobId);
        if (job === undefined) throw notFound();
        return c.json({ job: wholeJob(job) });
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/jobs/{jobId}/file",
      summary: "Gives the file that a job made, to its submitter",
      tag,
      input: { params },
      answers: {
        200: {
          description: "The file, while one may read what it was made of",
          schema: z.looseObject({}),
        },
      },
      run: async ({ c, user, params: { jobId } }) => {
        const job = await reading.find(user, jobId);
        const result = recordOf(job?.result ?? null);
        const [name, channel] = [textOf(result?.file), textOf(result?.channel)];
        // Asked again as it is fetched: who has left may have lost the sight of what is in it.
        const mayRead = channel === null ||
          await new AuditAccess(log, user).mayRead(channel);
        const file = name === null || !mayRead
          ? undefined
          : await files.open(name);
        if (file === undefined) {
          throw new RealtimeError(
            "not_found",
            "Cannot find a file of this job",
          );
        }
        c.header("Content-Type", "application/json");
        c.header("Content-Disposition", `attachment; filename="${name}"`);
        return c.body(file);
      },
    }),
  ];
}

function shownKind({ type, summary, role, modes }: JobKindDeclaration) {
  return { type, summary, role, modes: [...modes] };
}

/** A job as HTTP shows it. */
export function shownJob(job: ShownJob) {
  const { retryAt, submittedAt, queuedAt, startedAt, endedAt, ...rest } = job;
  return {
    ...rest,
    retryAt: timeOf(retryAt),
    submittedAt: isoTime(submittedAt),
    queuedAt: isoTime(queuedAt),
    startedAt: timeOf(startedAt),
    endedAt: timeOf(endedAt),
  };
}

export function wholeJob({ input, result, mayOpen, ...job }: WholeJob) {
  return { ...shownJob(job), input, result, mayOpen };
}

function timeOf(at: number | null): string | null {
  return at === null ? null : isoTime(at);
}

function notFound(): RealtimeError {
  return new RealtimeError("not_found", "Cannot find this job");
}
