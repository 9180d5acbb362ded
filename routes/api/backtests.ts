/** Backtests over HTTP: jobs by another name, submitted where the rule is. */
import { z } from "zod";
import { RuleId } from "../../domain/rules/book/rule_commands.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import type { Backtests } from "../backtests.ts";
import { BacktestSource, hasOneSource } from "../jobs/kinds/rules_backtest.ts";
import { messageIdOf } from "./idempotency.ts";
import { wholeJob, WholeJobShape } from "./jobs.ts";
import { operation, type Route } from "./operation.ts";

const Body = BacktestSource
  .refine(hasOneSource, { error: "Either `facts` or `since`" });

export function backtestRoute(
  backtests: Pick<Backtests, "submit" | "find">,
): Route {
  return operation({
    method: "POST",
    path: "/api/v1/rules/{ruleId}/backtest",
    summary: "Finds what a rule's draft would have changed, as a job",
    tag: "Rules",
    input: { params: z.object({ ruleId: RuleId }), body: Body },
    answers: {
      202: {
        description: "The job; its result: {facts, changed, verdicts, " +
          "recommendations, scores, rows}, the first 200 changed facts in rows",
        schema: z.object({ job: WholeJobShape }),
      },
    },
    run: async ({ c, user, params: { ruleId }, body: source }) => {
      const messageId = messageIdOf(c, undefined);
      const jobId = await backtests.submit(user, { ruleId, source, messageId });
      const job = await backtests.find(user, jobId);
      if (job === undefined) {
        throw new RealtimeError("not_found", "Cannot find this job");
      }
      c.header("Location", `/api/v1/jobs/${jobId}`);
      return c.json({ job: wholeJob(job) }, 202);
    },
  });
}
