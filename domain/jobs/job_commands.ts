/** The commands of a job, declared once: people's first, then those the server keeps to itself. */
import type { Area, CommandDeclaration, Json, Place } from "../decider.ts";
import { sessionChannel } from "../sessions/session.ts";
import { sessionIfAny } from "../sessions/session_place.ts";
import { contentChannel, type JobContent, jobContents } from "./content.ts";
import { decide, type JobCommand, type JobSurroundings } from "./decide.ts";
import { evolve, initial, type JobState } from "./job.ts";
import {
  ClaimJob,
  FinishJob,
  type JobKindDeclaration,
  OfJob,
  ReleaseJob,
  RenewJob,
  ReturnJob,
  type SubmitJob,
  submitJobInput,
} from "./job_input.ts";
import { jobJson } from "./job_json.ts";
import { notices } from "./notices.ts";
import { index, JOB_SUBJECT } from "./view.ts";

export const jobs: Area<JobState, JobCommand, JobSurroundings> = {
  name: "jobs",
  keepsOffsets: true,
  initial,
  evolve,
  decide,
  index,
  notices,
};

/** Carries every job that belongs to no session. */
export const JOBS_CHANNEL = "jobs";

export function jobChannel(sessionId: string | null | undefined): string {
  return sessionId ? sessionChannel(sessionId) : JOBS_CHANNEL;
}

export function jobPlace(
  { jobId, sessionId }: {
    readonly jobId: string;
    readonly sessionId?: string | null;
  },
): Place<JobState> {
  const subject = JOB_SUBJECT + jobId;
  return { area: jobs, channel: jobChannel(sessionId), subject };
}

/** Where a job's input and result lie. */
export function contentPlace(
  { jobId, sessionId }: {
    readonly jobId: string;
    readonly sessionId?: string | null;
  },
): Place<JobContent> {
  const subject = JOB_SUBJECT + jobId;
  return { area: jobContents, channel: contentChannel(sessionId), subject };
}

type Declaration<Input> = CommandDeclaration<
  Input,
  JobState,
  JobCommand,
  JobSurroundings
>;

/** The commands of people, over these kinds of jobs. */
export function createJobCommands(kinds: readonly JobKindDeclaration[]) {
  const submitJob: Declaration<SubmitJob> = {
    name: "submit_job",
    summary: "Submit work to be done in the background",
    input: submitJobInput(kinds),
    // Its kind may ask for more; inside a session its own roles count.
    role: "observer",
    http: { method: "POST", path: "/jobs", status: 202 },
    area: jobs,
    complete: (input, newId) => ({ ...input, id: newId() }),
    scope: JOBS_CHANNEL,
    channel: ({ sessionId }) => jobChannel(sessionId),
    subject: ({ id = "" }) => JOB_SUBJECT + id,
    also: ({ id = "", sessionId }) => ({
      ...sessionIfAny(sessionId),
      content: contentPlace({ jobId: id, sessionId }),
    }),
    command: ({ id = "", type, sessionId = null, ...input }) => {
      const kind = kinds.find((one) => one.type === type);
      return {
        command: "submit_job",
        jobId: id,
        jobType: type,
        sessionId,
        about: kind?.about?.(input.input) ?? null,
        role: kind?.role ?? "admin",
        ...input,
      };
    },
    result: jobOf,
  };
  return [
    submitJob,
    ofJob({
      name: "cancel_job",
      summary: "Cancel a job; one that has ended stays as it is",
      input: OfJob,
      http: post("cancel"),
      command: () => ({ command: "cancel_job" }),
    }),
    ofJob({
      name: "retry_job",
      summary: "Try a job anew that failed, was given up or was cancelled",
      input: OfJob,
      http: post("retry"),
      command: () => ({ command: "retry_job" }),
    }),
    ...serverCommands,
  ] as const;
}

const serverCommands = [
  ofServer({
    name: "claim_job",
    summary: "Claim a job under a lease",
    input: ClaimJob,
    command: ({ expected, worker, leaseMs }) => ({
      command: "claim_job",
      expected,
      worker,
      leaseMs,
    }),
  }),
  ofServer({
    name: "renew_job",
    summary: "Renew the lease of a claim",
    input: RenewJob,
    command: ({ claim, leaseMs }) => ({
      command: "renew_job",
      claim,
      leaseMs,
    }),
  }),
  ofServer({
    name: "release_job",
    summary: "Give a claimed job back unfinished",
    input: ReleaseJob,
    command: ({ claim }) => ({ command: "release_job", claim }),
  }),
  ofServer({
    name: "finish_job",
    summary: "Say what came of a claimed job",
    input: FinishJob,
    command: ({ claim, outcome }) => ({
      command: "finish_job",
      claim,
      outcome,
    }),
  }),
  ofServer({
    name: "return_job",
    summary: "Take a job back whose lease is over",
    input: ReturnJob,
    command: ({ expected }) => ({ command: "return_job", expected }),
  }),
  ofServer({
    name: "requeue_job",
    summary: "Queue a failed job whose next try has come",
    input: OfJob,
    command: () => ({ command: "requeue_job" }),
  }),
] as const;

function post(action: string) {
  const path = `/jobs/{jobId}/${action}`;
  return { method: "POST", path, status: 200 } as const;
}

function ofServer<Input extends OfJob>(
  declaration: Pick<
    Declaration<Input>,
    "name" | "summary" | "input" | "command"
  >,
): Declaration<Input> {
  const http = post(declaration.name.replace("_job", ""));
  return {
    ...ofJob({ ...declaration, http }),
    role: "admin",
    internal: true,
    // The fencing token is for who claimed it alone.
    result: (state) => state.status === "none" ? null : { claim: state.claim },
  };
}

function ofJob<Input extends OfJob>(
  declaration: Pick<
    Declaration<Input>,
    "name" | "summary" | "input" | "http" | "command"
  >,
): Declaration<Input> {
  return {
    ...declaration,
    role: "observer",
    area: jobs,
    channel: ({ sessionId }) => jobChannel(sessionId),
    subject: ({ jobId }) => JOB_SUBJECT + jobId,
    also: (input) => ({
      ...sessionIfAny(input.sessionId),
      content: contentPlace(input),
    }),
    result: jobOf,
  };
}

function jobOf(state: JobState): Json {
  return state.status === "none" ? null : { job: jobJson(state) };
}
