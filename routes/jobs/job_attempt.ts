/** One try of a job: claims it, does it while renewing the lease, and says what came of it. */
import type { JobContent } from "../../domain/jobs/content.ts";
import { itemsOf } from "../../domain/jobs/job_input.ts";
import type { Job, JobState } from "../../domain/jobs/job.ts";
import { retryDelay } from "../../domain/jobs/retry_delay.ts";
import { numberOf, recordOf } from "../../domain/read_json.ts";
import type { Answer } from "../../realtime/commands.ts";
import type { Json } from "../../realtime/json.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import { contentKey } from "../content_key.ts";
import type { JobEngineOptions, JobProgress } from "./job_engine.ts";
import { isLasting, isLost, isTold, isUnavailable } from "./job_errors.ts";
import { runItems } from "./job_items.ts";
import type { JobKind, JobRun } from "./job_kind.ts";
import { JobSignals } from "./job_signals.ts";
import type { RunOptions, SharedRuns } from "./shared_runs.ts";

/** Renewed well before the lease is over: two tries may fail. */
const RENEWALS_PER_LEASE = 3;
/** Largest result, in UTF-16 units of its JSON. */
const MAX_RESULT = 2 * 1024 * 1024;
/** What could not be kept because the store was away is tried again after this. */
const KEEP_AGAIN_MS = 500;

export interface JobAttemptOptions extends
  Pick<
    Required<JobEngineOptions>,
    | "pool"
    | "signal"
    | "clock"
    | "logger"
    | "leaseMs"
    | "after"
    | "random"
    | "worker"
  > {
  /** As the server itself. */
  readonly execute: (name: string, input: Json) => Promise<Answer>;
  readonly shared: SharedRuns;
  readonly kindOf: (type: string) => JobKind | undefined;
  readonly read: () => Promise<
    { readonly job: JobState; readonly content: JobContent }
  >;
}

type Ended = "cancelled" | "released" | "lost";

/** `unclaimed`: the store is away; `lost`: another has it, or it ended without us. */
export type Fate = "done" | "failed" | Ended | "unclaimed";

export class JobAttempt {
  readonly #place: { readonly jobId: string; readonly sessionId?: string };
  readonly #options: JobAttemptOptions;
  readonly #abort = new AbortController();
  #ended: Ended | undefined;
  #progress: JobProgress | undefined;

  constructor(
    place: { readonly jobId: string; readonly sessionId?: string },
    options: JobAttemptOptions,
  ) {
    this.#place = place;
    this.#options = options;
  }

  get progress(): JobProgress | undefined {
    return this.#progress;
  }

  /** It was cancelled: whatever it does is for nothing. */
  cancel(): void {
    this.#end("cancelled");
  }

  /** Gives it back to the queue: the server stops. */
  release(): void {
    this.#end("released");
  }

  /** @param expected The job's last offset, as the queue showed it. */
  async run(expected: number): Promise<Fate> {
    const { worker, leaseMs, read, execute } = this.#options;
    let claim: number | null;
    try {
      const input = { ...this.#place, expected, worker, leaseMs };
      claim = claimIn((await execute("claim_job", input)).result);
    } catch (error) {
      if (isLost(error)) return "lost";
      if (isUnavailable(error)) return "unclaimed";
      throw error;
    }
    if (claim === null) return "lost";
    const stopRenewing = this.#renew(claim);
    try {
      const { job, content } = await read();
      if (job.status === "none") return "lost";
      const outcome = await this.#outcome(job, content, claim);
      return await this.#finish(claim, outcome);
    } finally {
      stopRenewing();
    }
  }

  #end(how: Ended): void {
    this.#ended ??= how;
    this.#abort.abort(new Error(`The job was ${how}`));
  }

