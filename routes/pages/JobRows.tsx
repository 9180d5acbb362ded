/** The list of jobs: a row each, with what is to be done about it. */
import { Badge } from "../../islands/components/Badge.tsx";
import { Button } from "../../islands/components/Button.tsx";
import { Time } from "../../islands/components/Time.tsx";
import type { Zone } from "../../islands/format.ts";
import type { ShownJob } from "../jobs/job_reading.ts";
import {
  duration,
  isToRetry,
  isUnderWay,
  jobTitle,
  PRIORITY_WORDS,
  stateLook,
} from "./job_words.ts";
import { JobProgress } from "./JobProgress.tsx";

/** Characters of an error shown in a row; its page has all of it. */
const MAX_ERROR = 160;

export interface JobRowsProps {
  readonly jobs: readonly ShownJob[];
  /** By job id, what only the reader is told they are called. */
  readonly titles: ReadonlyMap<string, string>;
  /** May the reader cancel and retry it? */
  readonly mayAct: (job: ShownJob) => boolean;
  readonly now: number;
  readonly zone: Zone;
}

/** Fifty rows are most of the page: their cells go without classes, by place. */
export function JobRows({ jobs, ...reader }: JobRowsProps) {
  return (
    <table class="table job-table">
      <caption class="visually-hidden">Jobs, the newest first</caption>
      <thead>
        <tr>
          <th scope="col">Job</th>
          <th scope="col" class="w-m">State</th>
          <th scope="col" class="w-s wide-only">Priority</th>
          <th scope="col" class="w-m wide-only">By</th>
          <th scope="col" class="num w-m">Submitted</th>
          <th scope="col" class="num w-m">
            <span class="visually-hidden">Cancel or retry</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => <JobRow key={job.id} job={job} {...reader} />)}
      </tbody>
    </table>
  );
}

function JobRow(
  { job, titles, mayAct, now, zone }: Omit<JobRowsProps, "jobs"> & {
    readonly job: ShownJob;
  },
) {
  const { status, word } = stateLook(job);
  return (
    <tr>
      <td>
        <a href={`/jobs/${job.id}`}>{titles.get(job.id) ?? jobTitle(job)}</a>
        <JobProgress job={job} />
        <Under job={job} now={now} />
      </td>
      <td>
        <Badge status={status}>{word}</Badge>
      </td>
      <td>{PRIORITY_WORDS[job.priority]}</td>
      <td>{job.name}</td>
      <td>
        <Time at={job.submittedAt} now={now} zone={zone} />
      </td>
      <td>{mayAct(job) && <Act job={job} />}</td>
    </tr>
  );
}

/** Why it failed, and when it is tried again. */
function Under({ job, now }: { readonly job: ShownJob; readonly now: number }) {
  const { error, retryAt, attempts, maxAttempts } = job;
  const tries = `try ${attempts} of ${maxAttempts}`;
  if (error === null) {
    return attempts > 1 ? <small>{tries}</small> : null;
  }
  const cut = error.length > MAX_ERROR
    ? `${error.slice(0, MAX_ERROR)}…`
    : error;
  return (
    <small>
      {cut}
      {retryAt !== null &&
        ` · ${tries}, again in ${duration(Math.max(0, retryAt - now))}`}
    </small>
  );
}

function Act({ job }: { readonly job: ShownJob }) {
  const [name, word] = isUnderWay(job)
    ? ["cancel", "Cancel"]
    : isToRetry(job)
    ? ["retry", "Retry"]
    : [];
  return name === undefined
    ? null
    : <Button small type="submit" name={name} value={job.id}>{word}</Button>;
}
