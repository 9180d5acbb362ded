/**
 * Fan-out: one publisher, one topic, many subscribers, the real server as a child process.
 * A subscriber reads the first and the last offset of each frame: what lies between them
 * was delivered, what lies between two frames was lost. Latency is taken from the time a
 * message was due, so a publisher that falls behind shows. Generator and server share the
 * machine, and this generator is JavaScript: README.md names one in C.
 */
import { startServer, type TestServer } from "../tests/support/server.ts";
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

const CHANNEL = "topic:bench";
/** How long the last deliveries are waited for. */
const DRAIN_MS = 10_000;

export interface FanOutOptions {
  readonly subscribers: number;
  /** Messages per second. */
  readonly rate: number;
  readonly seconds: number;
  /** Bytes of a whole message. */
  readonly size: number;
}

export async function run(args: string[]): Promise<void> {
  const options = readOptions(args, {
    subscribers: 1_000,
    rate: 100,
    seconds: 5,
    size: 200,
  });
  await using server = await startServer({ env: UNLIMITED });
  const figures = await fanOut(server, options);
  console.log(JSON.stringify({ benchmark: "fan_out", ...figures }));
}

/** Measures one node: who publishes and who subscribes is connected to it. */
export async function fanOut(
  server: TestServer,
  { subscribers, rate, seconds, size }: FanOutOptions,
) {
  const meter = new Meter();
  const sockets = await openSubscribers(server, subscribers, CHANNEL);
  for (const socket of sockets) readFrames(socket, meter.subscriber());
  const publisher = await openConnection(server);
  const count = rate * seconds;
  const expected = count * subscribers;
  const startedAt = performance.now();
  await publish(publisher, { channel: CHANNEL, count, rate, size });
  const publishedAt = performance.now();
  await meter.reach(expected, DRAIN_MS);
  const { rssBytes } = await server.call("GET", "/api/v1/stats");
  await closeAll([...sockets, publisher]);
  return {
    subscribers,
    bytesPerMessage: size,
    messagesPerSecond: Math.round(
      count * 1000 / Math.max(publishedAt - startedAt, seconds * 1000),
    ),
    deliveriesPerSecond: Math.round(
      meter.deliveries * 1000 / (meter.lastAt - startedAt),
    ),
    p50Ms: meter.quantileMs(0.5),
    p99Ms: meter.quantileMs(0.99),
    maxMs: meter.quantileMs(1),
    lost: expected - meter.deliveries,
    serverRssMiB: Math.round(rssBytes / 2 ** 20),
  };
}
