/**
 * Restarts under load: clients that post messages through an orderly stop and a start on the
 * same folder and port. Measures how long each was without a connection, how long each message
 * waited for its acknowledgement, and checks that what was acknowledged is there once.
 */
import { createBrowserClient } from "../realtime/client/browser.ts";
import type { RealtimeClient } from "../realtime/client/client.ts";
import { startServer, type TestServer } from "../tests/support/server.ts";
import { readOptions } from "./options.ts";
import { UNLIMITED } from "./subscribers.ts";

interface Load {
  readonly client: RealtimeClient;
  /** Without a connection, in ms, per loss. */
  readonly gaps: number[];
  readonly ended: Promise<void>;
}

export interface RestartOptions {
  readonly clients: number;
  readonly restarts: number;
  /** ms between a client's messages. */
  readonly pause: number;
  /** ms between restarts. */
  readonly between: number;
}

const DEFAULTS: RestartOptions = {
  clients: 200,
  restarts: 3,
  pause: 100,
  between: 3_000,
};

export async function run(args: string[]): Promise<void> {
  const found = await restartUnderLoad(readOptions(args, { ...DEFAULTS }));
  console.log(JSON.stringify({ benchmark: "restart", ...found }));
  const { lostOrDoubled: wrong } = found;
  if (wrong > 0) throw new Error(`${wrong} messages were lost or doubled`);
}

/** Stops and starts a server again and again beneath clients that post. */
export async function restartUnderLoad(
  { clients, restarts, pause, between }: RestartOptions,
) {
  const folder = await Deno.makeTempDir({ prefix: "regulens-bench-" });
  let server = await startServer({ folder, env: UNLIMITED });
  const { port } = server;
  const userIds = Array.from({ length: clients }, (_, n) => `user-${n}`);
  const session = await server.openSessionFor(userIds);
  const acked = new Map<string, number>();
  const waits: number[] = [];
  const stop = new AbortController();
  const loads = userIds.map((userId) =>
    load(userId, { server: () => server, session, pause, stop: stop.signal }, {
      acked,
      waits,
    })
  );
  const stopMs: number[] = [];
  const startMs: number[] = [];
  try {
    for (let n = 0; n < restarts; n++) {
      await after(between);
      const stoppedAt = performance.now();
      await server.stop("SIGTERM");
      const endedAt = performance.now();
      await server[Symbol.asyncDispose]();
      server = await startServer({ folder, port, env: UNLIMITED });
      stopMs.push(Math.round(endedAt - stoppedAt));
      startMs.push(Math.round(performance.now() - endedAt));
    }
    await after(between);
    stop.abort();
    await Promise.all(loads.map(({ ended }) => ended));
    const wrong = await compare(server, session.channel, acked);
    const gaps = loads.flatMap(({ gaps }) => gaps);
    return {
      clients,
      restarts,
      acknowledged: acked.size,
      lostOrDoubled: wrong,
      stopMs,
      startMs,
      gaps: gaps.length,
      gapMs: quantiles(gaps),
      waitMs: quantiles(waits),
      waitedOver3s: waits.filter((ms) => ms > 3_000).length,
    };
  } finally {
    for (const { client } of loads) client.close();
    await server.stop("SIGTERM");
    await server[Symbol.asyncDispose]();
    await Deno.remove(folder, { recursive: true });
  }
}

interface Target {
  readonly server: () => TestServer;
  readonly session: { readonly id: string };
  readonly pause: number;
  readonly stop: AbortSignal;
}

interface Tally {
  /** Offset by text. */
  readonly acked: Map<string, number>;
  /** From handing a message over to its acknowledgement, in ms. */
  readonly waits: number[];
}

/** One client: posts, waits for the acknowledgement, pauses, and so on. */
function load(
  userId: string,
  { server, session, pause, stop }: Target,
  { acked, waits }: Tally,
): Load {
  const gaps: number[] = [];
  let lostAt: number | undefined;
  const client = createBrowserClient({
    url: server().socketUrl,
    getTicket: () => server().ticket({ userId }),
  });
  client.on("state", ({ state }) => {
    const now = performance.now();
    if (state === "live" && lostAt !== undefined) {
      gaps.push(now - lostAt);
      lostAt = undefined;
    } else if (state === "reconnecting") lostAt ??= now;
  });
  client.connect();
  const post = async () => {
    for (let n = 0; !stop.aborted; n++) {
      const text = `${userId} ${n}`;
      const sentAt = performance.now();
      const { positions } = await client.command("post_message", {
        sessionId: session.id,
        text,
      });
      waits.push(performance.now() - sentAt);
      acked.set(text, positions?.[0].offset ?? 0);
      await after(pause);
    }
  };
  return { client, gaps, ended: post() };
}

/** How many acknowledged messages are not there, not there once, or elsewhere. */
async function compare(
  server: TestServer,
  channel: string,
  acked: ReadonlyMap<string, number>,
): Promise<number> {
  const offsets = new Map<string, number[]>();
  for (const { offset, payload } of await server.history(channel)) {
    const text = String(payload.text);
    offsets.set(text, [...offsets.get(text) ?? [], offset]);
  }
  return [...acked].filter(([text, offset]) => {
    const found = offsets.get(text) ?? [];
    return found.length !== 1 || found[0] !== offset;
  }).length;
}

function quantiles(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round(sorted[Math.ceil(share * (sorted.length - 1))] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

if (import.meta.main) await run(Deno.args);
