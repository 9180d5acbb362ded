/** What a kind of job is to the engine: what may be submitted, and how it is done. */
import type { JobKindDeclaration } from "../../domain/jobs/job_input.ts";
import type { Json } from "../../realtime/json.ts";
import type { User } from "../../realtime/user.ts";
import type { JobTask } from "./job_task.ts";

export interface JobKind extends JobKindDeclaration {
  /** The result follows from the input alone: equal jobs under way share one run. */
  readonly isPure?: boolean;
  /**
   * Does it: reads what it needs here, and has everything heavy worked out by a thread.
   *
   * @param input Checked by `input`, as it came.
   * @throws {JobFault} or an `unavailable` for what another try may cure; a `Refusal` or another
   *   `RealtimeError` for what none will
   */
  run(input: unknown, run: JobRun): Promise<Json>;
}

export interface JobRun {
  readonly jobId: string;
  /** The fencing token: what is written outside the log carries it. */
  readonly claim: number;
  /** Its submitter. */
  readonly user: User;
  /** Aborted when it is cancelled, its lease is lost, or the server stops. */
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number) => void;
  /** A part of the result, for submitters that want them as they come. */
  readonly part: (part: Json) => void;
  /** Has a thread work a task out. */
  readonly compute: (task: JobTask) => Promise<Json>;
}

/** Why a try failed that another may cure, in a sentence for its submitter. */
export class JobFault extends Error {
  override readonly name = "JobFault";
}
