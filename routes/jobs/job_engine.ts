/**
 * Takes jobs from the queue and sees that each comes to an end. A claim is a commit that expects
 * the job's last entry, so of several engines one wins; it holds for as long as its lease is
 * renewed, and what comes of it is only taken from who still holds it.
 */
import type { JobContent } from "../../domain/jobs/content.ts";
import { SERVER_USER_ID } from "../../domain/jobs/decide.ts";
import { JOB_UPDATE } from "../../domain/jobs/events.ts";
import { contentPlace, jobPlace } from "../../domain/jobs/job_commands.ts";
import type { JobState } from "../../domain/jobs/job.ts";
import { JOB_QUEUE_VIEW, JOB_SUBJECT } from "../../domain/jobs/view.ts";
import { numberOf, recordOf, textOf } from "../../domain/read_json.ts";
import type { Clock } from "../../realtime/clock.ts";
import type { Commands } from "../../realtime/commands.ts";
import type { Json } from "../../realtime/json.ts";
import type { Entry, Log } from "../../realtime/log/log.ts";
import type { Logger } from "../../realtime/logger.ts";
import { type After, systemAfter } from "../../realtime/timer.ts";
import type { Tracing } from "../../realtime/tracing.ts";
import { JobAttempt } from "./job_attempt.ts";
import type { JobKind } from "./job_kind.ts";
import type { JobPool } from "./job_pool.ts";
import { LeaseWatch } from "./lease_watch.ts";
import { SharedRuns } from "./shared_runs.ts";

/** How long a claim holds without a word, in ms. */
const LEASE_MS = 15_000;
/** A queue that could not be read, or a claim that failed, is looked at again after this. */
const LOOK_AGAIN_MS = 1_000;

export interface JobEngineOptions {
  readonly log: Pick<Log, "query" | "feed">;
  readonly commands: Pick<Commands, "execute" | "state">;
  readonly kinds: readonly JobKind[];
  readonly pool: Pick<JobPool, "run">;
  /** Tells readers of a channel what is not kept. */
  readonly signal: (
    channel: string,
    type: string,
    key: string,
    payload: { readonly event: string; readonly [key: string]: Json },
  ) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Jobs at a time. @default As many as cores, from 2 to 8 */
  readonly slots?: number;
  /** @default 15_000 */
  readonly leaseMs?: number;
  /** @default setTimeout */
  readonly after?: After;
  /** From 0 up to 1. @default Math.random */
  readonly random?: () => number;
  /** @default none: nothing is traced */
  readonly tracing?: Tracing | undefined;
  /** Names this engine in claims. @default random */
  readonly worker?: string;
}

export interface JobProgress {
  readonly done: number;
  readonly total: number;
}

export interface JobEngineStats {
  readonly slots: number;
  readonly running: number;
  /** Tries begun since the start, by this engine: those below, and what runs. */
  readonly taken: number;
  readonly done: number;
  readonly failed: number;
  /** By people, while they ran here. */
  readonly cancelled: number;
  /** Given back, since the server stops. */
  readonly released: number;
  /** Claims that another took, or that were lost at work. */
  readonly lost: number;
  /** Not begun, since the store was away. */
  readonly unclaimed: number;
  /** Ended by a fault of ours, left to the lease. */
  readonly broken: number;
}

