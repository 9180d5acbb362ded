/** The HTTP side put together: routes and pages over the core, and what counts them. */
import type { Core } from "./core.ts";
import type { Manifest } from "./islands/manifest.ts";
import type { Config } from "./config.ts";
import type { Logging } from "./logging.ts";
import { SYSTEM_CLOCK } from "./realtime/clock.ts";
import { Admission } from "./realtime/admission.ts";
import { Held } from "./realtime/handshake_room.ts";
import { SharedConnections } from "./realtime/nodes/shared_connections.ts";
import { HandshakeCounts } from "./realtime/handshake_counts.ts";
import { LoopLag } from "./realtime/loop_lag.ts";
import { nodeFigures } from "./realtime/nodes/node_figures.ts";
import { Reach } from "./realtime/nodes/reach.ts";
import { RecentLines } from "./realtime/recent_lines.ts";
import { auditRoutes } from "./routes/api/audit.ts";
import { auditKeepingRoutes } from "./routes/api/audit_keeping.ts";
import { cacheRoutes } from "./routes/api/cache.ts";
import { backtestRoute } from "./routes/api/backtests.ts";
import { commandRoutes } from "./routes/api/commands.ts";
import { awaitJob } from "./routes/api/job_wait.ts";
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
import { metricsRoute } from "./routes/api/metrics.ts";
import { pollRoutes } from "./routes/api/polls.ts";
import { asyncApi } from "./routes/asyncapi/document.ts";
import { createApp } from "./routes/app.ts";
import { CaughtUp } from "./routes/caught_up.ts";
import { createIdentify } from "./routes/auth_identify.ts";
import { developmentRoutes } from "./routes/development.ts";
import { opsFiguresRoute } from "./routes/api/ops_figures.ts";
import { Disconnects } from "./routes/ops/disconnects.ts";
import { FigureSampler } from "./routes/ops/figure_sampler.ts";
import { pageRoutes } from "./routes/pages/pages.ts";
import { AlertReading } from "./routes/alert_reading.ts";
import { DecisionReading } from "./routes/decision_reading.ts";
import { HttpFigures } from "./routes/metrics/http_figures.ts";
import { countRefused } from "./routes/metrics/refused_credentials.ts";
import { RateLimit } from "./routes/rate_limit.ts";

export interface SiteOptions {
  readonly logging: Pick<Logging, "logger"> & Partial<Pick<Logging, "recent">>;
  readonly version: string;
  readonly manifest: Manifest;
  /** Filled as the listeners tell which ports they got. */
  readonly ports: readonly number[];
  /** Takes what ends a part. */
  readonly onStop: (undo: () => unknown) => void;
}

