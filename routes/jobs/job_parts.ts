/** The jobs of a server put together: what runs them, what shows them, what lets them in. */
import type { Area } from "../../domain/decider.ts";
import type { JobKindDeclaration } from "../../domain/jobs/job_input.ts";
import type { RuleState } from "../../domain/rules/book/kept_rule.ts";
import { SYSTEM_CLOCK } from "../../realtime/clock.ts";
import type { Commands } from "../../realtime/commands.ts";
import type { Hub } from "../../realtime/hub.ts";
import type { AuditReading } from "../../realtime/log/audit_reading.ts";
import type { Log } from "../../realtime/log/log.ts";
import type { Logger } from "../../realtime/logger.ts";
import { systemAfter } from "../../realtime/timer.ts";
import { jobRoutes } from "../api/jobs.ts";
import type { Route } from "../api/operation.ts";
import type { RuleBook } from "../rule_book.ts";
import type { JobBoard } from "./job_board.ts";
import type { JobDesk } from "./job_desk.ts";
import type { Tracing } from "../../realtime/tracing.ts";
import { JobEngine } from "./job_engine.ts";
import type { JobFiles } from "./job_files.ts";
import type { JobKind } from "./job_kind.ts";
import { JobPool } from "./job_pool.ts";
import { JobReading } from "./job_reading.ts";
import { AUDIT_EXPORT, createAuditExport } from "./kinds/audit_export.ts";
import { decisionsBatch } from "./kinds/decisions_batch.ts";
import { decisionsSmaa } from "./kinds/decisions_smaa.ts";
import { createRulesBacktest, RULES_BACKTEST } from "./kinds/rules_backtest.ts";
import { createRulesBatch, RULES_BATCH } from "./kinds/rules_batch.ts";

/** Files that are over are looked for so often, in ms: a day. */
const SWEEP_EVERY_MS = 24 * 60 * 60 * 1000;

/** What may be submitted, known before there is anything to run it. */
export const JOB_KINDS: readonly JobKindDeclaration[] = [
  RULES_BATCH,
  RULES_BACKTEST,
  decisionsSmaa,
  decisionsBatch,
  AUDIT_EXPORT,
];

export interface JobPartsOptions {
  readonly log: Log;
  readonly commands: Commands;
  readonly hub: Pick<Hub, "signal">;
  readonly audit: Pick<AuditReading, "export">;
  readonly board: JobBoard;
  readonly desk: JobDesk;
  readonly book: Pick<RuleBook, "ruleOf" | "inUse">;
  /** Of rules. */
  readonly area: Area<RuleState, never>;
  readonly files: JobFiles;
  readonly logger: Logger;
  readonly tracing?: Tracing | undefined;
  /** Kinds beside those of this file. */
  readonly more?: readonly JobKind[];
  /** @default threads of its own */
  readonly pool?: Pick<JobPool, "run" | "stats" | "warm" | "stop">;
}

export function createJobParts(options: JobPartsOptions) {
  const { log, commands, hub, audit, book, area, logger } = options;
  const { board, desk, files, more = [], pool = new JobPool() } = options;
  const { now } = SYSTEM_CLOCK;
  const kinds: readonly JobKind[] = [
    createRulesBatch({ book, now }),
    createRulesBacktest({ book, commands, area, log, now }),
    decisionsSmaa,
    decisionsBatch,
    createAuditExport({ log, audit, files }),
    ...more,
  ];
  const engine = new JobEngine({
    log,
    commands,
    kinds,
    pool,
    signal: (...told) => hub.signal(...told),
    clock: SYSTEM_CLOCK,
    logger,
    tracing: options.tracing,
  });
  const reading = new JobReading({ commands, log, engine });
  const routes: readonly Route[] = jobRoutes({
    reading,
    board,
    engine,
    pool,
    files,
    log,
    kinds,
  });
  let stopSweeping = () => {};
  const sweep = () => {
    stopSweeping = systemAfter(SWEEP_EVERY_MS, sweep);
    files.sweep(now()).catch((error) =>
      logger.warn("cannot remove old files of jobs", { error })
    );
  };
  return {
    board,
    engine,
    pool,
    reading,
    desk,
    routes,
    start: () => {
      engine.start();
      sweep();
    },
    /** Lets go who waits for a job: a server that stops answers them now. */
    drain: () => reading.close(),
    /** Gives back what runs, while commands still work. */
    close: async () => {
      stopSweeping();
      await engine.close();
      await pool.stop();
      reading.close();
    },
  };
}

export type JobParts = ReturnType<typeof createJobParts>;
