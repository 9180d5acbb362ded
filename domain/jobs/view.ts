/** Rows about jobs: all of them, each person's, what waits for a worker, and what falls due. */
import type { Json, RecordedEvent, ViewRow } from "../decider.ts";
import { DUE_VIEW } from "../due_view.ts";
import { createRowIndexer, type RowIndexer } from "../row_indexer.ts";
import { encodeUserId } from "../user_id.ts";
import { JOB_PRIORITIES } from "./events.ts";
import { evolve, initial, isOver, type Job, type JobState } from "./job.ts";
import { jobJson } from "./job_json.ts";

/** Rows by job id, sorted by when it was submitted. */
export const JOBS_VIEW = "jobs";
/** The same by submitter: keys are `jobOwnerPrefix` and the job's id. */
export const OWN_JOBS_VIEW = "own_jobs";
/** What may be claimed, in the order it is to be: by priority, then by age. */
export const JOB_QUEUE_VIEW = "job_queue";
/** What a worker holds, and the last offset heard of it. */
export const JOB_LEASES_VIEW = "job_leases";
/** What has not ended. */
export const OPEN_JOBS_VIEW = "open_jobs";

/** Raise a version when the view's rows change: the store then rebuilds it. */
export const JOB_VIEWS = [
  [JOBS_VIEW, 1],
  [OWN_JOBS_VIEW, 1],
  [JOB_QUEUE_VIEW, 1],
  [JOB_LEASES_VIEW, 1],
  [OPEN_JOBS_VIEW, 1],
] as const;

/** What the subjects of jobs begin with. */
export const JOB_SUBJECT = "job:";

/** More than any time in ms: priorities never overlap. */
const PRIORITY_STEP = 1e14;

export function jobOwnerPrefix(userId: string): string {
  // No user id holds a slash, encoded or not.
  return `${encodeUserId(userId)}/`;
}

/** Rows that change with an event; `state` is the state after it. */
export function index(
  state: JobState,
  _event: RecordedEvent,
): readonly ViewRow[] {
  if (state.status === "none") return [];
  const { jobId: key, submittedAt: sort, userId } = state;
  const data = jobJson(state);
  const isQueued = state.status === "queued";
  const { jobType, sessionId, offset } = state;
  return [
    { view: JOBS_VIEW, key, sort, data },
    { view: OWN_JOBS_VIEW, key: jobOwnerPrefix(userId) + key, sort, data },
    {
      view: JOB_QUEUE_VIEW,
      key,
      sort: JOB_PRIORITIES.indexOf(state.priority) * PRIORITY_STEP + sort,
      data: isQueued ? { jobType, sessionId, offset } : null,
    },
    { view: OPEN_JOBS_VIEW, key, sort, data: isOver(state) ? null : data },
    {
      view: JOB_LEASES_VIEW,
      key,
      data: state.claim === null ? null : { sessionId, offset },
    },
    dueRow(state),
  ];
}

/** The next try of a job that failed. */
function dueRow({ jobId, sessionId, retryAt }: Job): ViewRow {
  const command = "requeue_job";
  const key = `${JOB_SUBJECT}${jobId}:${command}`;
  if (retryAt === null) return { view: DUE_VIEW, key, data: null };
  const input: Json = sessionId === null ? { jobId } : { jobId, sessionId };
  return { view: DUE_VIEW, key, sort: retryAt, data: { command, input } };
}

/** Makes the same rows from the log alone: for rebuilding a view under a new version. */
export function createJobIndexer(): RowIndexer {
  return createRowIndexer({ initial, evolve, index }, {
    prefix: JOB_SUBJECT,
    // Nothing follows that: most jobs end so, and a rebuild need not hold them all.
    hold: (state) => state.status === "done" ? undefined : state,
  });
}
