/**
 * What a job works on and what came of it: kept in a channel of the server's own, since
 * everyone may read of jobs, and only their submitters what is in them.
 */
import type { Area, Json, RecordedEvent } from "../decider.ts";
import { numberOf, textsOf } from "../read_json.ts";
import { JOB_UPDATE } from "./events.ts";

export interface JobContent {
  readonly input: Json;
  /** What its submitter was when it was submitted. */
  readonly roles: readonly string[];
  /** Of the last claim that finished it; null before, or once it was erased. */
  readonly result: Json;
  /** The claim it was finished under; null before. */
  readonly claim: number | null;
}

/** Jobs of a session lie apart: a channel is written through one other alone. */
export function contentChannel(sessionId: string | null | undefined): string {
  return sessionId ? `sealed:jobs:${sessionId}` : "sealed:jobs";
}

/** Only folds: it is written along with the job's own entries. */
export const jobContents: Area<JobContent, never> = {
  name: "job_contents",
  initial: () => ({ input: null, roles: [], result: null, claim: null }),
  evolve,
  decide: () => [],
};

function evolve(state: JobContent, event: RecordedEvent): JobContent {
  const { type, v, body } = event;
  if (type !== JOB_UPDATE || v !== 1 || body === null) return state;
  switch (body.event) {
    case "job_input_kept":
      return {
        ...state,
        input: body.input ?? null,
        roles: textsOf(body.roles),
      };
    case "job_result_kept":
      return {
        ...state,
        result: body.result ?? null,
        claim: numberOf(body.claim),
      };
    default:
      return state;
  }
}
