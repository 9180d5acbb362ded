/** What rules need beside the log: those in use at hand, what they did counted, backtests as jobs. */
import type { Area } from "../domain/decider.ts";
import type { RuleState } from "../domain/rules/book/kept_rule.ts";
import { RuleCounters } from "../domain/rules/rule_counters.ts";
import { userChannel } from "../domain/user_id.ts";
import type { Commands } from "../realtime/commands.ts";
import type { Hub } from "../realtime/hub.ts";
import type { Log } from "../realtime/log/log.ts";
import type { Logger } from "../realtime/logger.ts";
import { backtestRoutes } from "./api/backtests.ts";
import type { Route } from "./api/operation.ts";
import { ruleCheckRoutes } from "./api/rule_checks.ts";
import type { RuleEvaluationParts } from "./api/rule_evaluations.ts";
import { Backtests } from "./backtests.ts";
import { type Job, type Jobs, ProcessJobs } from "./process_jobs.ts";
import { RuleBook } from "./rule_book.ts";
import { RuleEvaluations } from "./rule_cache.ts";
import { RuleBatches } from "./workers/rule_batches.ts";

/** Message type that tells of jobs. */
const JOB_UPDATE = "JOB_UPDATE";
/**
 * Ms that a worker has for a chunk, its own start included: on a busy machine that takes
 * seconds, and a verdict of TIMEOUT would then be about the machine.
 */
const CHUNK_MS = 30_000;

export interface RulePartsOptions {
  readonly log: Pick<Log, "query" | "read" | "feed">;
  readonly commands: Pick<Commands, "state">;
  readonly hub: Pick<Hub, "signal">;
  readonly area: Area<RuleState, never>;
  /** Whether a draft is published by another than its authors. */
  readonly fourEyes: boolean;
  readonly logger?: Logger;
  /** What backtests evaluate with. @default one worker for each of the two batches of one */
  readonly batches?: Pick<RuleBatches, "evaluate">;
}

/** As much of it as the pages use. */
export interface RuleParts {
  readonly area: Area<RuleState, never>;
  readonly fourEyes: boolean;
  readonly counters: Pick<RuleCounters, "of">;
  readonly evaluations: Pick<RuleEvaluations, "compile" | "evaluate">;
  readonly backtests: Pick<Backtests, "submit">;
  readonly jobs: Pick<Jobs, "find" | "cancel">;
}

export function createRuleParts(
  { log, commands, hub, area, fourEyes, logger, batches }: RulePartsOptions,
) {
  const counters = new RuleCounters();
  const evaluations = new RuleEvaluations();
  const book = new RuleBook(log, {
    compile: (rule) => evaluations.compile(rule),
  });
  const jobs = new ProcessJobs({ told: (job) => tell(hub, job), logger });
  const workers = new RuleBatches({ workers: 1, timeoutMs: CHUNK_MS });
  const backtests = new Backtests({
    jobs,
    book,
    commands,
    area,
    log,
    batches: batches ?? workers,
  });
  const evaluation: RuleEvaluationParts = {
    ruleOf: (id) => book.ruleOf(id),
    inUse: async () =>
      [...(await book.inUse()).values()].map(({ rule }) => rule),
    evaluations,
    count: (result) => counters.count(result),
  };
  const routes: readonly Route[] = [
    ...ruleCheckRoutes(),
    ...backtestRoutes({ backtests, jobs }),
  ];
  return {
    area,
    fourEyes,
    counters,
    evaluations,
    backtests,
    jobs,
    /** For `POST /api/v1/rules/evaluate`. */
    evaluation,
    routes,
    /** Starts the workers of backtests before somebody waits for one. */
    warm: () => workers.warm(),
    close: async () => {
      await jobs.close();
      workers.stop();
      book.close();
    },
  } satisfies RuleParts & { readonly [key: string]: unknown };
}

/** A signal to the submitter: not kept, the latest of a job wins; its result is asked for. */
function tell(
  hub: Pick<Hub, "signal">,
  { id, type, state, userId, about, done, total }: Job,
): void {
  const channel = userChannel(userId);
  if (channel === undefined) return;
  hub.signal(channel, JOB_UPDATE, `job:${id}`, {
    event: "job_progress",
    jobId: id,
    jobType: type,
    about,
    state,
    done,
    total,
  });
}