/** The app that answers HTTP, and who may open a socket. */
export function createSite(
  config: Config,
  core: Core,
  { logging, version, manifest, ports, onStop }: SiteOptions,
) {
  const logger = (category: string) => logging.logger(category);
  const {
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
  } = core;
  const trustProxy = config.TRUST_PROXY;
  const apiToken = config.REGULENS_API_TOKEN;
  const identify = countRefused(
    createIdentify({
      signIns,
      tickets,
      apiToken,
      trustProxy,
      people: people?.directory,
    }),
    { trustProxy },
  );
  const handshakes = new HandshakeCounts();
  const figures = new HttpFigures();
  const lag = new LoopLag({ clock: SYSTEM_CLOCK });
  lag.start();
  onStop(() => lag.stop());
  const memory = () => Deno.memoryUsage();
  const clock = SYSTEM_CLOCK;
  const sampler = new FigureSampler({
    hub,
    log,
    lag,
    commands,
    due,
    derived,
    jobs,
    memory,
    clock,
  });
  sampler.start();
  onStop(() => sampler.stop());
  const origin = { allowed: config.ALLOWED_ORIGINS, ports, trustProxy };
  const reach = new Reach({
    hub,
    bus,
    figures: () => nodeFigures({ hub, log, lag, memory, now: clock.now }),
    logger: logger("nodes"),
  });
  onStop(() => reach.close());
  const caughtUp = new CaughtUp({ log, bus });
  onStop(() => caughtUp.close());
  const rateLimit = new RateLimit({
    perSecond: config.REGULENS_HTTP_RATE_LIMIT,
    clock,
    bus,
  });
  onStop(() => rateLimit.stop());
  const disconnects = new Disconnects({ reach, log, logger: logger("ops") });
  const app = createApp({
    hub,
    log,
    reach,
    disconnects,
    signIns,
    tickets,
    identify,
    origin,
    version: version,
    accounts: people,
    asyncApi: asyncApi({
      version: version,
      commands: desk.declarations,
    }),
    figures,
    rateLimit,
    caughtUp,
    routes: [
      metricsRoute({
        version: version,
        hub,
        bus,
        handshakes,
        refusedCredentials: identify.refused,
        log,
        lag,
        commands,
        due,
        derived,
        jobs,
        cache: cache.results,
        memory,
        http: figures,
      }),
      ...commandRoutes({
        commands: desk,
        present: presentResult,
        locate: locateResult,
        settle: { submit_job: awaitJob(jobs.reading) },
      }),
      ...sessionRoutes({ commands, log, polls }),
      ...pollRoutes({ reading: polls }),
      ...liveDecisionRoutes(new DecisionReading({ commands, log })),
      ...ruleRoutes({ commands, log, area }),
      ...learningRoutes(learned),
      ...alertRoutes(new AlertReading({ commands, log })),
      alertWebhook({ commands, secrets: config.REGULENS_WEBHOOK_SECRET }),
      ...ruleParts.routes,
      backtestRoute(backtests),
      ...jobs.routes,
      ...inboxRoutes({ commands, log }),
      ...auditRoutes({ log, audit, checks }),
      ...auditKeepingRoutes({ log, removals, retention }),
      ...cacheRoutes(cache),
      opsFiguresRoute(sampler),
      ...demo.routes,
      ...simulated ? developmentRoutes({ hub, commands, simulated }) : [],
    ],
    ruleEvaluation: ruleParts.evaluation,
    decisions,
    pages: pageRoutes({
      commands,
      hub,
      log,
      auth: { hub, signIns, logger },
      accounts: people,
      rules: { ...ruleParts, backtests },
      jobs,
      decisions,
      cache,
      ops: {
        sampler,
        reach,
        recent: logging.recent ?? new RecentLines(),
        disconnects,
      },
      alerts,
      learning: { reading: learned, fourEyes },
      audit: { reading: audit, checks, retention },
      manifest,
      demo: isOpenHouse,
      demoCase: demo.demo,
      live: config.WEBSOCKET_ENABLED,
      isUnsafe: () => log.level === "accepted",
      development: config.REGULENS_DEV,
      simulated,
      onFault: (error, path) =>
        logger("pages").error("page failed", { error, path }),
    }),
    logger,
  });
  const caps = {
    maxConnectionsPerUser: config.WEBSOCKET_MAX_CONNECTIONS_PER_USER,
    maxConnectionsPerAddress: config.WEBSOCKET_MAX_CONNECTIONS_PER_ADDRESS,
  };
  const held = new Held();
  const { monotonicMs } = clock;
  const elsewhere = new SharedConnections({ bus, held, monotonicMs, ...caps });
  onStop(() => elsewhere.stop());
  const admission = new Admission({
    hub,
    identify: identify.handshake,
    behind: (request) => caughtUp.behind(request),
    held,
    elsewhere,
    ...caps,
    logger: logger("socket"),
    origin,
    counts: handshakes,
    enabled: config.WEBSOCKET_ENABLED,
    maxConnections: config.WEBSOCKET_MAX_CONNECTIONS,
  });
  return { app, admission };
}
