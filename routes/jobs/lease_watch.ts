/**
 * Gives back the jobs whose workers fell silent. Time is measured from when a claim or its
 * renewal was heard of, by a clock that nobody sets: later than its worker measures it, so
 * who still works is never taken for silent, and no node has to trust another's time of day.
 */
import { JOB_LEASES_VIEW, JOB_SUBJECT } from "../../domain/jobs/view.ts";
import { numberOf, recordOf, textOf } from "../../domain/read_json.ts";
import type { Json } from "../../realtime/json.ts";
import type { Entry, Log } from "../../realtime/log/log.ts";
import type { Logger } from "../../realtime/logger.ts";
import type { After } from "../../realtime/timer.ts";
import { isUnavailable } from "./job_errors.ts";

const PAGE_ROWS = 500;
/** After a look or a return that the store did not take, in ms. */
const TRY_AGAIN_MS = 1_000;
const SESSION_PREFIX = "session:";

export interface LeaseWatchOptions {
  readonly log: Pick<Log, "query">;
  /** Runs one of the server's own commands. */
  readonly execute: (name: string, input: Json) => Promise<unknown>;
  readonly after: After;
  readonly leaseMs: number;
  readonly logger: Logger;
}

/** What was last heard of a claim. */
interface Heard {
  readonly sessionId: string | null;
  readonly offset: number;
  readonly stop: () => void;
}

export class LeaseWatch {
  readonly #options: LeaseWatchOptions;
  readonly #heard = new Map<string, Heard>();
  #stopTimer = () => {};
  #looking: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: LeaseWatchOptions) {
    this.#options = options;
  }

  /** Watches what is held by now; its time begins anew. The feed must be heard already. */
  start(): void {
    this.#looking = this.#look();
  }

  /** Watches no more; resolves when no look is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopTimer();
    for (const { stop } of this.#heard.values()) stop();
    this.#heard.clear();
    await this.#looking;
  }

  /** Takes an entry about a job. */
  hear({ channel, subject, offset, bodyText }: Entry): void {
    if (this.#isClosed) return;
    const jobId = subject.slice(JOB_SUBJECT.length);
    if (bodyText === null || !HOLDS.test(bodyText)) {
      return this.#forget(jobId);
    }
    const sessionId = channel.startsWith(SESSION_PREFIX)
      ? channel.slice(SESSION_PREFIX.length)
      : null;
    this.#watch(jobId, { sessionId, offset });
  }

  async #look(): Promise<void> {
    const { log, after, logger } = this.#options;
    let cursor: string | undefined;
    try {
      do {
        const page = await log.query(JOB_LEASES_VIEW, {
          limit: PAGE_ROWS,
          cursor,
        });
        for (const { key, data } of page.rows) {
          const row = recordOf(data);
          const offset = numberOf(row?.offset);
          // What was heard meanwhile is newer than any row.
          if (offset === null || this.#heard.has(key) || this.#isClosed) {
            continue;
          }
          const sessionId = textOf(row?.sessionId);
          this.#watch(key, { sessionId, offset });
        }
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined && !this.#isClosed);
    } catch (error) {
      logger.warn("cannot read who works on jobs", { error });
      if (this.#isClosed) return;
      this.#stopTimer = after(TRY_AGAIN_MS, () => this.start());
    }
  }

  #watch(
    jobId: string,
    { sessionId, offset }: Omit<Heard, "stop">,
    delayMs = this.#options.leaseMs,
  ): void {
    this.#forget(jobId);
    const stop = this.#options.after(delayMs, () => void this.#giveBack(jobId));
    this.#heard.set(jobId, { sessionId, offset, stop });
  }

  #forget(jobId: string): void {
    this.#heard.get(jobId)?.stop();
    this.#heard.delete(jobId);
  }

  /** Never rejects. If it was heard of in between, the command changes nothing. */
  async #giveBack(jobId: string): Promise<void> {
    const { execute, logger } = this.#options;
    const heard = this.#heard.get(jobId);
    if (heard === undefined) return;
    const { sessionId, offset: expected } = heard;
    const place: Readonly<Record<string, string>> = sessionId === null
      ? { jobId }
      : { jobId, sessionId };
    try {
      await execute("return_job", { ...place, expected });
      if (this.#heard.get(jobId) === heard) this.#heard.delete(jobId);
    } catch (error) {
      // Removed together with its channel, or what would be so the next time too.
      if (!isUnavailable(error)) {
        logger.warn("cannot give back a job", { jobId, error });
        return;
      }
      if (this.#isClosed || this.#heard.get(jobId) !== heard) return;
      this.#watch(jobId, heard, TRY_AGAIN_MS);
    }
  }
}

/** What says that a worker is at it. */
const HOLDS = /"event":"job_(claimed|lease_renewed)"/;
