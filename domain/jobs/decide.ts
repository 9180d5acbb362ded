/** What may be done with a job, by whom: people submit, cancel and retry; the server does the rest. */
import { hasRole } from "../access.ts";
import type { Context, DomainEvent, Json, RoleName } from "../decider.ts";
import { Refusal } from "../refusal.ts";
import type { SessionState } from "../sessions/session.ts";
import { demandOpenVoice, isVisible } from "../sessions/voice.ts";
import {
  jobCancelled,
  jobClaimed,
  jobDead,
  jobDone,
  jobFailed,
  jobLeaseRenewed,
  type JobMode,
  type JobPriority,
  jobReleased,
  jobRequeued,
  jobRetried,
  jobReturned,
  jobSubmitted,
} from "./events.ts";
import { isOver, type Job, type JobState } from "./job.ts";

export type JobCommand =
  | {
    readonly command: "submit_job";
    readonly jobId: string;
    readonly jobType: string;
    readonly priority: JobPriority;
    readonly mode: JobMode;
    readonly sessionId: string | null;
    readonly about: string | null;
    readonly maxAttempts: number;
    readonly input: Json;
    /** Least role for its kind, outside any session. */
    readonly role: RoleName;
  }
  | { readonly command: "cancel_job" }
  | { readonly command: "retry_job" }
  | ServerCommand;

/** Of the server's own. `claim` is the fencing token of who says it. */
export type ServerCommand =
  | {
    readonly command: "claim_job";
    /** The job's last offset as the worker saw it. */
    readonly expected: number;
    readonly worker: string;
    readonly leaseMs: number;
  }
  | {
    readonly command: "renew_job";
    readonly claim: number;
    readonly leaseMs: number;
  }
  | { readonly command: "release_job"; readonly claim: number }
  | {
    readonly command: "finish_job";
    readonly claim: number;
    readonly outcome: Outcome;
  }
  | {
    readonly command: "return_job";
    /** The job's last offset: nothing was heard of its worker since, for a lease's time. */
    readonly expected: number;
  }
  /** When its time has come. */
  | { readonly command: "requeue_job" };

export type Outcome =
  | { readonly state: "done"; readonly result: Json }
  | {
    readonly state: "failed";
    readonly error: string;
    /** How long to wait before the next try, in ms; null where none would help. */
    readonly retryInMs: number | null;
  };

/** What its decisions rest on besides its own state. */
export interface JobSurroundings {
  /** Absent for a job of no session. */
  readonly session?: SessionState;
}

/** Who the server is when it acts by itself: nobody can sign in as this. */
export const SERVER_USER_ID = "regulens";

/** The events a command causes; none when it is so already. @throws {Refusal} */
export function decide(
  state: JobState,
  command: JobCommand,
  context: Context<JobSurroundings>,
): readonly DomainEvent[] {
  if (command.command === "submit_job") return submit(state, command, context);
  if (state.status === "none") throw new Refusal("job_not_found");
  switch (command.command) {
    case "cancel_job":
      demandSay(state, context);
      return isOver(state) ? [] : [jobCancelled(state, context.user)];
    case "retry_job":
      demandSay(state, context);
      if (context.also.session?.status === "closed") {
        throw new Refusal("session_closed");
      }
      if (state.status === "done") throw new Refusal("job_done");
      return isOver(state) ? [jobRetried(state, context.user)] : [];
    default:
      if (context.user.userId !== SERVER_USER_ID) {
        throw new Refusal("not_allowed");
      }
      return serve(state, command, context.now);
  }
}

function submit(
  state: JobState,
  command: Extract<JobCommand, { command: "submit_job" }>,
  { user, also: { session } }: Context<JobSurroundings>,
): readonly DomainEvent[] {
  // Inside a session its own roles count, unless the kind asks for more than a say.
  if (session !== undefined) demandOpenVoice(session, user);
  if (session === undefined || command.role !== "member") {
    if (!hasRole(user, command.role)) throw new Refusal("not_allowed");
  }
  if (state.status !== "none") throw new Refusal("job_exists");
  const { command: _, role: __, input, ...rest } = command;
  const { userId, name, roles } = user;
  return jobSubmitted({ ...rest, userId, name }, { input, roles });
}

/** Its submitter has a say in it, and whoever leads. @throws {Refusal} */
function demandSay(
  job: Job,
  { user, also: { session } }: Context<JobSurroundings>,
): void {
  // Not even that there is such a job: named by its id alone, its session was never asked for.
  if (session !== undefined && !isVisible(session, user)) {
    throw new Refusal("job_not_found");
  }
  if (job.userId === user.userId || hasRole(user, "facilitator")) return;
  if (session !== undefined && leads(session, user.userId)) return;
  throw new Refusal("not_allowed");
}

function leads(session: SessionState, userId: string): boolean {
  return session.status !== "none" &&
    session.participants.some((one) =>
      one.userId === userId && one.role === "facilitator" &&
      one.status !== "left"
    );
}

function serve(
  job: Job,
  command: ServerCommand,
  now: number,
): readonly DomainEvent[] {
  switch (command.command) {
    case "claim_job": {
      const { expected, worker, leaseMs } = command;
      const isFree = job.status === "queued" && job.offset === expected;
      if (!isFree) throw new Refusal("claim_lost");
      return [jobClaimed(job, { worker, leaseUntil: now + leaseMs })];
    }
    case "return_job":
      // Whoever watched measured the time: a clock that is set must not.
      return job.claim !== null && job.offset === command.expected
        ? [givenBack(job)]
        : [];
    case "requeue_job":
      return job.status === "failed" && job.retryAt !== null &&
          now >= job.retryAt
        ? [jobRequeued(job)]
        : [];
    default:
      // Only who holds the claim: another may have been at it since.
      if (job.claim !== command.claim) throw new Refusal("claim_lost");
  }
  switch (command.command) {
    case "renew_job":
      return [jobLeaseRenewed(job, now + command.leaseMs)];
    case "release_job":
      return [jobReleased(job)];
    case "finish_job":
      return finish(job, command, now);
  }
}

function finish(
  job: Job,
  { claim, outcome }: Extract<ServerCommand, { command: "finish_job" }>,
  now: number,
): readonly DomainEvent[] {
  if (outcome.state === "done") {
    return jobDone(job, { claim, result: outcome.result });
  }
  const { error, retryInMs } = outcome;
  if (retryInMs === null) return [jobFailed(job, { error, retryAt: null })];
  return job.attempts >= job.maxAttempts
    ? [jobDead(job, error)]
    : [jobFailed(job, { error, retryAt: now + retryInMs })];
}

function givenBack(job: Job): DomainEvent {
  return job.attempts >= job.maxAttempts
    ? jobDead(job, `Its worker fell silent, ${job.attempts} times by now`)
    : jobReturned(job);
}
