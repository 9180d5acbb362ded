/** A job that is submitted as `sync` over HTTP: the answer waits for its end, for a while. */
import { recordOf, textOf } from "../../domain/read_json.ts";
import type { Json } from "../../realtime/json.ts";
import type { JobReading } from "../jobs/job_reading.ts";
import type { Settle } from "./commands.ts";
import { wholeJob } from "./jobs.ts";

/** How long an answer waits, in ms; then the job goes on in the background. */
const WAIT_MS = 10_000;

/** 200 and what came of it, or else what any other job is answered. */
export function awaitJob(reading: Pick<JobReading, "ended">): Settle {
  return async (result, user) => {
    const job = recordOf(recordOf(result)?.job ?? null);
    const jobId = textOf(job?.id);
    if (jobId === null || job?.mode !== "sync") return undefined;
    const ended = await reading.ended(
      user,
      jobId,
      AbortSignal.timeout(WAIT_MS),
    );
    if (ended === undefined || ended.endedAt === null) return undefined;
    const shown: Json = JSON.parse(JSON.stringify({ job: wholeJob(ended) }));
    return shown;
  };
}
