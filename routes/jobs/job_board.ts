/**
 * The jobs that have not ended, in memory: how long the queue is, who waits in it, and whether
 * it takes more. The view is the truth at the start; from then on the entries are.
 */
import { JOB_PRIORITIES, JOB_UPDATE } from "../../domain/jobs/events.ts";
import {
  evolve,
  initial,
  isOver,
  type JobState,
} from "../../domain/jobs/job.ts";
import { JOB_SUBJECT, OPEN_JOBS_VIEW } from "../../domain/jobs/view.ts";
import { numberOf, recordOf, textOf } from "../../domain/read_json.ts";
import type { Entry, Log } from "../../realtime/log/log.ts";
import { isRemoval } from "../../realtime/log/record.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import type { User } from "../../realtime/user.ts";
import { decodeJson, isJsonObject } from "../json_body.ts";

/** Jobs that have not ended: of everyone, and of one person. */
const MAX_OPEN = 10_000;
const MAX_OPEN_OF_ONE = 1_000;
const PAGE = 500;
/** How long ends are counted for the rate, in ms. */
const RATE_OVER_MS = 60_000;

interface OpenJob {
  readonly userId: string;
  readonly priority: string;
  readonly status: string;
  /** ms since 1970. */
  readonly queuedAt: number;
}

export interface QueueFigures {
  readonly queued: number;
  readonly queuedByPriority: Readonly<Record<string, number>>;
  readonly running: number;
  /** Failed, with another try to come. */
  readonly retrying: number;
  /** How long the first of the queue has waited, in ms; null when nothing waits. */
  readonly oldestQueuedMs: number | null;
  /** Jobs that ended in the last minute. */
  readonly endedLastMinute: number;
}

export class JobBoard {
  readonly #log: Pick<Log, "query" | "feed">;
  readonly #now: () => number;
  readonly #open = new Map<string, OpenJob>();
  readonly #countOf = new Map<string, number>();
  /** Let in, and not heard of in the log yet: by person. */
  readonly #coming = new Map<string, number>();
  readonly #ends: number[] = [];
  #stopFeed: (() => void) | undefined;
  #reading: Promise<void> | undefined;

  constructor(
    log: Pick<Log, "query" | "feed">,
    { now = Date.now }: { readonly now?: () => number } = {},
  ) {
    this.#log = log;
    this.#now = now;
  }

