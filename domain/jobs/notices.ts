/** Whom a job tells on their own channel: its submitter, of its end. */
import type { Notice, RecordedEvent } from "../decider.ts";
import { userChannel } from "../user_id.ts";
import { JOB_UPDATE } from "./events.ts";
import type { JobState } from "./job.ts";

/** Nobody is told what they waited for, or did themselves; `state` is the state after `event`. */
export function notices(
  state: JobState,
  { sender }: RecordedEvent,
): readonly Notice[] {
  if (state.status === "none" || state.mode === "sync") return [];
  const { jobId, jobType, status, userId, sessionId, about, error } = state;
  if (sender === userId || state.endedAt === null) return [];
  const channel = userChannel(userId);
  if (channel === undefined) return [];
  const body = {
    event: `job_${status}`,
    jobId,
    jobType,
    userId,
    sessionId,
    about,
    error,
  };
  return [{ channel, event: { type: JOB_UPDATE, v: 1, body } }];
}
