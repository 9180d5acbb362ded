/** The running program: its parts built in order, its listeners, and its orderly end. */
import type { Config } from "./config.ts";
import { hasRole } from "./domain/access.ts";
import { alertCommands } from "./domain/alerts/alert_commands.ts";
import { decisionCommands } from "./domain/decisions/live/decision_commands.ts";
import { runAnalysis } from "./domain/decisions/live/recorded_analysis.ts";
import { inboxCommands } from "./domain/inbox/commands.ts";
import { createLearningCommands } from "./domain/learning/learning_commands.ts";
import { pollCommands } from "./domain/consensus/polls/commands.ts";
import { sessionCommands } from "./domain/sessions/commands.ts";
import { createRunEvaluation } from "./domain/rules/book/recorded_evaluation.ts";
import { createRuleCommands } from "./domain/rules/book/rule_commands.ts";
import type { Logging } from "./logging.ts";
import { Commands } from "./realtime/commands.ts";
import { createHandshake, type Handshake } from "./realtime/handshake.ts";
import type { Hub } from "./realtime/hub.ts";
import type { Log } from "./realtime/log/log.ts";
import { AuditReading } from "./realtime/log/audit_reading.ts";
import { openSqliteLog } from "./realtime/log/sqlite.ts";
import { auditRoutes } from "./routes/api/audit.ts";
import { commandRoutes } from "./routes/api/commands.ts";
import {
  locateResult,
  presentResult,
  sessionRoutes,
} from "./routes/api/sessions.ts";
import { inboxRoutes } from "./routes/api/inbox.ts";
import { alertWebhook } from "./routes/api/alert_webhook.ts";
import { alertRoutes } from "./routes/api/alerts.ts";
import { learningRoutes } from "./routes/api/learning.ts";
import { ruleRoutes } from "./routes/api/rules.ts";
import { liveDecisionRoutes } from "./routes/api/live_decisions.ts";
import { pollRoutes } from "./routes/api/polls.ts";
import { systemAfter } from "./realtime/timer.ts";
import { createApp } from "./routes/app.ts";
import { AuditChecks } from "./routes/audit_checks.ts";
import { createIdentify } from "./routes/auth_identify.ts";
import { revokedSignIns, SignIns } from "./routes/auth_sign_ins.ts";
import { Tickets } from "./routes/auth_tickets.ts";
import { developmentRoutes } from "./routes/development.ts";
import { SimulatedParticipants } from "./routes/development_participant.ts";
import { readManifest } from "./routes/pages/assets.ts";
import { pageRoutes } from "./routes/pages/pages.ts";
import { AlertBoard } from "./routes/alert_board.ts";
import { AlertReading } from "./routes/alert_reading.ts";
import { DecisionReading } from "./routes/decision_reading.ts";
import { LearningReading } from "./routes/learning_reading.ts";
import { PollReading } from "./routes/poll_reading.ts";
import { createRuleParts } from "./routes/rule_parts.ts";
import { createDecisionCalls } from "./routes/workers/decision_calls.ts";
import { listen, type Listener } from "./listener.ts";
import { keptSecret } from "./secret.ts";
import { StartError } from "./start_error.ts";
import {
  createDerived,
  createDue,
  createHub,
  createSessionsView,
  createSubjectViews,
} from "./wiring.ts";

/** How long readers have to take the last words of a drain, in ms. */
const CLOSE_GRACE_MS = 1_000;
/** When workers are started that nobody has asked for yet: starting one holds the loop. */
const WARM_AFTER_MS = 5_000;

export interface ServerOptions {
  readonly logging: Pick<Logging, "logger">;
  /** Version of the program. */
  readonly version: string;
  /** @default the embedded log in `REGULENS_DATA` */
  readonly openLog?: () => Promise<Log>;
}

export interface Server {
  /** Where pages and the API answer, with the port that was really taken. */
  readonly url: string;
  /** Where `/ws` answers. */
  readonly socketUrl: string;
  readonly hub: Hub;
  readonly log: Log;
  readonly commands: Commands;
  /** Drains (P20) and ends; resolves when everything acknowledged is on disk. */
  stop(): Promise<void>;
}

