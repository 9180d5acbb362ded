/**
 * A slow reader: one subscriber stops reading while its topic goes on at full rate. Measures
 * the others' latency before and meanwhile in the same run, how much the server's memory
 * grows, and whether the reader has everything once it reads again.
 */
import { startServer } from "../tests/support/server.ts";
import { Meter } from "./meter.ts";
import { readOptions } from "./options.ts";
import { publish } from "./publish.ts";
import {
  closeAll,
  openConnection,
  openSubscribers,
  readFrames,
  UNLIMITED,
} from "./subscribers.ts";

const CHANNEL = "topic:slow";
/** How long the last deliveries are waited for. */
const DRAIN_MS = 20_000;

export async function run(args: string[]): Promise<void> {
  const { subscribers, rate, seconds, size } = readOptions(args, {
    subscribers: 20,
    rate: 5_000,
    seconds: 5,
    size: 1_000,
  });
  const count = rate * seconds;
  const warm = rate;
  await using server = await startServer({
    env: {
      ...UNLIMITED,
      // The history reaches back over the whole run: catching up is then complete.
      WEBSOCKET_MESSAGE_QUEUE_SIZE: String(warm + 2 * count),
    },
  });
  const sockets = await openSubscribers(server, subscribers, CHANNEL);
  const [slow] = await openSubscribers(server, 1, CHANNEL);
  const publisher = await openConnection(server);
  const load = { channel: CHANNEL, rate, size };
  const slowMeter = new Meter();
  readFrames(slow, slowMeter.subscriber());
  let meter = new Meter();
  for (const socket of sockets) {
    let read = meter.subscriber();
    let mine = meter;
    readFrames(socket, (frame) => {
      if (mine !== meter) [mine, read] = [meter, meter.subscriber()];
      read(frame);
    });
  }
  const measure = async (messages: number) => {
    meter = new Meter();
    await publish(publisher, { ...load, count: messages });
    await meter.reach(messages * subscribers, DRAIN_MS);
    return { meter, rss: (await server.call("GET", "/api/v1/stats")).rssBytes };
  };
  await measure(warm);
  const before = await measure(count);
  slow.pause();
  const during = await measure(count);
  slow.resume();
  const resumedAt = performance.now();
  const published = warm + 2 * count;
  await slowMeter.reach(published, DRAIN_MS);
  console.log(JSON.stringify({
    benchmark: "slow_reader",
    subscribers,
    messagesPerSecond: rate,
    p99BeforeMs: before.meter.quantileMs(0.99),
    p99DuringMs: during.meter.quantileMs(0.99),
    lost: 2 * count * subscribers - before.meter.deliveries -
      during.meter.deliveries,
    rssGrowthMiB: Math.round((during.rss - before.rss) / 2 ** 20),
    caughtUp: slowMeter.deliveries === published,
    caughtUpInMs: Math.round(slowMeter.lastAt - resumedAt),
  }));
  await closeAll([...sockets, slow, publisher]);
}
