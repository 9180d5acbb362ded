/** Backtests over HTTP: submitted, looked at and cancelled by whoever submitted them. */
import { z } from "zod";
import { hasRole } from "../../domain/access.ts";
import { RuleId } from "../../domain/rules/book/rule_commands.ts";
import { MAX_FACTS } from "../../domain/rules/read_facts.ts";
import { FactsShape } from "../../domain/rules/rule_input.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import type { User } from "../../realtime/user.ts";
import type { Backtests } from "../backtests.ts";
import type { Job, Jobs } from "../process_jobs.ts";
import { operation, type Route } from "./operation.ts";
import { IsoTime } from "./schemas.ts";
import { isoTime } from "./times.ts";

const tag = "Rules";

const BacktestBody = z.object({
  facts: z.array(FactsShape).min(1).max(MAX_FACTS).optional(),
  since: IsoTime.optional().meta({
    description:
      "Instead of `facts`: those that sessions you may read were evaluated on since then",
  }),
}).refine(
  ({ facts, since }) => (facts === undefined) !== (since === undefined),
  {
    error: "Either `facts` or `since`",
  },
);

const JobShape = z.object({
  id: z.string(),
  type: z.string(),
  state: z.enum(["queued", "running", "done", "failed", "cancelled"]),
  about: z.string(),
  done: z.int(),
  total: z.int().nullable(),
  submittedAt: IsoTime,
  startedAt: IsoTime.nullable(),
  endedAt: IsoTime.nullable(),
  result: z.unknown().meta({
    description:
      "{facts, changed, verdicts, recommendations, scores, rows}: counts of every from → to, " +
      "and the first 200 changed facts",
  }),
  error: z.string().nullable(),
});
const Answer = z.object({ job: JobShape });

export interface BacktestRouteParts {
  readonly backtests: Pick<Backtests, "submit">;
  readonly jobs: Pick<Jobs, "find" | "cancel">;
}

export function backtestRoutes(
  { backtests, jobs }: BacktestRouteParts,
): readonly Route[] {
  const params = z.object({ jobId: z.string() });
  const answers = { 200: { description: "The job", schema: Answer } };
  return [
    operation({
      method: "POST",
      path: "/api/v1/rules/{ruleId}/backtest",
      summary: "Finds what a rule's draft would have changed, as a job",
      tag,
      input: { params: z.object({ ruleId: RuleId }), body: BacktestBody },
      answers: { 202: { description: "The job", schema: Answer } },
      run: async ({ c, user, params: { ruleId }, body: { facts, since } }) => {
        demandMember(user);
        const job = await backtests.submit(
          user,
          ruleId,
          facts ? { facts } : { since: Date.parse(since ?? "") },
        );
        c.header("Location", `/api/v1/rules/backtests/${job.id}`);
        return c.json({ job: jobJson(job) }, 202);
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/rules/backtests/{jobId}",
      summary: "Shows a backtest of yours, with its result once it is done",
      tag,
      input: { params },
      answers,
      run: ({ c, user, params: { jobId } }) =>
        c.json({ job: jobJson(found(jobs.find(user.userId, jobId))) }),
    }),
    operation({
      method: "POST",
      path: "/api/v1/rules/backtests/{jobId}/cancel",
      summary: "Cancels a backtest of yours; one that has ended stays as it is",
      tag,
      input: { params },
      answers,
      run: ({ c, user, params: { jobId } }) =>
        c.json({ job: jobJson(found(jobs.cancel(user.userId, jobId))) }),
    }),
  ];
}

/** A job as it is shown. */
export function jobJson({ userId: _, ...job }: Job) {
  return {
    ...job,
    submittedAt: isoTime(job.submittedAt),
    startedAt: job.startedAt && isoTime(job.startedAt),
    endedAt: job.endedAt && isoTime(job.endedAt),
  };
}

/** Observers look on: what keeps workers busy is for those who work. @throws {RealtimeError} */
export function demandMember(user: User): void {
  if (hasRole(user, "member")) return;
  throw new RealtimeError("forbidden", "Cannot do this with your role", {
    reason: "not_allowed",
  });
}

function found(job: Job | undefined): Job {
  if (job !== undefined) return job;
  throw new RealtimeError("not_found", "Cannot find this job");
}