  /**
   * Keeps a place for one more job; hand it back once its entry is written, or will not be.
   *
   * @throws {RealtimeError} `rate_limited` when too much of theirs, or of everyone, waits
   */
  async admit({ userId }: Pick<User, "userId">): Promise<() => void> {
    await this.#read();
    const coming = this.#coming.get(userId) ?? 0;
    const own = (this.#countOf.get(userId) ?? 0) + coming;
    const isOwn = own >= MAX_OPEN_OF_ONE;
    if (!isOwn && this.#open.size + total(this.#coming) < MAX_OPEN) {
      add(this.#coming, userId, 1);
      return () => add(this.#coming, userId, -1);
    }
    const message = isOwn
      ? `Cannot take more work: ${own} jobs of yours have not ended`
      : "Cannot take more work: the queue is full";
    throw new RealtimeError("rate_limited", message, { retryAfterMs: 1_000 });
  }

  async figures(): Promise<QueueFigures> {
    await this.#read();
    const jobs = [...this.#open.values()];
    const queued = jobs.filter(({ status }) => status === "queued");
    const oldest = queued.reduce(
      (least, { queuedAt }) => Math.min(least, queuedAt),
      Infinity,
    );
    this.#forgetEnds();
    return {
      queued: queued.length,
      queuedByPriority: Object.fromEntries(
        JOB_PRIORITIES.map((priority) => [
          priority,
          queued.filter((job) => job.priority === priority).length,
        ]),
      ),
      running: jobs.filter(({ status }) => status === "running").length,
      retrying: jobs.filter(({ status }) => status === "failed").length,
      oldestQueuedMs: queued.length === 0
        ? null
        : Math.max(0, this.#now() - oldest),
      endedLastMinute: this.#ends.length,
    };
  }

  close(): void {
    this.#stopFeed?.();
  }

  #read(): Promise<void> {
    return this.#reading ??= this.#start().catch((error) => {
      // The next who asks tries again.
      this.#reading = undefined;
      throw error;
    });
  }

  /** Follows the log from before it reads: nothing that changes meanwhile is missed. */
  async #start(): Promise<void> {
    const meanwhile: Entry[] = [];
    let isRead = false;
    this.#stopFeed?.();
    this.#stopFeed = this.#log.feed((entries) => {
      if (isRead) entries.forEach((entry) => this.#hear(entry));
      else meanwhile.push(...entries);
    });
    let cursor: string | undefined;
    do {
      const page = await this.#log.query(OPEN_JOBS_VIEW, {
        limit: PAGE,
        cursor,
      });
      for (const { key, data } of page.rows) {
        const row = recordOf(data);
        this.#set(key, {
          userId: textOf(row?.userId) ?? "",
          priority: textOf(row?.priority) ?? "MEDIUM",
          status: textOf(row?.state) ?? "queued",
          queuedAt: numberOf(row?.queuedAt) ?? 0,
        });
      }
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    isRead = true;
    meanwhile.forEach((entry) => this.#hear(entry));
  }

  #hear({ type, subject, bodyText, channel, offset, at, v, sender }: Entry) {
    if (type !== JOB_UPDATE || !subject.startsWith(JOB_SUBJECT)) return;
    if (isRemoval(bodyText)) {
      return this.#set(subject.slice(JOB_SUBJECT.length), undefined);
    }
    if (bodyText === null || channel.startsWith("sealed:")) return;
    const body = decodeJson(bodyText);
    if (!isJsonObject(body) || typeof body.event !== "string") return;
    const jobId = subject.slice(JOB_SUBJECT.length);
    const known = this.#open.get(jobId);
    // What an event alone changes is all that is counted here.
    const state = STATUS_AFTER[body.event];
    if (body.event === "job_submitted") {
      const job: JobState = evolve(initial(), {
        type,
        v,
        body: { ...body, event: body.event },
        channel,
        offset,
        at,
        sender,
      });
      if (job.status !== "none" && !isOver(job)) this.#set(jobId, job);
    } else if (state === "over" || body.retryAt === null) {
      if (known !== undefined) this.#ends.push(at);
      this.#forgetEnds();
      this.#set(jobId, undefined);
    } else if (state !== undefined) {
      const queuedAt = state === "queued" ? at : known?.queuedAt ?? at;
      const userId = known?.userId ?? textOf(body.userId) ?? "";
      const priority = known?.priority ?? "MEDIUM";
      this.#set(jobId, { userId, priority, status: state, queuedAt });
    }
  }

  #set(jobId: string, job: OpenJob | undefined): void {
    const before = this.#open.get(jobId);
    if (before !== undefined) add(this.#countOf, before.userId, -1);
    if (job === undefined) this.#open.delete(jobId);
    else {
      const { userId, priority, status, queuedAt } = job;
      this.#open.set(jobId, { userId, priority, status, queuedAt });
      add(this.#countOf, userId, 1);
    }
  }

  #forgetEnds(): void {
    const since = this.#now() - RATE_OVER_MS;
    while (this.#ends.length > 0 && this.#ends[0] < since) this.#ends.shift();
  }
}

function add(counts: Map<string, number>, userId: string, by: number): void {
  const count = (counts.get(userId) ?? 0) + by;
  if (count <= 0) counts.delete(userId);
  else counts.set(userId, count);
}

function total(counts: ReadonlyMap<string, number>): number {
  return counts.values().reduce((sum, count) => sum + count, 0);
}

const STATUS_AFTER: Readonly<
  Record<string, "queued" | "running" | "failed" | "over">
> = {
  job_claimed: "running",
  job_released: "queued",
  job_returned: "queued",
  job_requeued: "queued",
  job_retried: "queued",
  job_failed: "failed",
  job_done: "over",
  job_dead: "over",
  job_cancelled: "over",
};
