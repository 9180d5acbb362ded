/** How the hub learns what the domain says: who may what, what commands do, how lists are rebuilt. */
import type { Config } from "./config.ts";
import type { SessionAccess } from "./domain/access.ts";
import {
  ACCOUNT_VIEWS,
  createAccountIndexer,
} from "./domain/accounts/account_command.ts";
import { ALERT_VIEWS, createAlertIndexer } from "./domain/alerts/view.ts";
import { createKeepingIndexer, KEEPING_VIEWS } from "./domain/audit/keeping.ts";
import { POLL_SUBJECT, polls } from "./domain/consensus/polls/commands.ts";
import { consensusUpdated } from "./domain/consensus/polls/updates.ts";
import {
  createPollIndexer,
  POLL_VIEWS,
} from "./domain/consensus/polls/view.ts";
import {
  DECISION_SUBJECT,
  decisions,
} from "./domain/decisions/live/decision_commands.ts";
import { dragWeights } from "./domain/decisions/live/drag_weights.ts";
import { analysisUpdated } from "./domain/decisions/live/updates.ts";
import {
  createDecisionIndexer,
  DECISION_VIEWS,
} from "./domain/decisions/live/view.ts";
import {
  createFeedbackIndexer,
  FEEDBACK_VIEWS,
  LABELS_VIEW,
  LEARNING_VIEW,
} from "./domain/learning/feedback_view.ts";
import {
  createProposalIndexer,
  PROPOSAL_VIEWS,
} from "./domain/learning/proposal_view.ts";
import {
  createResultIndexer,
  RESULT_VIEWS,
} from "./domain/rules/book/evaluation_view.ts";
import { createRuleIndexer, RULE_VIEWS } from "./domain/rules/book/view.ts";
import {
  createReaderIndexer,
  READER_VIEWS,
} from "./domain/inbox/readers_view.ts";
import type { RowIndexer } from "./domain/row_indexer.ts";
import { createJobIndexer, JOB_VIEWS } from "./domain/jobs/view.ts";
import { sessions } from "./domain/sessions/commands.ts";
import {
  createSessionIndexer,
  SESSION_SUBJECT,
  SESSION_VIEWS,
} from "./domain/sessions/view.ts";
import type { SessionState } from "./domain/sessions/session.ts";
import { Refusal } from "./domain/refusal.ts";
import { isUserId, userChannel } from "./domain/user_id.ts";
import type { Logging } from "./logging.ts";
import { SYSTEM_CLOCK } from "./realtime/clock.ts";
import type { Commands } from "./realtime/commands.ts";
import { type Derivation, Derived } from "./realtime/derived.ts";
import { Due, DUE_VIEW } from "./realtime/due.ts";
import { Hub } from "./realtime/hub.ts";
import { DEFAULT_LIMITS, type RunCommand } from "./realtime/hub_options.ts";
import type { Bus } from "./realtime/nodes/bus.ts";
import type { TopicOwners } from "./realtime/nodes/topic_owners.ts";
import type { Entry, Log, View } from "./realtime/log/log.ts";
import { isRemoval } from "./realtime/log/record.ts";
import { RealtimeError } from "./realtime/realtime_error.ts";
import { SignalCommands } from "./realtime/signal_commands.ts";
import { systemAfter } from "./realtime/timer.ts";
import type { Tracing } from "./realtime/tracing.ts";
import { createAccess } from "./routes/access.ts";
import type { Removals } from "./routes/audit_removal.ts";
import { Retention } from "./routes/audit_retention.ts";
import type { JobDesk } from "./routes/jobs/job_desk.ts";
import type { LearningReading } from "./routes/learning_reading.ts";
import { learningUpdates } from "./routes/learning_updates.ts";
import { refused } from "./routes/problem.ts";

interface HubParts {
  readonly log: Log;
  readonly commands: Commands;
  readonly logging: Pick<Logging, "logger">;
}

