/** Waits until a job has ended, whoever may see it. */
import { OPEN_JOBS_VIEW } from "../../../domain/jobs/view.ts";
import type { Log } from "../../../realtime/log/log.ts";
import { JobEnd } from "../../../routes/jobs/job_end.ts";

export async function jobEnded(
  log: Pick<Log, "feed" | "query">,
  jobId: string,
): Promise<void> {
  const end = new JobEnd(log);
  const { signal } = new AbortController();
  await end.of(jobId, {
    signal,
    isOver: async () =>
      (await log.query(OPEN_JOBS_VIEW, { key: jobId })).rows.length === 0,
  });
  end.close();
}
