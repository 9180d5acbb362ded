/** The reader's own jobs that have not ended: the first few, with how far they are. */
import { Badge } from "../../islands/components/Badge.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import type { User } from "../../realtime/user.ts";
import type { ShownJob } from "../jobs/job_reading.ts";
import { addressOf, placeOf } from "./job_place.ts";
import { isUnderWay, jobTitle, stateLook } from "./job_words.ts";
import { JobProgress } from "./JobProgress.tsx";
import type { JobPageParts } from "./page_parts.ts";

const SHOWN = 4;
/** Newest own jobs among which they are looked for. */
const LOOKED_AT = 20;

/** Newest first; empty where there are no jobs at all. */
export async function runningJobs(
  jobs: Pick<JobPageParts, "reading"> | undefined,
  user: User,
): Promise<readonly ShownJob[]> {
  const page = await jobs?.reading.list(user, { mine: true, limit: LOOKED_AT });
  return page?.items.filter(isUnderWay) ?? [];
}

export function RunningJobs({ jobs }: { readonly jobs: readonly ShownJob[] }) {
  if (jobs.length === 0) return null;
  return (
    <Panel
      id="running"
      title="Your jobs under way"
      end={<a href={addressOf(placeOf({}), { mine: true })}>All your jobs</a>}
    >
      <ul class="job-running">
        {jobs.slice(0, SHOWN).map((job) => {
          const { status, word } = stateLook(job);
          return (
            <li key={job.id}>
              <a href={`/jobs/${job.id}`}>{jobTitle(job)}</a>
              <Badge status={status}>{word}</Badge>
              <JobProgress job={job} />
              {job.retryAt !== null && (
                <span class="job-under">{job.error}</span>
              )}
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
