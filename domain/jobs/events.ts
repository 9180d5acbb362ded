/** What happens to a job, as stored: version 1 of every body. Stored shapes never change. */
import type { DomainEvent, Json } from "../decider.ts";

/** Message type all of them travel as, and their progress as signals. */
export const JOB_UPDATE = "JOB_UPDATE";

/** From what is taken first to what can wait. */
export const JOB_PRIORITIES = ["CRITICAL", "HIGH", "MEDIUM", "LOW"] as const;
export type JobPriority = typeof JOB_PRIORITIES[number];

/**
 * How its submitter hears of it: `sync` waits for the end, `async` is told, `batch` is many
 * inputs each with an outcome of its own, `streaming` is sent parts of the result as they come.
 */
export const JOB_MODES = ["sync", "async", "batch", "streaming"] as const;
export type JobMode = typeof JOB_MODES[number];

export type JobEventName =
  | "job_submitted"
  | "job_claimed"
  | "job_lease_renewed"
  | "job_released"
  | "job_returned"
  | "job_requeued"
  | "job_retried"
  | "job_done"
  | "job_failed"
  | "job_dead"
  | "job_cancelled";

/** What every event of a job says: everyone reads them, so never what it works on. */
export interface JobName {
  readonly jobId: string;
  readonly jobType: string;
  /** Who submitted it. */
  readonly userId: string;
}

export interface SubmittedJob extends JobName {
  readonly name: string;
  readonly priority: JobPriority;
  readonly mode: JobMode;
  readonly sessionId: string | null;
  /** What it is about, e.g. `rule:r1`, where its kind says so. */
  readonly about: string | null;
  /** Times it is tried before it is given up. */
  readonly maxAttempts: number;
}

/** What goes to a channel that only the server reads. */
export interface SubmittedContent {
  readonly input: Json;
  /** The submitter's own, as they were: it is done in their name. */
  readonly roles: readonly string[];
}

export function jobSubmitted(
  submitted: SubmittedJob,
  { input, roles }: SubmittedContent,
): readonly DomainEvent[] {
  const { jobId, ...rest } = submitted;
  return [
    happened("job_submitted", { jobId, ...rest }),
    content("job_input_kept", { jobId, input, roles }),
  ];
}

/** A worker holds it until `leaseUntil` (ms since 1970); this entry's offset is its claim. */
export function jobClaimed(
  job: JobName,
  lease: { readonly worker: string; readonly leaseUntil: number },
): DomainEvent {
  return happened("job_claimed", { ...named(job), ...lease });
}

export function jobLeaseRenewed(job: JobName, leaseUntil: number): DomainEvent {
  return happened("job_lease_renewed", { ...named(job), leaseUntil });
}

/** Given back unfinished by a server that stops: that does not count as a try. */
export function jobReleased(job: JobName): DomainEvent {
  return happened("job_released", named(job));
}

/** Its lease ended without a word of its worker. */
export function jobReturned(job: JobName): DomainEvent {
  return happened("job_returned", named(job));
}

/** The time of its next try has come. */
export function jobRequeued(job: JobName): DomainEvent {
  return happened("job_requeued", named(job));
}

/** Somebody wants it tried anew after it had ended. */
export function jobRetried(
  job: JobName,
  by: { readonly userId: string; readonly name: string },
): DomainEvent {
  return happened("job_retried", {
    ...named(job),
    by: by.userId,
    byName: by.name,
  });
}

/** `claim` is the fencing token it was finished under. */
export function jobDone(
  job: JobName,
  { claim, result }: { readonly claim: number; readonly result: Json },
): readonly DomainEvent[] {
  return [
    happened("job_done", { ...named(job), claim }),
    content("job_result_kept", { jobId: job.jobId, claim, result }),
  ];
}

/** `retryAt` (ms since 1970) is null for a failure that another try would not cure. */
export function jobFailed(
  job: JobName,
  failure: { readonly error: string; readonly retryAt: number | null },
): DomainEvent {
  return happened("job_failed", { ...named(job), ...failure });
}

/** Tried as often as it may be: a dead letter, until somebody retries it. */
export function jobDead(job: JobName, error: string): DomainEvent {
  return happened("job_dead", { ...named(job), error });
}

export function jobCancelled(
  job: JobName,
  by: { readonly userId: string; readonly name: string },
): DomainEvent {
  return happened("job_cancelled", {
    ...named(job),
    by: by.userId,
    byName: by.name,
  });
}

function named({ jobId, jobType, userId }: JobName) {
  return { jobId, jobType, userId };
}

function happened(
  event: JobEventName,
  body: { readonly [key: string]: Json },
): DomainEvent {
  return { type: JOB_UPDATE, v: 1, body: { event, ...body } };
}

function content(
  event: "job_input_kept" | "job_result_kept",
  body: { readonly [key: string]: Json },
): DomainEvent {
  return { type: JOB_UPDATE, v: 1, body: { event, ...body }, on: "content" };
}
