/** How far a job is: a bar that its signals move, without an end where that is not known. */
import type { ShownJob } from "../jobs/job_reading.ts";
import { jobTitle } from "./job_words.ts";

/** Nothing for a job that does not run. */
export function JobProgress({ job }: { readonly job: ShownJob }) {
  if (job.state !== "running") return null;
  const { done = 0, total = 0 } = job.progress ?? {};
  const isKnown = total > 0;
  return (
    <span class="job-progress">
      <progress
        data-bar={job.id}
        aria-label={`Progress of ${jobTitle(job)}`}
        {...(isKnown && { value: Math.min(done, total), max: total })}
      />
      <span>{isKnown && `${number(done)} of ${number(total)}`}</span>
    </span>
  );
}

function number(value: number): string {
  return value.toLocaleString("en-GB");
}
