/** What is told of one try of a job while it runs, and not kept: how far it is, and parts of its result. */
import { JOB_UPDATE } from "../../domain/jobs/events.ts";
import type { Job } from "../../domain/jobs/job.ts";
import { jobChannel } from "../../domain/jobs/job_commands.ts";
import { userChannel } from "../../domain/user_id.ts";
import type { Clock } from "../../realtime/clock.ts";
import type { Json } from "../../realtime/json.ts";
import type { JobEngineOptions, JobProgress } from "./job_engine.ts";

/** Signals about one job at most this often: five a second. */
const PROGRESS_EVERY_MS = 200;
/** Largest part that is sent as it comes: it must fit a frame. */
const MAX_PART = 32 * 1024;

export class JobSignals {
  readonly #job: Job;
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #signal: JobEngineOptions["signal"];
  #toldAt = -Infinity;
  /** Both from 1 with each try. */
  #sequence = 0;
  #parts = 0;

  constructor(
    job: Job,
    { clock, signal }: Pick<JobEngineOptions, "clock" | "signal">,
  ) {
    this.#job = job;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** To whoever may read of it, and to its submitter. */
  tell(progress: JobProgress): void {
    const now = this.#clock.monotonicMs();
    if (now - this.#toldAt < PROGRESS_EVERY_MS) return;
    this.#toldAt = now;
    const { jobId, jobType, about, attempts: attempt } = this.#job;
    const sequence = ++this.#sequence;
    const said = { jobId, jobType, about, state: "running", attempt, sequence };
    const payload = { event: "job_progress", ...said, ...progress };
    this.#say(jobChannel(this.#job.sessionId), `job:${jobId}`, payload);
    this.#say(userChannel(this.#job.userId), `job:${jobId}`, payload);
  }

  /** To the submitter alone: everyone may read of a job, not what is in it. */
  send(part: Json): void {
    const { jobId, jobType, mode, userId, attempts: attempt } = this.#job;
    if (mode !== "streaming") return;
    const sequence = ++this.#parts;
    const isLarge = JSON.stringify(part).length > MAX_PART;
    const shown = isLarge ? null : part;
    const said = { jobId, jobType, attempt, sequence, part: shown };
    const payload = { event: "job_part", ...said, skipped: isLarge };
    this.#say(userChannel(userId), `job:${jobId}:${sequence}`, payload);
  }

  #say(
    channel: string | undefined,
    key: string,
    payload: { readonly event: string; readonly [key: string]: Json },
  ): void {
    if (channel === undefined) return;
    this.#signal(channel, JOB_UPDATE, key, payload);
  }
}
