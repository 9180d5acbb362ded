/** One listening port: `/ws` and `/sse` go to realtime before anything else, the rest to the app. */
import type { Hono } from "hono";
import { SYSTEM_CLOCK } from "./realtime/clock.ts";
import { type Guard, openGuard } from "./realtime/guard.ts";
import type { GuardLimits } from "./realtime/guard_connection.ts";
import { ADDRESS_HEADER } from "./realtime/guard_head.ts";
import type { Handshake } from "./realtime/handshake.ts";
import type { EventStreams } from "./realtime/sse.ts";
import type { Logger } from "./realtime/logger.ts";
import type { Env } from "./routes/env.ts";
import { addressOf } from "./routes/origin.ts";
import { StartError } from "./start_error.ts";

/** Answers under way have this long to finish once we close, in ms. */
const CLOSE_GRACE_MS = 1_000;

/** Holds a reconnect storm; with the usual 511 clients wait for SYN retries. */
const BACKLOG = 4096;

export interface ListenerOptions {
  readonly hostname: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly trustProxy: boolean;
  /** Put a guard in front: there is no proxy that would cut slow and stuck clients. */
  readonly guard?: GuardLimits | undefined;
  readonly handshake: Handshake;
  readonly streams: EventStreams;
  /** Absent on a port that is for sockets only. */
  readonly app?: Hono<Env>;
  readonly logger: Logger;
}

export interface Listener {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** @throws {StartError} When the port cannot be had */
export function listen(options: ListenerOptions): Listener {
  const { hostname, port, trustProxy, handshake, streams, app, logger } =
    options;
  const abort = new AbortController();
  const handle = (request: Request, connected: string) => {
    // The URL is made from the Host header, which may hold anything.
    const url = URL.parse(request.url);
    if (url === null) return new Response("Bad Request\n", { status: 400 });
    const remoteAddress = addressOf(request, connected, trustProxy);
    if (url.pathname === "/ws") {
      return handshake(request, remoteAddress);
    }
    if (url.pathname === "/sse" || url.pathname.startsWith("/sse/")) {
      return streams(request, remoteAddress);
    }
    return app?.fetch(request, { remoteAddress }) ??
      new Response("Not Found\n", { status: 404 });
  };
  const serving = {
    signal: abort.signal,
    onListen: () => {},
    onError: (error: unknown) => {
      logger.error("request failed outside the app", { error });
      return new Response("Internal Server Error\n", { status: 500 });
    },
  };
  let served: Served;
  try {
    served = options.guard
      ? serveGuarded({ ...options, limits: options.guard }, serving, handle)
      : servePlain(options, serving, handle);
  } catch (cause) {
    throw startError(cause, hostname, port);
  }
  const { server, guard } = served;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return {
    port: served.port,
    url: `http://${host}:${served.port}`,
    close: async () => {
      guard?.stopAccepting();
      // Sockets and kept-alive connections would hold shutdown() for ever.
      const timer = setTimeout(() => abort.abort(), CLOSE_GRACE_MS);
      try {
        await server.shutdown();
      } finally {
        clearTimeout(timer);
        await guard?.close();
      }
    },
  };
}

interface Served {
  readonly server: Pick<Deno.HttpServer, "shutdown">;
  readonly port: number;
  readonly guard?: Pick<Guard, "stopAccepting" | "close">;
}

interface Serving {
  readonly signal: AbortSignal;
  readonly onListen: () => void;
  readonly onError: (error: unknown) => Response;
}

type Handle = (
  request: Request,
  connected: string,
) => Response | Promise<Response>;

function servePlain(
  { hostname, port }: ListenerOptions,
  serving: Serving,
  handle: Handle,
): Served {
  const server = Deno.serve(
    { ...serving, hostname, port, tcpBacklog: BACKLOG },
    (request, info) => handle(request, info.remoteAddr.hostname),
  );
  return { server, port: server.addr.port };
}

/** Behind the guard: a Unix socket in a folder that only this user may enter. */
function serveGuarded(
  { hostname, port, limits }: ListenerOptions & { limits: GuardLimits },
  serving: Serving,
  handle: Handle,
): Served {
  const folder = Deno.makeTempDirSync({ prefix: "regulens_guard_" });
  const path = `${folder}/http.sock`;
  const guard = openGuard({
    hostname,
    port,
    backlog: BACKLOG,
    dial: () => Deno.connect({ transport: "unix", path }),
    clock: SYSTEM_CLOCK,
    limits,
  });
  const server = Deno.serve(
    { ...serving, path },
    (request) => handle(request, request.headers.get(ADDRESS_HEADER) ?? ""),
  );
  const close = async () => {
    await guard.close();
    await Deno.remove(folder, { recursive: true });
  };
  const { stopAccepting } = guard;
  return { server, port: guard.port, guard: { stopAccepting, close } };
}

function startError(cause: unknown, hostname: string, port: number): unknown {
  const place = `${hostname}:${port}`;
  if (cause instanceof Deno.errors.AddrInUse) {
    return new StartError(
      `Cannot listen on ${place}: the port is in use; set another with PORT`,
      { cause },
    );
  }
  // A host nobody knows comes as a plain Error; none of them is worth a stack.
  if (cause instanceof Error) {
    return new StartError(`Cannot listen on ${place}: ${cause.message}`, {
      cause,
    });
  }
  return cause;
}
