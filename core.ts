/** What the program does, put together in order: log, commands, hub, and what rests on them. */
import type { Config } from "./config.ts";
import { hasRole } from "./domain/access.ts";
import { changeAccount } from "./domain/accounts/account_command.ts";
import { keepingCommands } from "./domain/audit/keeping_commands.ts";
import { alertCommands } from "./domain/alerts/alert_commands.ts";
import { savedViewCommands } from "./domain/alerts/saved_view_commands.ts";
import { decisionCommands } from "./domain/decisions/live/decision_commands.ts";
import { runAnalysis } from "./domain/decisions/live/recorded_analysis.ts";
import { inboxCommands } from "./domain/inbox/commands.ts";
import { createJobCommands } from "./domain/jobs/job_commands.ts";
import { createLearningCommands } from "./domain/learning/learning_commands.ts";
import { pollCommands } from "./domain/consensus/polls/commands.ts";
import { sessionCommands } from "./domain/sessions/commands.ts";
import { createRunEvaluation } from "./domain/rules/book/recorded_evaluation.ts";
import { createRuleCommands } from "./domain/rules/book/rule_commands.ts";
import type { Logging } from "./logging.ts";
import { openLog } from "./open_log.ts";
import { openRecords } from "./open_records.ts";
import { SYSTEM_CLOCK } from "./realtime/clock.ts";
import { CLOSE } from "./realtime/codes.ts";
import { Commands } from "./realtime/commands.ts";
import type { Log } from "./realtime/log/log.ts";
import { measured } from "./realtime/log/measured.ts";
import type { Bus } from "./realtime/nodes/bus.ts";
import { PostgresSpentTickets } from "./realtime/nodes/postgres_spent_tickets.ts";
import { PostgresTopicOwners } from "./realtime/nodes/postgres_topic_owners.ts";
import { BusWord } from "./realtime/nodes/log_word.ts";
import { traced, type Tracing } from "./realtime/tracing.ts";
import { COOKIE_SECRET, sharedSecret } from "./realtime/nodes/kept_secret.ts";
import { openDatabase } from "./realtime/postgres/database.ts";
import { createNodes } from "./nodes.ts";
import { createPeople } from "./people.ts";
import { systemAfter } from "./realtime/timer.ts";
import { AuditChecks } from "./routes/audit_checks.ts";
import { Removals } from "./routes/audit_removal.ts";
import { revokedSignIns, SignIns } from "./routes/auth_sign_ins.ts";
import { Tickets } from "./routes/auth_tickets.ts";
import { createDemoParts } from "./routes/demo/demo_parts.ts";
import { SimulatedParticipants } from "./routes/development_participant.ts";
import { createDemoLoad, DEMO_LOAD } from "./routes/jobs/kinds/demo_load.ts";
import { AlertBoard } from "./routes/alert_board.ts";
import { DecisionResults } from "./routes/decision_results.ts";
import { LearningReading } from "./routes/learning_reading.ts";
import { PollReading } from "./routes/poll_reading.ts";
import { CacheForgetting } from "./routes/cache_forgetting.ts";
import { ResultCache } from "./routes/result_cache.ts";
import { Backtests } from "./routes/backtests.ts";
import { JobBoard } from "./routes/jobs/job_board.ts";
import { JobDesk } from "./routes/jobs/job_desk.ts";
import { createJobParts, JOB_KINDS } from "./routes/jobs/job_parts.ts";
import { createRuleParts } from "./routes/rule_parts.ts";
import { createDecisionCalls } from "./routes/workers/decision_calls.ts";
import { keptSecret } from "./secret.ts";
import {
  createDerived,
  createDue,
  createHub,
  createRetention,
  createSubjectViews,
} from "./wiring.ts";

/** When workers are started that nobody has asked for yet: starting one holds the loop. */
const WARM_AFTER_MS = 5_000;

export interface CoreOptions {
  readonly logging: Pick<Logging, "logger">;
  readonly tracing?: Tracing | undefined;
  /** The storage is gone until the program starts anew. */
  readonly onStorageLost?: (reason: string) => void;
  /** @default Postgres of `DATABASE_URL`, or the embedded log in `REGULENS_DATA` */
  readonly openLog?: () => Promise<Log>;
  /** @default the nodes of `DATABASE_URL`, or this one alone */
  readonly openBus?: () => Promise<Bus>;
  /** Takes what ends a part; they are called in turn, the last one first. */
  readonly onStop: (undo: () => unknown) => void;
}

/** What is there once it is started, whoever asks it. */
export type Core = Awaited<ReturnType<typeof createCore>>;