/** The hub with the access, the commands and the limits of this program. */
export function createHub(
  config: Config,
  { log, bus, topicOwners, commands, desk, logging, tracing }: HubParts & {
    readonly bus: Bus;
    readonly topicOwners: TopicOwners | undefined;
    readonly desk: JobDesk;
    readonly tracing: Tracing | undefined;
  },
): Hub {
  const logger = logging.logger("socket");
  const hub = new Hub({
    log,
    tracing,
    access: createAccess((channel) => sessionOf(commands, channel)),
    limits: {
      ...DEFAULT_LIMITS,
      maxMessageBytes: config.WEBSOCKET_MAX_MESSAGE_BYTES,
      maxBufferedBytes: config.WEBSOCKET_MAX_BUFFERED_BYTES,
      ratePerSecond: config.WEBSOCKET_RATE_LIMIT,
      transientHistory: config.WEBSOCKET_MESSAGE_QUEUE_SIZE,
      heartbeat: {
        intervalMs: config.WEBSOCKET_HEARTBEAT_INTERVAL,
        timeoutMs: config.WEBSOCKET_CONNECTION_TIMEOUT * 1000,
      },
    },
    node: bus.node,
    bus,
    topicOwners,
    userChannel: (userId) => isUserId(userId) ? userChannel(userId) : undefined,
    runCommand: runCommand({
      commands,
      desk,
      signal: (...told) => hub.signal(...told),
    }),
    commandChannel: (name, input, user) =>
      commands.channelOf(name, input, user),
    onEntries: (entries) => {
      for (const { channel } of entries.filter(endsAccess)) {
        // After this turn: the folds that access rests on follow the same feed.
        queueMicrotask(() =>
          hub.recheckAccess(channel).catch((error) =>
            logger.error("cannot recheck access", { channel, error })
          )
        );
      }
    },
    logger,
  });
  return hub;
}

/** Signals that follow from entries: figures of a poll while it is open, how far rules are trusted. */
export function createDerived(
  { log, commands, hub, learned, logging }: HubParts & {
    readonly hub: Hub;
    readonly learned: LearningReading;
  },
): Derived {
  return new Derived({
    log,
    derivations: [
      {
        keyOf: placeOf(POLL_SUBJECT),
        tell: async ({ channel, subject }) => {
          const found = await commands.state(polls, channel, subject);
          return consensusUpdated(found.state, found.position.offset);
        },
      },
      {
        keyOf: placeOf(DECISION_SUBJECT),
        tell: async ({ channel, subject }) => {
          const found = await commands.state(decisions, channel, subject);
          return analysisUpdated(found.state, found.position.offset);
        },
      },
      learningUpdates(learned),
    ],
    // Every node follows the log and computes them for its own readers.
    signal: (...told) => hub.signalHere(...told),
    hasReaders: (channel) => hub.hasReaders(channel),
    clock: SYSTEM_CLOCK,
    logger: logging.logger("derived"),
    // Half of what is usual: a room waits for its own ballot to show.
    minIntervalMs: 25,
  });
}

/** Subjects of one kind, wherever people may read them. */
function placeOf(prefix: string): Derivation["keyOf"] {
  return ({ channel, subject }) =>
    subject.startsWith(prefix) && !channel.startsWith("sealed:")
      ? { channel, subject }
      : undefined;
}

/** Who closes what nobody closed in time, and removes what was kept for long enough. */
const SERVER_USER = { userId: "regulens", name: "Regulens", roles: ["admin"] };

/** Deadlines, fired as commands of the server's own. */
export function createDue({ log, commands, logging }: HubParts): Due {
  return new Due({
    log,
    execute: (name, input, { messageId }) =>
      commands.execute(name, input, { user: SERVER_USER, messageId }),
    clock: SYSTEM_CLOCK,
    logger: logging.logger("due"),
  });
}

interface RetentionParts extends Pick<HubParts, "log" | "logging"> {
  readonly removals: Removals;
}

/** Closed sessions go when they were kept for as long as the configuration says. */
export function createRetention(
  { REGULENS_RETENTION_DAYS: days }: Config,
  { log, removals, logging }: RetentionParts,
): Retention {
  return new Retention({
    log,
    removals,
    days,
    user: SERVER_USER,
    now: SYSTEM_CLOCK.now,
    after: systemAfter,
    logger: logging.logger("retention"),
  });
}

