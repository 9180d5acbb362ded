/** Jobs as their readers see them: how they stand for everyone, what is in them for their submitters. */
import { isOver, type Job } from "../../domain/jobs/job.ts";
import { contentPlace, jobPlace } from "../../domain/jobs/job_commands.ts";
import { type JobJson, jobJson } from "../../domain/jobs/job_json.ts";
import {
  jobOwnerPrefix,
  JOBS_VIEW,
  OWN_JOBS_VIEW,
} from "../../domain/jobs/view.ts";
import { recordOf, textOf } from "../../domain/read_json.ts";
import type { Commands } from "../../realtime/commands.ts";
import type { Json } from "../../realtime/json.ts";
import type { Log } from "../../realtime/log/log.ts";
import type { User } from "../../realtime/user.ts";
import { maySeeSession } from "../session_sight.ts";
import { JobEnd } from "./job_end.ts";
import type { JobEngine, JobProgress } from "./job_engine.ts";

/** Rows looked through for one page: those of sessions one may not see are passed over. */
const MAX_LOOKED_AT = 2_000;

export interface JobReadingParts {
  readonly commands: Pick<Commands, "state">;
  readonly log: Pick<Log, "query" | "feed">;
  readonly engine: Pick<JobEngine, "progressOf">;
}

export type ShownJob = JobJson & {
  /** Null unless it runs on this node and has said how far it is. */
  readonly progress: JobProgress | null;
};

export interface WholeJob extends ShownJob {
  /** Both null for whoever may not see what is in it. */
  readonly input: Json;
  readonly result: Json;
  readonly mayOpen: boolean;
}

export interface JobQuery {
  readonly mine?: boolean;
  readonly state?: string;
  readonly type?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export class JobReading {
  readonly #parts: JobReadingParts;
  readonly #ends: JobEnd;

  constructor(parts: JobReadingParts) {
    this.#parts = parts;
    this.#ends = new JobEnd(parts.log);
  }

  /** Undefined for a job that there is not, for this reader. */
  async find(user: User, jobId: string): Promise<WholeJob | undefined> {
    const job = await this.#jobOf(jobId);
    if (job === undefined || !await this.#maySee(user, job)) return undefined;
    // Admins neither: it may tell of sessions that only its submitter may read.
    const mayOpen = job.userId === user.userId;
    const shown = { ...this.#shown(jobJson(job)), mayOpen };
    if (!mayOpen) return { ...shown, input: null, result: null };
    const { area, channel, subject } = contentPlace(job);
    const { state } = await this.#parts.commands.state(area, channel, subject);
    const { input, result } = state;
    return { ...shown, input, result };
  }

  /** Newest first. @throws {RangeError} On a cursor that is not of this list */
  async list(
    user: User,
    { mine = false, limit, state, type, cursor }: JobQuery,
  ): Promise<{ items: ShownJob[]; nextCursor: string | null }> {
    const items: ShownJob[] = [];
    const view = mine ? OWN_JOBS_VIEW : JOBS_VIEW;
    const own = mine ? { prefix: jobOwnerPrefix(user.userId) } : {};
    for (let lookedAt = 0; lookedAt < MAX_LOOKED_AT;) {
      // As many as are wanted still: the cursor then stands behind the last that is shown.
      const page = await this.#parts.log.query(view, {
        ...own,
        descending: true,
        limit: limit - items.length,
        cursor,
      });
      lookedAt += Math.max(1, page.rows.length);
      for (const { data } of page.rows) {
        const job = readRow(data);
        if (job === undefined) continue;
        if (state !== undefined && job.state !== state) continue;
        if (type !== undefined && job.type !== type) continue;
        if (await this.#maySee(user, job)) items.push(this.#shown(job));
      }
      cursor = page.nextCursor ?? undefined;
      if (cursor === undefined || items.length >= limit) break;
    }
    return { items, nextCursor: cursor ?? null };
  }

  /** The job once it is over, or as it is when the signal aborts. */
  async ended(user: User, jobId: string, signal: AbortSignal) {
    await this.#ends.of(jobId, {
      signal,
      isOver: async () => {
        const job = await this.#jobOf(jobId);
        return job === undefined || isOver(job);
      },
    });
    return await this.find(user, jobId);
  }

  close(): void {
    this.#ends.close();
  }

  async #jobOf(jobId: string): Promise<Job | undefined> {
    // The row says in which session it lies.
    const { rows } = await this.#parts.log.query(JOBS_VIEW, { key: jobId });
    const row = rows[0] && readRow(rows[0].data);
    if (row === undefined) return undefined;
    const { sessionId } = row;
    const { area, channel, subject } = jobPlace({ jobId, sessionId });
    const { state } = await this.#parts.commands.state(area, channel, subject);
    return state.status === "none" ? undefined : state;
  }

  async #maySee(
    user: User,
    { sessionId }: Pick<Job, "sessionId">,
  ): Promise<boolean> {
    return await maySeeSession(this.#parts.commands, user, sessionId);
  }

  #shown(job: JobJson): ShownJob {
    const progress = this.#parts.engine.progressOf(job.id) ?? null;
    return { ...job, progress };
  }
}

/** Rows are ours: what their shape says is what `jobJson` wrote. */
function readRow(data: Json): JobJson | undefined {
  return isJob(data) ? data : undefined;
}

function isJob(data: unknown): data is JobJson {
  const row = recordOf(isJson(data) ? data : null);
  return textOf(row?.id) !== null && textOf(row?.state) !== null;
}

function isJson(value: unknown): value is Json {
  return typeof value === "object";
}
