/**
 * Fan-out: one publisher, one topic, many subscribers, the real server as a child process.
 * A subscriber reads the first and the last offset of each frame: what lies between them
 * was delivered, what lies between two frames was lost. Latency is taken from the time a
 * message was due, so a publisher that falls behind shows. Generator and server share the
 * machine, and this generator is JavaScript: README.md names one in C.
 */
import type { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { startServer } from "../tests/support/server.ts";
import { readOptions } from "./options.ts";
import {
  closeAll,
  encodeText,
  openConnection,
  openSubscribers,
  readFrames,
  UNLIMITED,
} from "./subscribers.ts";

const CHANNEL = "topic:bench";
/** How often due messages are looked for. */
const TICK_MS = 2;
/** How long the last deliveries are waited for. */
const DRAIN_MS = 10_000;
/** One frame in so many is timed, by the first and the last message in it. */
const SAMPLE_EVERY = 16;
const OFFSET = `"offset":`;
const DUE = `"due":`;
const NEWLINE = 0x0a;

export async function run(args: string[]): Promise<void> {
  const { subscribers, rate, seconds, size } = readOptions(args, {
    subscribers: 1_000,
    rate: 100,
    seconds: 5,
    size: 200,
  });
  await using server = await startServer({ env: UNLIMITED });
  const meter = new Meter();
  const sockets = await openSubscribers(server, subscribers, CHANNEL);
  for (const socket of sockets) readFrames(socket, meter.subscriber());
  const publisher = await openConnection(server);
  const count = rate * seconds;
  const expected = count * subscribers;
  const startedAt = performance.now();
  await publish(publisher, { count, rate, size });
  const publishedAt = performance.now();
  await meter.reach(expected, DRAIN_MS);
  const { rssBytes } = await server.call("GET", "/api/v1/stats");
  console.log(JSON.stringify({
    benchmark: "fan_out",
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
  }));
  await closeAll([...sockets, publisher]);
}

/** Sends message i when it is due, i / rate seconds after the start; what is due at once, as one frame. */
function publish(
  socket: Socket,
  { count, rate, size }: { count: number; rate: number; size: number },
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const startedAt = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = Math.min(
      count,
      Math.floor((performance.now() - startedAt) * rate / 1000) + 1,
    );
    while (sent < due) {
      const lines: string[] = [];
      for (; sent < due && lines.length < 200; sent++) {
        const dueAt = (startedAt + sent * 1000 / rate).toFixed(3);
        const head =
          `{"type":"BROADCAST","channel":"${CHANNEL}","payload":{${DUE}${dueAt},"pad":"`;
        // The whole message is `size` bytes, as with the C generator's --size.
        const pad = "p".repeat(Math.max(0, size - head.length - 3));
        lines.push(`${head}${pad}"}}`);
      }
      socket.write(encodeText(lines.join("\n")));
    }
    if (sent < count) return;
    clearInterval(timer);
    resolve();
  }, TICK_MS);
  return promise;
}

/** Counts deliveries and keeps a sample of their latencies. */
class Meter {
  deliveries = 0;
  /** When the last delivery came. */
  lastAt = performance.now();
  readonly #latenciesMs: number[] = [];
  #frames = 0;
  #sorted = false;
  #target = Infinity;
  #reached: () => void = () => {};

  /** What one subscriber does with its frames. */
  subscriber(): (frame: Buffer) => void {
    let last = 0;
    return (frame) => {
      const from = numberAfter(frame, OFFSET, 0);
      // A GAP, an answer: nothing that was delivered.
      if (from === undefined) return;
      const lastLine = frame.lastIndexOf(NEWLINE) + 1;
      const to = lastLine === 0
        ? from
        : numberAfter(frame, OFFSET, lastLine) ?? from;
      if (from <= last || to < from) {
        throw new Error(`Offsets went from ${last} to ${from}, then ${to}`);
      }
      last = to;
      this.#count(frame, to - from + 1, lastLine);
    };
  }

  /** Resolves when so many were delivered, or when waiting longer is in vain. */
  reach(target: number, deadlineMs: number): Promise<void> {
    if (this.deliveries >= target) return Promise.resolve();
    this.#target = target;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, deadlineMs);
      this.#reached = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  quantileMs(share: number): number {
    if (!this.#sorted) this.#latenciesMs.sort((a, b) => a - b);
    this.#sorted = true;
    const last = this.#latenciesMs.length - 1;
    const value = this.#latenciesMs[Math.ceil(share * last)] ?? NaN;
    return Math.round(value * 100) / 100;
  }

  #count(frame: Buffer, count: number, lastLine: number): void {
    this.deliveries += count;
    this.lastAt = performance.now();
    if (this.#frames++ % SAMPLE_EVERY === 0) {
      for (const line of lastLine === 0 ? [0] : [0, lastLine]) {
        const dueAt = numberAfter(frame, DUE, line);
        if (dueAt !== undefined) this.#latenciesMs.push(this.lastAt - dueAt);
      }
    }
    if (this.deliveries >= this.#target) this.#reached();
  }
}

/** The number behind the next `mark`. */
function numberAfter(
  frame: Buffer,
  mark: string,
  from: number,
): number | undefined {
  const at = frame.indexOf(mark, from, "latin1");
  if (at < 0) return undefined;
  const start = at + mark.length;
  return Number.parseFloat(frame.toString("latin1", start, start + 16));
}