/** The views of every area, each with an indexer of its own, which folds as it goes. */
export function createSubjectViews(): readonly View[] {
  return [
    ...SESSION_VIEWS.map((view) => viewOf(view, createSessionIndexer)),
    ...POLL_VIEWS.map((view) => viewOf(view, createPollIndexer)),
    ...DECISION_VIEWS.map((view) => viewOf(view, createDecisionIndexer)),
    ...RULE_VIEWS.map((view) => viewOf(view, createRuleIndexer)),
    ...RESULT_VIEWS.map((view) => viewOf(view, createResultIndexer)),
    ...ALERT_VIEWS.map((view) => viewOf(view, createAlertIndexer)),
    ...READER_VIEWS.map((view) => viewOf(view, createReaderIndexer)),
    ...FEEDBACK_VIEWS.map((view) => ({
      ...viewOf(view, createFeedbackIndexer),
      ...view[0] === LEARNING_VIEW && { keptBy: labelsOf },
    })),
    ...PROPOSAL_VIEWS.map((view) => viewOf(view, createProposalIndexer)),
    ...JOB_VIEWS.map((view) => viewOf(view, createJobIndexer)),
    ...ACCOUNT_VIEWS.map((view) => viewOf(view, createAccountIndexer)),
    ...KEEPING_VIEWS.map((view) => viewOf(view, createKeepingIndexer)),
    dueView(),
  ];
}

/** What was learned about stays listed as long as any channel has a label of it. */
function labelsOf(key: string): { view: string; prefix: string } {
  return { view: LABELS_VIEW, prefix: `${key}|` };
}

/** Deadlines of every kind of subject. Raise its version with the rows of any of them. */
function dueView(): View {
  return viewOf([DUE_VIEW, 2], () => {
    const indexers = [
      createPollIndexer(),
      createAlertIndexer(),
      createJobIndexer(),
    ];
    return (event, subject) =>
      indexers.flatMap((rowsOf) => rowsOf(event, subject));
  });
}

function viewOf(
  [name, version]: readonly [string, number],
  createRowsOf: () => RowIndexer,
): View {
  const create = (): View["index"] => {
    const rowsOf = createRowsOf();
    return ({ bodyText, subject, ...entry }) => {
      const body = bodyText === null ? null : JSON.parse(bodyText);
      return rowsOf({ ...entry, body }, subject);
    };
  };
  return { name, version, index: create(), create };
}

function sessionOf(
  commands: Commands,
  channel: string,
): SessionAccess | undefined | Promise<SessionAccess | undefined> {
  const found = commands.state(sessions, channel, SESSION_SUBJECT);
  return found instanceof Promise
    ? found.then(({ state }) => accessOf(state))
    : accessOf(found.state);
}

function accessOf(state: SessionState): SessionAccess | undefined {
  return state.status === "none" ? undefined : state;
}

/** The domain's refusals in the words of the protocol. */
function runCommand(
  { commands, desk, signal }: {
    readonly commands: Commands;
    readonly desk: JobDesk;
    readonly signal: Hub["signal"];
  },
): RunCommand {
  const signals = new SignalCommands({
    declarations: [dragWeights],
    commands,
    signal,
  });
  return async (name, input, options) => {
    if (options.user.readOnly) throw readOnly();
    try {
      return signals.has(name)
        ? await signals.execute(name, input, options.user)
        : await desk.execute(name, input, options);
    } catch (error) {
      throw error instanceof Refusal ? refused(error) : error;
    }
  };
}

/** A token that may only look changes nothing, whatever its owner may in a session. */
function readOnly(): RealtimeError {
  const message = "Cannot change anything with a token of scope read";
  return new RealtimeError("forbidden", message, { reason: "read_only" });
}

/** Whoever was removed from a session, or from whom it was, must not hear more of it (I4). */
function endsAccess({ channel, bodyText }: Entry): boolean {
  return channel.startsWith("session:") && (isRemoval(bodyText) ||
    bodyText?.includes('"participant_left"') === true);
}