export class JobEngine {
  readonly #options:
    & Required<Omit<JobEngineOptions, "tracing">>
    & Pick<JobEngineOptions, "tracing">;
  readonly #kinds: ReadonlyMap<string, JobKind>;
  readonly #shared = new SharedRuns();
  readonly #leases: LeaseWatch;
  /** By job id, from before it is claimed until its end is kept. */
  readonly #attempts = new Map<string, JobAttempt>();
  readonly #running = new Map<string, Promise<void>>();
  readonly #counts = {
    taken: 0,
    done: 0,
    failed: 0,
    cancelled: 0,
    released: 0,
    lost: 0,
    unclaimed: 0,
    broken: 0,
  };
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #stopFeed: (() => void) | undefined;
  #stopTimer: (() => void) | undefined;
  #stopped = false;

  constructor(options: JobEngineOptions) {
    this.#options = {
      slots: Math.min(8, Math.max(2, navigator.hardwareConcurrency)),
      leaseMs: LEASE_MS,
      after: systemAfter,
      random: Math.random,
      worker: crypto.randomUUID().slice(0, 8),
      ...options,
    };
    this.#leases = new LeaseWatch({
      ...this.#options,
      execute: (name, input) =>
        options.commands.execute(name, input, { user: SERVER_USER }),
    });
    this.#kinds = new Map(options.kinds.map((kind) => [kind.type, kind]));
  }

  /** Looks at the queue, and from now on whenever something comes into it. */
  start(): void {
    this.#stopFeed = this.#options.log.feed((entries) => this.#hear(entries));
    this.#leases.start();
    this.#look();
  }

  /** How far a job is that runs here; undefined before it said so. */
  progressOf(jobId: string): JobProgress | undefined {
    return this.#attempts.get(jobId)?.progress;
  }

  stats(): JobEngineStats {
    const { slots } = this.#options;
    return { slots, running: this.#running.size, ...this.#counts };
  }

  /** Takes nothing more, gives back what runs, and resolves when that is kept. */
  async close(): Promise<void> {
    this.#stopped = true;
    this.#stopFeed?.();
    this.#stopTimer?.();
    await this.#leases.close();
    for (const attempt of this.#attempts.values()) attempt.release();
    await this.#looking;
    await Promise.all(this.#running.values());
  }

  #hear(entries: readonly Entry[]): void {
    let isQueued = false;
    for (const entry of entries) {
      const { type, subject, bodyText } = entry;
      if (type !== JOB_UPDATE || !subject.startsWith(JOB_SUBJECT)) continue;
      this.#leases.hear(entry);
      const attempt = this.#attempts.get(subject.slice(JOB_SUBJECT.length));
      if (bodyText?.includes('"event":"job_cancelled"')) attempt?.cancel();
      isQueued ||= bodyText !== null && QUEUES.test(bodyText);
    }
    if (isQueued) this.#look();
  }

  /** One look at a time; what comes in meanwhile is looked at after it. */
  #look(): void {
    this.#lookAgain = true;
    if (this.#stopped) return;
    this.#looking ??= this.#fill().finally(() => this.#looking = undefined);
  }

  /** Never rejects. */
  async #fill(): Promise<void> {
    const { log, slots, logger } = this.#options;
    while (this.#lookAgain && !this.#stopped) {
      this.#lookAgain = false;
      const free = slots - this.#running.size;
      if (free <= 0) return;
      try {
        // More than fit: some of the first may be on their way already.
        const { rows } = await log.query(JOB_QUEUE_VIEW, { limit: 2 * slots });
        for (const { key, data } of rows) {
          if (this.#running.size >= slots || this.#stopped) break;
          if (!this.#running.has(key)) this.#take(key, data);
        }
      } catch (error) {
        logger.warn("cannot read the job queue", { error });
        this.#lookLater();
      }
    }
  }

  #lookLater(): void {
    this.#stopTimer?.();
    if (this.#stopped) return;
    this.#stopTimer = this.#options.after(LOOK_AGAIN_MS, () => this.#look());
  }

  /** Starts a job; its slot is free again when it has ended. */
  #take(jobId: string, data: Json): void {
    const row = recordOf(data);
    const expected = numberOf(row?.offset) ?? 0;
    const sessionId = textOf(row?.sessionId);
    const place = sessionId === null ? { jobId } : { jobId, sessionId };
    const attempt = new JobAttempt(place, {
      ...this.#options,
      execute: (name, input) =>
        this.#options.commands.execute(name, input, { user: SERVER_USER }),
      shared: this.#shared,
      kindOf: (type) => this.#kinds.get(type),
      read: () => this.#read(place),
    });
    this.#attempts.set(jobId, attempt);
    this.#counts.taken++;
    const { tracing } = this.#options;
    const started = tracing
      ? tracing.span(
        "job",
        { "regulens.job": jobId },
        () => attempt.run(expected),
      )
      : attempt.run(expected);
    const run = started.catch((error) => {
      this.#options.logger.error("cannot run a job", { jobId, error });
      return "broken" as const;
    }).then((fate) => {
      this.#counts[fate]++;
      this.#attempts.delete(jobId);
      this.#running.delete(jobId);
      // The queue still shows it perhaps: at once it would be the same again.
      if (IN_VAIN.has(fate)) this.#lookLater();
      else this.#look();
    });
    this.#running.set(jobId, run);
  }

  async #read(
    place: { readonly jobId: string; readonly sessionId?: string },
  ): Promise<{ readonly job: JobState; readonly content: JobContent }> {
    const { commands } = this.#options;
    const [job, content] = [jobPlace(place), contentPlace(place)];
    const [{ state }, kept] = await Promise.all([
      commands.state(job.area, job.channel, job.subject),
      commands.state(content.area, content.channel, content.subject),
    ]);
    return { job: state, content: kept.state };
  }
}

const SERVER_USER = {
  userId: SERVER_USER_ID,
  name: "Regulens",
  roles: ["admin"],
};

/** Ends after which a look at once could find what was found before. */
const IN_VAIN: ReadonlySet<string> = new Set(["unclaimed", "broken", "lost"]);

/** What puts a job into the queue. */
const QUEUES = /"event":"job_(submitted|released|returned|requeued|retried)"/;
