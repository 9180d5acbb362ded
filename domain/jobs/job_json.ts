/** A job as everyone sees it: how it stands, never what is in it. */
import type { Job } from "./job.ts";

export function jobJson(job: Job) {
  const { jobId, jobType, status, ...all } = job;
  const { claim: _, worker: __, leaseUntil: ___, offset: ____, ...rest } = all;
  return { id: jobId, type: jobType, state: status, ...rest };
}

export type JobJson = ReturnType<typeof jobJson>;
