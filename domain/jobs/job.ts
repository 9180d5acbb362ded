/** A job and how its events change it. */
import type { RecordedEvent } from "../decider.ts";
import { numberOf, textOf } from "../read_json.ts";
import {
  JOB_MODES,
  JOB_PRIORITIES,
  JOB_UPDATE,
  type JobMode,
  type JobPriority,
} from "./events.ts";

/** `failed` with a `retryAt` is tried again then; without one it has ended. */
export type JobStatus =
  | "queued"
  | "running"
  | "done"
  | "failed"
  | "dead"
  | "cancelled";

export interface Job {
  readonly jobId: string;
  readonly jobType: string;
  readonly status: JobStatus;
  readonly priority: JobPriority;
  readonly mode: JobMode;
  /** Who submitted it. */
  readonly userId: string;
  readonly name: string;
  readonly sessionId: string | null;
  readonly about: string | null;
  /** Tries begun since it was submitted or last retried by somebody. */
  readonly attempts: number;
  readonly maxAttempts: number;
  /** Offset of the claim that may finish it: the fencing token. Null unless it runs. */
  readonly claim: number | null;
  readonly worker: string | null;
  /** Times are ms since 1970. */
  readonly leaseUntil: number | null;
  readonly retryAt: number | null;
  readonly submittedAt: number;
  /** When it came into the queue, last. */
  readonly queuedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Why the last try failed, for its submitter. */
  readonly error: string | null;
  /** Its last entry: what a claim expects. */
  readonly offset: number;
}

export type JobState = { readonly status: "none" } | Job;

export function initial(): JobState {
  return { status: "none" };
}

/** Nothing changes a job that is over but somebody's retry. */
export function isOver({ status, retryAt }: Pick<Job, "status" | "retryAt">) {
  return status === "done" || status === "dead" || status === "cancelled" ||
    (status === "failed" && retryAt === null);
}

/** Ignores what it does not know. */
export function evolve(state: JobState, event: RecordedEvent): JobState {
  const { type, v, body, offset, at } = event;
  if (type !== JOB_UPDATE || v !== 1 || body === null) return state;
  if (state.status === "none") {
    return body.event === "job_submitted" ? submitted(event) ?? state : state;
  }
  const job: Job = { ...state, offset };
  const idle = { claim: null, worker: null, leaseUntil: null, retryAt: null };
  const queued = { ...idle, status: "queued", queuedAt: at } as const;
  const over = { ...idle, endedAt: at };
  switch (body.event) {
    case "job_claimed":
      return {
        ...job,
        status: "running",
        attempts: job.attempts + 1,
        claim: offset,
        worker: textOf(body.worker),
        leaseUntil: numberOf(body.leaseUntil),
        retryAt: null,
        startedAt: at,
      };
    case "job_lease_renewed":
      return { ...job, leaseUntil: numberOf(body.leaseUntil) };
    case "job_released":
      return { ...job, ...queued, attempts: Math.max(0, job.attempts - 1) };
    case "job_returned":
    case "job_requeued":
      return { ...job, ...queued };
    case "job_retried":
      return { ...job, ...queued, attempts: 0, error: null, endedAt: null };
    case "job_done":
      return { ...job, ...over, status: "done", error: null };
    case "job_failed": {
      const retryAt = numberOf(body.retryAt);
      const error = textOf(body.error);
      const endedAt = retryAt === null ? at : null;
      return { ...job, ...idle, status: "failed", error, retryAt, endedAt };
    }
    case "job_dead":
      return { ...job, ...over, status: "dead", error: textOf(body.error) };
    case "job_cancelled":
      return { ...job, ...over, status: "cancelled" };
    default:
      return job;
  }
}

function submitted({ body, offset, at, sender }: RecordedEvent) {
  const jobId = textOf(body?.jobId);
  const jobType = textOf(body?.jobType);
  if (!body || jobId === null || jobType === null) return undefined;
  const userId = textOf(body.userId) ?? sender ?? "";
  return {
    jobId,
    jobType,
    status: "queued",
    priority: JOB_PRIORITIES.find((one) => one === body.priority) ?? "MEDIUM",
    mode: JOB_MODES.find((one) => one === body.mode) ?? "async",
    userId,
    name: textOf(body.name) ?? userId,
    sessionId: textOf(body.sessionId),
    about: textOf(body.about),
    attempts: 0,
    maxAttempts: numberOf(body.maxAttempts) ?? 1,
    claim: null,
    worker: null,
    leaseUntil: null,
    retryAt: null,
    submittedAt: at,
    queuedAt: at,
    startedAt: null,
    endedAt: null,
    error: null,
    offset,
  } satisfies Job;
}