  #isEnded(): Ended | undefined {
    return this.#ended;
  }

  async #outcome(job: Job, content: JobContent, claim: number): Promise<Json> {
    try {
      const result = await this.#work(job, content, claim);
      if (JSON.stringify(result).length > MAX_RESULT) {
        throw new RealtimeError("invalid", "Its result is too large to keep");
      }
      return { state: "done", result };
    } catch (error) {
      const { logger, random } = this.#options;
      const isOurs = !isTold(error);
      if (isOurs && this.#isEnded() === undefined) {
        logger.error("job failed", {
          jobId: job.jobId,
          type: job.jobType,
          error,
        });
      }
      return {
        state: "failed",
        error: isOurs ? "A fault on our side; it is logged" : error.message,
        retryInMs: isLasting(error)
          ? null
          : retryDelay(Math.max(1, job.attempts), random()),
      };
    }
  }

  async #work(job: Job, content: JobContent, claim: number): Promise<Json> {
    const { shared, kindOf, pool } = this.#options;
    const kind = kindOf(job.jobType);
    if (kind === undefined) {
      const message = `No kind of job here is called ${job.jobType}`;
      throw new RealtimeError("invalid", message);
    }
    const { input, roles } = content;
    const { jobId, userId, name } = job;
    const user = { userId, name, roles: [...roles] };
    const start = (options: RunOptions) => {
      const run: JobRun = {
        jobId,
        claim,
        user,
        ...options,
        compute: (task) => pool.run(task, options),
      };
      return job.mode === "batch"
        ? runItems(kind, itemsOf(input) ?? [], { run })
        : kind.run(kind.input.parse(input), run);
    };
    const signals = new JobSignals(job, this.#options);
    const options: RunOptions = {
      signal: this.#abort.signal,
      progress: (done, total) => {
        this.#progress = { done, total };
        signals.tell(this.#progress);
      },
      part: (part) => signals.send(part),
    };
    if (kind.isPure !== true) return await start(options);
    const key = contentKey([job.jobType, job.mode === "batch", input]);
    return await shared.run(key, options, start);
  }

  /** Keeps the end, for as long as the store is away and the claim is ours. */
  async #finish(claim: number, wanted: Json): Promise<Fate> {
    const { execute } = this.#options;
    let outcome = wanted;
    for (;;) {
      const ended = this.#isEnded();
      if (ended === "cancelled" || ended === "lost") return ended;
      try {
        if (ended === "released") {
          await execute("release_job", { ...this.#place, claim });
          return "released";
        }
        await execute("finish_job", { ...this.#place, claim, outcome });
        return recordOf(outcome)?.state === "done" ? "done" : "failed";
      } catch (error) {
        if (isLost(error)) return this.#isEnded() ?? "lost";
        // A server that stops does not wait for its store: the lease ends by itself.
        if (ended === "released") return "lost";
        if (isUnavailable(error)) {
          await this.#pause();
        } else if (recordOf(outcome)?.state === "done" && isLasting(error)) {
          // What cannot be kept never will be: trying it again would say the same.
          const { logger } = this.#options;
          logger.error("cannot keep a result", { ...this.#place, error });
          const message = "Its result cannot be kept";
          outcome = { state: "failed", error: message, retryInMs: null };
        } else throw error;
      }
    }
  }

  /** Until it is time to try again, or there is no need to. */
  #pause(): Promise<void> {
    const { signal } = this.#abort;
    return new Promise((resolve) => {
      const stop = this.#options.after(KEEP_AGAIN_MS, () => {
        signal.removeEventListener("abort", wake);
        resolve();
      });
      const wake = () => {
        stop();
        resolve();
      };
      signal.addEventListener("abort", wake, { once: true });
      if (signal.aborted) wake();
    });
  }

  /** Until the returned stop is called, or the lease could not be renewed. */
  #renew(claim: number): () => void {
    const { after, leaseMs, execute, clock } = this.#options;
    let stop = () => {};
    let isOver = false;
    let leaseUntil = clock.monotonicMs() + leaseMs;
    const wait = () => {
      stop = after(
        Math.floor(leaseMs / RENEWALS_PER_LEASE),
        () => void renew(),
      );
    };
    const renew = async () => {
      const askedAt = clock.monotonicMs();
      try {
        await execute("renew_job", { ...this.#place, claim, leaseMs });
        leaseUntil = askedAt + leaseMs;
      } catch (error) {
        const isGone = isLost(error) || clock.monotonicMs() >= leaseUntil;
        if (isGone && !isOver) return this.#end("lost");
      }
      if (!isOver) wait();
    };
    wait();
    return () => {
      isOver = true;
      stop();
    };
  }
}

function claimIn(result: Json): number | null {
  return numberOf(recordOf(result)?.claim);
}
