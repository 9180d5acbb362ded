/** How jobs are put into words on their pages: what they are, how they stand, how long they take. */
import type { Json } from "../../domain/decider.ts";
import type { JobPriority } from "../../domain/jobs/events.ts";
import { jobKindName } from "../../domain/jobs/kind_words.ts";
import { recordOf, textOf } from "../../domain/read_json.ts";
import type { StatusName } from "../../islands/components/status.ts";
import type { ShownJob } from "../jobs/job_reading.ts";

interface Look {
  readonly status: StatusName;
  readonly word: string;
}

export const JOB_STATES = [
  "queued",
  "running",
  "done",
  "failed",
  "dead",
  "cancelled",
] as const;
export type JobStateName = typeof JOB_STATES[number];

export const STATE_LOOKS = {
  queued: { status: "pending", word: "Queued" },
  running: { status: "running", word: "Running" },
  done: { status: "success", word: "Done" },
  failed: { status: "failed", word: "Failed" },
  dead: { status: "critical", word: "Given up" },
  cancelled: { status: "closed", word: "Cancelled" },
} as const satisfies Readonly<Record<JobStateName, Look>>;

const TRYING_AGAIN: Look = { status: "stale", word: "Trying again" };

export function stateLook({ state, retryAt }: ShownJob): Look {
  return isRetrying({ state, retryAt }) ? TRYING_AGAIN : STATE_LOOKS[state];
}

type Standing = Pick<ShownJob, "state" | "retryAt">;

function isRetrying({ state, retryAt }: Standing): boolean {
  return state === "failed" && retryAt !== null;
}

/** It has not ended: it can be cancelled. */
export function isUnderWay(job: Standing): boolean {
  return job.state === "queued" || job.state === "running" || isRetrying(job);
}

/** It has ended without a result: it can be tried anew. */
export function isToRetry(job: Standing): boolean {
  return !isUnderWay(job) && job.state !== "done";
}

export const PRIORITY_WORDS: Readonly<Record<JobPriority, string>> = {
  CRITICAL: "Critical",
  HIGH: "High",
  MEDIUM: "Medium",
  LOW: "Low",
};

/**
 * `Backtest of rule r1`, `Audit export of rules`.
 *
 * @param input Only its submitter sees what a job works on: left out for everyone else.
 */
export function jobTitle(
  { type, about }: Pick<ShownJob, "type" | "about">,
  input: Json = null,
): string {
  const name = jobKindName(type);
  const channel = textOf(recordOf(input)?.channel);
  if (type === "audit.export" && channel !== null) {
    return `${name} of ${channel}`;
  }
  return type === "rules.backtest" && about !== null
    ? `${name} of rule ${about}`
    : name;
}

/** `<1 s`, `12 s`, `3 min`, `2 h`, `4 d`: whole units, rounded down. */
export function duration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 1) return "<1 s";
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`;
}
