/**
 * Idle memory: how much the server's resident memory grows per connection that has one
 * subscription and says nothing. Kernel socket buffers are not part of it.
 */
import { startServer, type TestServer } from "../tests/support/server.ts";
import { readOptions } from "./options.ts";
import { closeAll, openSubscribers, UNLIMITED } from "./subscribers.ts";

const CHANNEL = "topic:idle";
/** The memory counts as settled when so many looks in a row see the same, give or take 1 %. */
const LOOKS = 3;
const LOOK_EVERY_MS = 250;

export async function run(args: string[]): Promise<void> {
  const { connections } = readOptions(args, { connections: 2_000 });
  await using server = await startServer({ env: UNLIMITED });
  // A first few let the server load what every connection needs only once.
  const warm = await openSubscribers(server, 50, CHANNEL);
  const before = await settledRss(server);
  const sockets = await openSubscribers(server, connections, CHANNEL);
  const after = await settledRss(server);
  console.log(JSON.stringify({
    benchmark: "idle",
    connections,
    bytesPerConnection: Math.round((after - before) / connections),
    rssBeforeMiB: Math.round(before / 2 ** 20),
    rssAfterMiB: Math.round(after / 2 ** 20),
  }));
  await closeAll([...warm, ...sockets]);
}

/** Resident memory as the server tells it, once it has settled. */
async function settledRss(server: TestServer): Promise<number> {
  let last = 0;
  for (let alike = 0, look = 0; alike < LOOKS && look < 40; look++) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    const { rssBytes } = await server.call("GET", "/api/v1/stats");
    alike = Math.abs(rssBytes - last) < last / 100 ? alike + 1 : 0;
    last = rssBytes;
  }
  return last;
}
