/**
 * Background work inside this process, one job after the other. `Jobs` is the port: what a
 * durable engine has to offer to take this one's place. Here nothing survives a restart.
 */
import type { Json } from "../realtime/json.ts";
import { type Logger, SILENT } from "../realtime/logger.ts";
import { RealtimeError } from "../realtime/realtime_error.ts";

/** Signals about one job at most this often; its end is always told. */
const PROGRESS_EVERY_MS = 200;

export type JobState = "queued" | "running" | "done" | "failed" | "cancelled";

export interface Job {
  readonly id: string;
  /** What kind of work, e.g. `backtest`. */
  readonly type: string;
  readonly state: JobState;
  /** Who submitted it: nobody else sees it. */
  readonly userId: string;
  /** What it is about, e.g. a rule's id. */
  readonly about: string;
  /** Units of work; `total` is null until it is known. */
  readonly done: number;
  readonly total: number | null;
  /** Ms since 1970. */
  readonly submittedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly result: Json;
  /** Why it failed, in a sentence for its submitter. */
  readonly error: string | null;
}

export interface JobRun {
  /** Aborted when the job is cancelled or the server stops. */
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number) => void;
}

export interface Submission {
  readonly type: string;
  readonly userId: string;
  readonly about: string;
  readonly run: (run: JobRun) => Promise<Json>;
}

/** As much of a job engine as routes use. */
export interface Jobs {
  /** @throws {RealtimeError} `rate_limited` when this user has too many unfinished ones */
  submit(submission: Submission): Job;
  /** Undefined for a job that is unknown, forgotten, or another's. */
  find(userId: string, jobId: string): Job | undefined;
  /** Ends a job that has not ended; one that has stays as it is. */
  cancel(userId: string, jobId: string): Job | undefined;
}

export interface ProcessJobsOptions {
  /** Told of every change of a job, progress at most five times a second. */
  readonly told: (job: Job) => void;
  /** Unfinished jobs of one user. @default 3 */
  readonly maxPerUser?: number;
  /** Jobs remembered; the one that ended longest ago goes first. @default 100 */
  readonly maxKept?: number;
  /** How long an ended job is remembered, in ms. @default 1 h */
  readonly keptMs?: number;
  /** Ms since 1970. @default Date.now */
  readonly now?: () => number;
  readonly newId?: () => string;
  readonly logger?: Logger;
}

interface Held {
  job: Job;
  readonly run: Submission["run"];
  readonly abort: AbortController;
  toldAt: number;
}

export class ProcessJobs implements Jobs {
  readonly #options: Required<ProcessJobsOptions>;
  readonly #held = new Map<string, Held>();
  #working: Promise<void> | undefined;
  #closed = false;

  constructor(options: ProcessJobsOptions) {
    this.#options = {
      maxPerUser: 3,
      maxKept: 100,
      keptMs: 3_600_000,
      now: Date.now,
      newId: () => crypto.randomUUID(),
      logger: SILENT,
      ...options,
    };
  }

  submit({ type, userId, about, run }: Submission): Job {
    const { maxPerUser, now, newId } = this.#options;
    if (this.#closed) {
      throw new RealtimeError("unavailable", "Cannot take work: stopping");
    }
    this.#forgetOld();
    const unfinished = this.#held.values()
      .filter(({ job }) => job.userId === userId && !isOver(job));
    if ([...unfinished].length >= maxPerUser) {
      const message =
        `Cannot take more work: ${maxPerUser} jobs of yours are not done`;
      throw new RealtimeError("rate_limited", message, { retryAfterMs: 1_000 });
    }
    const job: Job = {
      id: newId(),
      type,
      state: "queued",
      userId,
      about,
      done: 0,
      total: null,
      submittedAt: now(),
      startedAt: null,
      endedAt: null,
      result: null,
      error: null,
    };
    this.#held.set(job.id, {
      job,
      run,
      abort: new AbortController(),
      toldAt: 0,
    });
    this.#working ??= this.#work();
    return job;
  }

  find(userId: string, jobId: string): Job | undefined {
    this.#forgetOld();
    const job = this.#held.get(jobId)?.job;
    return job?.userId === userId ? job : undefined;
  }

  cancel(userId: string, jobId: string): Job | undefined {
    const held = this.#held.get(jobId);
    if (held === undefined || held.job.userId !== userId) return undefined;
    this.#end(held, { state: "cancelled" });
    held.abort.abort(new Error("Cancelled"));
    return held.job;
  }

  /** Cancels what is unfinished; resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { job } of this.#held.values()) this.cancel(job.userId, job.id);
    await this.#working;
  }

  async #work(): Promise<void> {
    // Whoever submits is answered before the work begins.
    await Promise.resolve();
    for (;;) {
      const next = this.#held.values()
        .find(({ job }) => job.state === "queued");
      if (next === undefined) break;
      await this.#run(next);
    }
    this.#working = undefined;
  }

  async #run(held: Held): Promise<void> {
    const { now, logger } = this.#options;
    this.#change(held, { state: "running", startedAt: now() });
    try {
      const result = await held.run({
        signal: held.abort.signal,
        progress: (done, total) => this.#progress(held, done, total),
      });
      this.#end(held, { state: "done", result });
    } catch (error) {
      if (isOver(held.job)) return;
      const isOurs = !(error instanceof RealtimeError);
      if (isOurs) logger.error("job failed", { jobId: held.job.id, error });
      const why = isOurs ? "A fault on our side; it is logged" : error.message;
      this.#end(held, { state: "failed", error: why });
    }
  }

  #progress(held: Held, done: number, total: number): void {
    if (isOver(held.job)) return;
    held.job = { ...held.job, done, total };
    if (this.#options.now() - held.toldAt < PROGRESS_EVERY_MS) return;
    this.#tell(held);
  }

  #end(held: Held, end: Partial<Job>): void {
    if (isOver(held.job)) return;
    this.#change(held, { ...end, endedAt: this.#options.now() });
  }

  #change(held: Held, change: Partial<Job>): void {
    held.job = { ...held.job, ...change };
    this.#tell(held);
  }

  #tell(held: Held): void {
    held.toldAt = this.#options.now();
    this.#options.told(held.job);
  }

  #forgetOld(): void {
    const { maxKept, keptMs, now } = this.#options;
    const over = [...this.#held.values()].filter(({ job }) => isOver(job))
      .sort((a, b) => (a.job.endedAt ?? 0) - (b.job.endedAt ?? 0));
    let excess = this.#held.size - maxKept;
    for (const { job } of over) {
      const isOld = now() - (job.endedAt ?? 0) > keptMs;
      if (!isOld && excess <= 0) break;
      this.#held.delete(job.id);
      excess--;
    }
  }
}

function isOver({ state }: Job): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}
