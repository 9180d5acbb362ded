/**
 * What the guard costs: requests per second, and socket round trips per second, with and
 * without it, in turns against two servers in one run.
 */
import { SocketClient } from "../tests/support/socket_client.ts";
import {
  startServer,
  type TestServer,
  TOKEN,
} from "../tests/support/server.ts";
import { readOptions } from "./options.ts";

const CALLERS = 16;

export async function run(args: string[]): Promise<void> {
  const { seconds, rounds } = readOptions(args, { seconds: 1, rounds: 3 });
  const env = { LOG_LEVEL: "ERROR", WEBSOCKET_RATE_LIMIT: "1000000000" };
  await using bare = await startServer({ env });
  await using guarded = await startServer({
    env: { ...env, REGULENS_GUARD: "on" },
  });
  const requests = { bare: [0], guarded: [0] };
  const trips = { bare: [0], guarded: [0] };
  for (let round = 0; round < rounds; round++) {
    for (
      const [name, server] of [["bare", bare], ["guarded", guarded]] as const
    ) {
      requests[name].push(await requestsPerSecond(server, seconds));
      trips[name].push(await tripsPerSecond(server, seconds));
    }
  }
  const best = (values: readonly number[]) => Math.round(Math.max(...values));
  console.log(JSON.stringify({
    benchmark: "guard",
    requestsPerSecond: best(requests.bare),
    requestsPerSecondGuarded: best(requests.guarded),
    requestsRatio: ratio(requests),
    tripsPerSecond: best(trips.bare),
    tripsPerSecondGuarded: best(trips.guarded),
    tripsRatio: ratio(trips),
  }));
}

function ratio(
  { bare, guarded }: { bare: readonly number[]; guarded: readonly number[] },
): number {
  return Math.round(100 * Math.max(...guarded) / Math.max(...bare)) / 100;
}

async function perSecond(
  seconds: number,
  once: (caller: number) => Promise<unknown>,
): Promise<number> {
  const startedAt = performance.now();
  let done = 0;
  await Promise.all(Array.from({ length: CALLERS }, async (_, caller) => {
    while (performance.now() - startedAt < seconds * 1_000) {
      await once(caller);
      done++;
    }
  }));
  return done / (performance.now() - startedAt) * 1_000;
}

function requestsPerSecond(server: TestServer, seconds: number) {
  return perSecond(seconds, async () => {
    await (await fetch(`${server.url}/healthz`)).text();
  });
}

async function tripsPerSecond(server: TestServer, seconds: number) {
  const sockets: SocketClient[] = [];
  for (let i = 0; i < CALLERS; i++) {
    sockets.push(
      await SocketClient.open(server.socketUrl, {
        headers: { Authorization: `Bearer ${TOKEN}` },
      }),
    );
  }
  try {
    return await perSecond(
      seconds,
      (caller) => sockets[caller].request({ type: "HEARTBEAT" }),
    );
  } finally {
    for (const socket of sockets) await socket.close();
  }
}
