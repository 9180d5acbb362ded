/** The running program: its parts built in order, its listeners, and its orderly end. */
import { createCore } from "./core.ts";
import { createSite } from "./site.ts";
import type { Config } from "./config.ts";
import type { Logging } from "./logging.ts";
import { Commands } from "./realtime/commands.ts";
import { guardLimits } from "./realtime/guard.ts";
import type { GuardLimits } from "./realtime/guard_connection.ts";
import { createHandshake, type Handshake } from "./realtime/handshake.ts";
import type { Hub } from "./realtime/hub.ts";
import type { Log } from "./realtime/log/log.ts";
import { createEventStreams, type EventStreams } from "./realtime/sse.ts";
import type { Bus } from "./realtime/nodes/bus.ts";
import type { Tracing } from "./realtime/tracing.ts";
import { readManifest } from "./routes/pages/assets.ts";
import { listen, type Listener } from "./listener.ts";
import { StartError } from "./start_error.ts";

/** How long readers have to take the last words of a drain, in ms. */
const CLOSE_GRACE_MS = 1_000;

export interface ServerOptions {
  readonly logging: Pick<Logging, "logger"> & Partial<Pick<Logging, "recent">>;
  /** @default none: nothing is traced */
  readonly tracing?: Tracing | undefined;
  /** Version of the program. */
  readonly version: string;
  /** The storage is gone until the program starts anew. @default nobody is told */
  readonly onStorageLost?: (reason: string) => void;
  /** @default the embedded log in `REGULENS_DATA` */
  readonly openLog?: () => Promise<Log>;
  /** @default the nodes of `DATABASE_URL`, or this one alone */
  readonly openBus?: () => Promise<Bus>;
}

export interface Server {
  /** Where pages and the API answer, with the port that was really taken. */
  readonly url: string;
  /** Where `/ws` answers. */
  readonly socketUrl: string;
  readonly hub: Hub;
  readonly log: Log;
  readonly commands: Commands;
  /** Where the first admin sets a password; undefined when nobody has to. */
  readonly setupPath: string | undefined;
  /** Drains (P20) and ends; resolves when everything acknowledged is on disk. */
  stop(): Promise<void>;
}

/** Builds the parts, listens, and answers. @throws when a part cannot be had; nothing is left open */
export async function startServer(
  config: Config,
  options: ServerOptions,
): Promise<Server> {
  const { logging } = options;
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const undo of stops.splice(0).reverse()) await undo();
  };
  try {
    // First, while nothing is open: without it there are no pages to serve.
    const manifest = await readManifest().catch((cause) => {
      throw new StartError(cause.message, { cause });
    });
    const { tracing } = options;
    const onStop = (undo: () => unknown) => void stops.push(undo);
    const core = await createCore(config, { ...options, onStop });
    const { alerts, commands, demo, due, hub, jobs, log, people, retention } =
      core;
    /** Filled as the listeners tell which ports they got. */
    const ports: number[] = [];
    const { app, admission } = createSite(config, core, {
      ...options,
      manifest,
      ports,
      onStop,
    });
    await demo.start((request) => app.fetch(request));
    const opening = createHandshake({ hub, admission });
    const handshake = tracing ? tracedHandshake(opening, tracing) : opening;
    const streams = createEventStreams({ hub, admission });
    const main = listen({
      hostname: config.HOST,
      port: config.PORT,
      guard: guardOf(config),
      trustProxy: config.TRUST_PROXY,
      handshake,
      streams,
      app,
      logger: logging.logger("http"),
    });
    stops.push(() => main.close());
    ports.push(main.port);
    const sockets = listenForSockets(config, {
      main,
      handshake,
      streams,
      logging,
    });
    if (sockets !== main) {
      stops.push(() => sockets.close());
      ports.push(sockets.port);
    }
    // Sockets first: while they say goodbye, pages and health checks still answer.
    stops.push(async () => {
      jobs.drain();
      await hub.drain();
      await Promise.all([
        handshake.closed(CLOSE_GRACE_MS),
        streams.closed(CLOSE_GRACE_MS),
      ]);
    });
    due.start();
    jobs.start();
    retention.start();
    // So that the first reader of ten thousand does not wait for them.
    void alerts.active().catch(() => {});
    return {
      url: main.url,
      socketUrl: `${sockets.url.replace("http", "ws")}/ws`,
      hub,
      log,
      commands,
      setupPath: await people?.setupPath(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The same handshake; each is a span. */
function tracedHandshake(handshake: Handshake, tracing: Tracing): Handshake {
  const opened = (request: Request, remoteAddress: string) =>
    tracing.span("handshake", {}, () => handshake(request, remoteAddress));
  return Object.assign(opened, { closed: handshake.closed });
}

function guardOf(config: Config): GuardLimits | undefined {
  return config.REGULENS_GUARD
    ? guardLimits(config.WEBSOCKET_MAX_MESSAGE_BYTES)
    : undefined;
}

/** The main listener, or a second one when sockets have a port of their own. */
function listenForSockets(
  config: Config,
  { main, handshake, streams, logging }: {
    main: Listener;
    handshake: Handshake;
    streams: EventStreams;
    logging: Pick<Logging, "logger">;
  },
): Listener {
  const { HOST: hostname, PORT, WEBSOCKET_PORT: port = PORT } = config;
  if (port === PORT) return main;
  const logger = logging.logger("socket");
  const trustProxy = config.TRUST_PROXY;
  const guard = guardOf(config);
  return listen({
    hostname,
    port,
    guard,
    trustProxy,
    handshake,
    streams,
    logger,
  });
}
