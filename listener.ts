/** One listening port: `/ws` goes to the handshake before anything else, the rest to the app. */
import type { Hono } from "hono";
import type { Handshake } from "./realtime/handshake.ts";
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
  readonly handshake: Handshake;
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
  const { hostname, port, trustProxy, handshake, app, logger } = options;
  const abort = new AbortController();
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve({
      hostname,
      port,
      tcpBacklog: BACKLOG,
      signal: abort.signal,
      onListen: () => {},
      onError: (error) => {
        logger.error("request failed outside the app", { error });
        return new Response("Internal Server Error\n", { status: 500 });
      },
    }, (request, info) => {
      // The URL is made from the Host header, which may hold anything.
      const url = URL.parse(request.url);
      if (url === null) return new Response("Bad Request\n", { status: 400 });
      const connected = info.remoteAddr.hostname;
      const remoteAddress = addressOf(request, connected, trustProxy);
      if (url.pathname === "/ws") {
        return handshake(request, remoteAddress);
      }
      return app?.fetch(request, { remoteAddress }) ??
        new Response("Not Found\n", { status: 404 });
    });
  } catch (cause) {
    throw startError(cause, hostname, port);
  }
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return {
    port: server.addr.port,
    url: `http://${host}:${server.addr.port}`,
    close: async () => {
      // Sockets and kept-alive connections would hold shutdown() for ever.
      const timer = setTimeout(() => abort.abort(), CLOSE_GRACE_MS);
      try {
        await server.shutdown();
      } finally {
        clearTimeout(timer);
      }
    },
  };
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