/** Builds the parts, listens, and answers. @throws when a part cannot be had; nothing is left open */
export async function startServer(
  config: Config,
  options: ServerOptions,
): Promise<Server> {
  const { logging } = options;
  const logger = (category: string) => logging.logger(category);
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const undo of stops.splice(0).reverse()) await undo();
  };
  try {
    // First, while nothing is open: without it there are no pages to serve.
    const manifest = await readManifest().catch((cause) => {
      throw new StartError(cause.message, { cause });
    });
    const folder = config.REGULENS_DATA;
    const log = await (options.openLog?.() ??
      openSqliteLog({
        folder,
        views: [revokedSignIns, createSessionsView(), ...createSubjectViews()],
      }));
    stops.push(() => log.close());
    const audit = new AuditReading({ folder });
    stops.push(() => audit.close());
    const checks = new AuditChecks(log);
    const fourEyes = config.REGULENS_FOUR_EYES;
    const rules = createRuleCommands({ fourEyes });
    const learning = createLearningCommands({ fourEyes, rules: rules.area });
    const commands = new Commands({
      log,
      declarations: [
        ...sessionCommands,
        ...pollCommands,
        ...decisionCommands,
        runAnalysis,
        ...rules.declarations,
        ...alertCommands,
        createRunEvaluation(rules.area),
        ...learning.declarations,
        ...inboxCommands,
      ],
      authorize: hasRole,
      logger: logging.logger("commands"),
    });
    stops.push(() => commands.close());
    const hub = createHub(config, { log, commands, logging });
    stops.push(() => hub.stop());
    const derived = createDerived({ log, commands, hub, logging });
    stops.push(() => derived.close());
    const due = createDue({ log, commands, logging });
    stops.push(() => due.close());
    const polls = new PollReading({ commands, log });
    const learned = new LearningReading(log);
    stops.push(() => learned.close());
    const { area } = rules;
    const ruleParts = createRuleParts({
      log,
      commands,
      hub,
      area,
      fourEyes,
      logger: logger("jobs"),
    });
    stops.push(() => ruleParts.close());
    const decisionCalls = createDecisionCalls();
    stops.push(() => decisionCalls.stop());
    // Later: a start is the busiest moment of all, and most calls come after it.
    stops.push(systemAfter(WARM_AFTER_MS, () => {
      ruleParts.warm();
      decisionCalls.warm();
    }));
    const alerts = new AlertBoard(log);
    stops.push(() => alerts.close());
    const simulated = config.REGULENS_DEV
      ? new SimulatedParticipants({ commands, logger: logger("development") })
      : undefined;
    stops.push(() => simulated?.close());

    const secret = config.REGULENS_SECRET ?? await keptSecret(folder);
    const signIns = new SignIns({ log, secret });
    await signIns.load();
    const tickets = new Tickets();
    const trustProxy = config.TRUST_PROXY;
    const apiToken = config.REGULENS_API_TOKEN;
    const identify = createIdentify({ signIns, tickets, apiToken, trustProxy });
    /** Filled as the listeners tell which ports they got. */
    const ports: number[] = [];
    const origin = { allowed: config.ALLOWED_ORIGINS, ports, trustProxy };
    const app = createApp({
      hub,
      log,
      signIns,
      tickets,
      identify,
      origin,
      version: options.version,
      routes: [
        ...commandRoutes({
          commands,
          present: presentResult,
          locate: locateResult,
        }),
        ...sessionRoutes({ commands, log, polls }),
        ...pollRoutes({ reading: polls }),
        ...liveDecisionRoutes(new DecisionReading({ commands, log })),
        ...ruleRoutes({ commands, log, area }),
        ...learningRoutes(learned),
        ...alertRoutes(new AlertReading({ commands, log })),
        alertWebhook({ commands, secrets: config.REGULENS_WEBHOOK_SECRET }),
        ...ruleParts.routes,
        ...inboxRoutes({ commands, log }),
        ...auditRoutes({ log, audit, checks }),
        ...simulated ? developmentRoutes({ hub, commands, simulated }) : [],
      ],
      ruleEvaluation: ruleParts.evaluation,
      decisionCalls,
      pages: pageRoutes({
        commands,
        hub,
        log,
        auth: { hub, signIns, logger },
        rules: ruleParts,
        decisionCalls,
        alerts,
        learning: { reading: learned, fourEyes },
        audit: { reading: audit, checks },
        manifest,
        demo: config.REGULENS_AUTH === "demo",
        live: config.WEBSOCKET_ENABLED,
        development: config.REGULENS_DEV,
        simulated,
        onFault: (error, path) =>
          logger("pages").error("page failed", { error, path }),
      }),
      logger,
    });
    const handshake = createHandshake({
      hub,
      identify: identify.handshake,
      origin,
      enabled: config.WEBSOCKET_ENABLED,
      maxConnections: config.WEBSOCKET_MAX_CONNECTIONS,
      maxConnectionsPerUser: config.WEBSOCKET_MAX_CONNECTIONS_PER_USER,
      maxConnectionsPerAddress: config.WEBSOCKET_MAX_CONNECTIONS_PER_ADDRESS,
    });
    const main = listen({
      hostname: config.HOST,
      port: config.PORT,
      trustProxy,
      handshake,
      app,
      logger: logging.logger("http"),
    });
    stops.push(() => main.close());
    ports.push(main.port);
    const sockets = listenForSockets(config, { main, handshake, logging });
    if (sockets !== main) {
      stops.push(() => sockets.close());
      ports.push(sockets.port);
    }
    // Sockets first: while they say goodbye, pages and health checks still answer.
    stops.push(async () => {
      await hub.drain();
      await handshake.closed(CLOSE_GRACE_MS);
    });
    due.start();
    // So that the first reader of ten thousand does not wait for them.
    void alerts.active().catch(() => {});
    return {
      url: main.url,
      socketUrl: `${sockets.url.replace("http", "ws")}/ws`,
      hub,
      log,
      commands,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The main listener, or a second one when sockets have a port of their own. */
function listenForSockets(
  config: Config,
  { main, handshake, logging }: {
    main: Listener;
    handshake: Handshake;
    logging: Pick<Logging, "logger">;
  },
): Listener {
  const { HOST: hostname, PORT, WEBSOCKET_PORT: port = PORT } = config;
  if (port === PORT) return main;
  const logger = logging.logger("socket");
  const trustProxy = config.TRUST_PROXY;
  return listen({ hostname, port, trustProxy, handshake, logger });
}
