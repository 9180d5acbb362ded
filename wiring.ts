/** How the hub learns what the domain says: who may what, what commands do, how lists are rebuilt. */
import type { Config } from "./config.ts";
import type { SessionAccess } from "./domain/access.ts";
import { ALERT_VIEWS, createAlertIndexer } from "./domain/alerts/view.ts";
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
} from "./domain/learning/feedback_view.ts";
import {
  createProposalIndexer,
  PROPOSAL_VIEWS,
} from "./domain/learning/proposal_view.ts";
import { createRuleIndexer, RULE_VIEWS } from "./domain/rules/book/view.ts";
import { sessions } from "./domain/sessions/commands.ts";
import {
  createSessionIndexer,
  SESSION_SUBJECT,
  SESSIONS_VIEW,
  SESSIONS_VIEW_VERSION,
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
import type { Entry, Log, View } from "./realtime/log/log.ts";
import { SignalCommands } from "./realtime/signal_commands.ts";
import { createAccess } from "./routes/access.ts";
import { refused } from "./routes/problem.ts";

interface HubParts {
  readonly log: Log;
  readonly commands: Commands;
  readonly logging: Pick<Logging, "logger">;
}

/** The hub with the access, the commands and the limits of this program. */
export function createHub(
  config: Config,
  { log, commands, logging }: HubParts,
): Hub {
  const logger = logging.logger("socket");
  const hub = new Hub({
    log,
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
    node: `node-${crypto.randomUUID().slice(0, 8)}`,
    userChannel: (userId) => isUserId(userId) ? userChannel(userId) : undefined,
    runCommand: runCommand(commands, (...told) => hub.signal(...told)),
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

/** Signals that follow from entries: figures of a poll while it is open. */
export function createDerived(
  { log, commands, hub, logging }: HubParts & { readonly hub: Hub },
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
    ],
    signal: (channel, type, key, payload) =>
      hub.signal(channel, type, key, payload),
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

/** Who closes what nobody closed in time. */
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

/** The views of polls, decisions, rules, alerts and learning; each with an indexer of its own, which folds as it goes. */
export function createSubjectViews(): readonly View[] {
  return [
    ...POLL_VIEWS.map((view) => viewOf(view, createPollIndexer())),
    ...DECISION_VIEWS.map((view) => viewOf(view, createDecisionIndexer())),
    ...RULE_VIEWS.map((view) => viewOf(view, createRuleIndexer())),
    ...ALERT_VIEWS.map((view) => viewOf(view, createAlertIndexer())),
    ...FEEDBACK_VIEWS.map((view) => viewOf(view, createFeedbackIndexer())),
    ...PROPOSAL_VIEWS.map((view) => viewOf(view, createProposalIndexer())),
    dueView(),
  ];
}

/** Deadlines of every kind of subject. Raise its version with the rows of any of them. */
function dueView(): View {
  const indexers = [createPollIndexer(), createAlertIndexer()];
  return viewOf(
    [DUE_VIEW, 1],
    (event, subject) => indexers.flatMap((rowsOf) => rowsOf(event, subject)),
  );
}

function viewOf(
  [name, version]: readonly [string, number],
  rowsOf: ReturnType<typeof createPollIndexer>,
): View {
  return {
    name,
    version,
    index: ({ bodyText, subject, ...entry }) => {
      const body = bodyText === null ? null : JSON.parse(bodyText);
      return rowsOf({ ...entry, body }, subject);
    },
  };
}

/** Makes the list of sessions from the log alone; one per opening, since it folds as it goes. */
export function createSessionsView(): View {
  const rowsOf = createSessionIndexer();
  return {
    name: SESSIONS_VIEW,
    version: SESSIONS_VIEW_VERSION,
    index: ({ bodyText, subject, ...entry }) => {
      if (!entry.channel.startsWith("session:")) return [];
      const body = bodyText === null ? null : JSON.parse(bodyText);
      return rowsOf({ ...entry, body }, subject);
    },
  };
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
function runCommand(commands: Commands, signal: Hub["signal"]): RunCommand {
  const signals = new SignalCommands({
    declarations: [dragWeights],
    commands,
    signal,
  });
  return async (name, input, options) => {
    try {
      return signals.has(name)
        ? await signals.execute(name, input, options.user)
        : await commands.execute(name, input, options);
    } catch (error) {
      throw error instanceof Refusal ? refused(error) : error;
    }
  };
}

/** Whoever was removed from a session must not hear more of it (I4). */
function endsAccess({ channel, bodyText }: Entry): boolean {
  return channel.startsWith("session:") &&
    bodyText?.includes('"participant_left"') === true;
}
