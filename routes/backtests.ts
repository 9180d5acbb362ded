/** Backtests of a rule's draft: jobs that are submitted, looked at and cancelled where the rule is. */
import { hasRole } from "../domain/access.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Json } from "../realtime/json.ts";
import type { User } from "../realtime/user.ts";
import type { JobDesk } from "./jobs/job_desk.ts";
import type { JobReading, WholeJob } from "./jobs/job_reading.ts";
import {
  type BacktestParts,
  type BacktestSource,
  draftOf,
  RULES_BACKTEST,
} from "./jobs/kinds/rules_backtest.ts";

export interface BacktestsParts
  extends Pick<BacktestParts, "commands" | "area"> {
  readonly desk: Pick<JobDesk, "submit" | "execute">;
  readonly reading: Pick<JobReading, "find">;
}

export interface BacktestSubmission {
  readonly ruleId: string;
  readonly source: BacktestSource;
  readonly messageId?: string;
}

export class Backtests {
  readonly #parts: BacktestsParts;

  constructor(parts: BacktestsParts) {
    this.#parts = parts;
  }

  /**
   * Submits a backtest of the rule's draft as it is when the job runs, and gives the job's id.
   *
   * @throws {Refusal} `rule_not_found`, `not_allowed`
   * @throws {RealtimeError} `conflict` without a draft; `rate_limited`
   */
  async submit(
    user: User,
    { ruleId, source, messageId }: BacktestSubmission,
  ): Promise<string> {
    if (!hasRole(user, RULES_BACKTEST.role)) throw new Refusal("not_allowed");
    // Said at once: a job that fails a moment later says it to nobody.
    await draftOf(this.#parts, ruleId);
    // What was left out stays out.
    const input: Json = JSON.parse(JSON.stringify({ ...source, ruleId }));
    const job = { type: RULES_BACKTEST.type, input };
    return await this.#parts.desk.submit(user, job, messageId);
  }

  /** Undefined for a job that is another's, or no backtest. */
  async find(user: User, jobId: string): Promise<WholeJob | undefined> {
    const job = await this.#parts.reading.find(user, jobId);
    return job?.userId === user.userId && job.type === RULES_BACKTEST.type
      ? job
      : undefined;
  }

  /** @throws {Refusal} */
  async cancel(user: User, jobId: string): Promise<void> {
    await this.#parts.desk.execute("cancel_job", { jobId }, { user });
  }
}