/** @throws when a part cannot be had; what was made before is in `onStop` */
export async function createCore(
  config: Config,
  { logging, tracing, onStorageLost, openLog: open, openBus, onStop }:
    CoreOptions,
) {
  const logger = (category: string) => logging.logger(category);
  const folder = config.REGULENS_DATA;
  const database = config.DATABASE_URL === undefined
    ? undefined
    : openDatabase(config.DATABASE_URL, { logger: logger("postgres") });
  onStop(() => database?.close());
  // NATS takes word of entries from the database's hands.
  const word = config.NATS_URL === undefined ? undefined : new BusWord();
  const kept = await (open?.() ??
    openLog(config, {
      database,
      views: [revokedSignIns, ...createSubjectViews()],
      logger: logger("log"),
      word,
      onLost: onStorageLost,
    }));
  const timed = measured(kept, SYSTEM_CLOCK);
  const log = tracing ? traced(timed, tracing) : timed;
  onStop(() => log.close());
  // After the log, which brings the database up to date.
  const bus = await (openBus?.() ?? createNodes(config, { database, logging }));
  word?.attach(bus);
  onStop(() => bus.close());
  const { audit, files } = openRecords(config, database);
  onStop(() => audit.close());
  const checks = new AuditChecks(log);
  const removals = new Removals(log, { files });
  const retention = createRetention(config, { log, removals, logging });
  onStop(() => retention.close());
  const fourEyes = config.REGULENS_FOUR_EYES;
  const rules = createRuleCommands({ fourEyes });
  const learning = createLearningCommands({ fourEyes, rules: rules.area });
  const commands = new Commands({
    log,
    tracing,
    declarations: [
      ...sessionCommands,
      ...pollCommands,
      ...decisionCommands,
      runAnalysis,
      ...rules.declarations,
      ...alertCommands,
      ...savedViewCommands,
      createRunEvaluation(rules.area),
      ...learning.declarations,
      ...inboxCommands,
      ...createJobCommands([...JOB_KINDS, DEMO_LOAD]),
      ...keepingCommands,
      changeAccount,
    ],
    authorize: hasRole,
    logger: logging.logger("commands"),
  });
  onStop(() => commands.close());
  const board = new JobBoard(log);
  onStop(() => board.close());
  const desk = new JobDesk({ commands, log, board });
  const hub = createHub(config, {
    log,
    bus,
    topicOwners: database &&
      new PostgresTopicOwners({ database, node: bus.node }),
    commands,
    desk,
    logging,
    tracing,
  });
  onStop(() => hub.stop());
  const learned = new LearningReading(log);
  onStop(() => learned.close());
  const derived = createDerived({ log, commands, hub, learned, logging });
  onStop(() => derived.close());
  const due = createDue({ log, commands, logging });
  onStop(() => due.close());
  const polls = new PollReading({ commands, log });
  const { area } = rules;
  const results = new ResultCache();
  const ruleParts = createRuleParts({ log, area, fourEyes, results });
  onStop(() => ruleParts.close());
  const secret = config.REGULENS_SECRET ??
    await (database
      ? sharedSecret(database, COOKIE_SECRET)
      : keptSecret(folder));
  const signIns = new SignIns({
    log,
    secret,
    ended: ({ userId, signInId }) =>
      hub.disconnectUser(userId, CLOSE.signedOut, { signInId }),
  });
  onStop(() => signIns.close());
  await signIns.load();
  // Alone a node remembers its tickets itself.
  const spent = database && new PostgresSpentTickets({ database });
  const tickets = new Tickets({ shared: spent && { bus, spent, secret } });
  onStop(() => tickets.close());
  const isOpenHouse = config.REGULENS_AUTH === "demo";
  const people = await createPeople(config, {
    log,
    hub,
    commands,
    signIns,
    secret,
    bus,
    logger: logger("accounts"),
  });
  onStop(() => people?.close());
  const demo = createDemoParts({
    log,
    commands,
    hub,
    removals,
    signIns: {
      open: (person) => {
        const opened = signIns.open(person);
        people?.directory.play(opened.user);
        return opened;
      },
    },
    isOpenHouse,
    logger: logger("demo"),
  });
  onStop(() => demo.close());
  const jobs = createJobParts({
    log,
    tracing,
    commands,
    hub,
    audit,
    board,
    desk,
    book: ruleParts.book,
    area,
    files,
    logger: logger("jobs"),
    more: [createDemoLoad(demo.demo)],
  });
  onStop(() => jobs.close());
  const backtests = new Backtests({
    desk,
    reading: jobs.reading,
    commands,
    area,
  });
  const calls = createDecisionCalls();
  onStop(() => calls.stop());
  const decisions = new DecisionResults({ results, calls });
  // Later: a start is the busiest moment of all, and most calls come after it.
  onStop(systemAfter(WARM_AFTER_MS, () => {
    jobs.pool.warm();
    calls.warm();
  }));
  const forgetting = new CacheForgetting({
    results,
    bus,
    logger: logger("cache"),
  });
  onStop(() => forgetting.close());
  const cache = {
    results,
    forgetting,
    warming: ruleParts.warming,
    logger: logger("cache"),
  };
  const alerts = new AlertBoard(log);
  onStop(() => alerts.close());
  const simulated = config.REGULENS_DEV
    ? new SimulatedParticipants({ commands, logger: logger("development") })
    : undefined;
  onStop(() => simulated?.close());
  return {
    alerts,
    area,
    audit,
    backtests,
    bus,
    cache,
    checks,
    commands,
    decisions,
    demo,
    derived,
    desk,
    due,
    fourEyes,
    hub,
    isOpenHouse,
    jobs,
    learned,
    log,
    people,
    polls,
    removals,
    retention,
    ruleParts,
    signIns,
    simulated,
    tickets,
  };
}
