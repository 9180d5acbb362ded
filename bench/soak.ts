/**
 * A steady load for minutes: durable messages in ten sessions, each delivered to many, readers
 * who come and go, pages and lists read beside it. Samples the server's resident memory and
 * says how it grows per minute after the warm-up: least squares over all samples.
 */
import { startServer, type TestServer } from "../tests/support/server.ts";
import { SocketClient } from "../tests/support/socket_client.ts";
import { readOptions } from "./options.ts";
import { UNLIMITED } from "./subscribers.ts";

const SESSIONS = 10;
const SAMPLE_EVERY_MS = 1_000;
/** Pages and lists that are read in turn. */
const PATHS = ["/api/v1/sessions", "/api/v1/stats", "/metrics", "/alerts"];

interface Sample {
  /** Minutes since the start. */
  readonly at: number;
  readonly rssMiB: number;
}

export async function run(args: string[]): Promise<void> {
  const { seconds, warmUp, readers, perSecond, come } = readOptions(args, {
    seconds: 600,
    // Seconds whose samples do not count.
    warmUp: 60,
    // Of each session.
    readers: 50,
    // Messages over all sessions.
    perSecond: 250,
    // Readers that come and go per second.
    come: 5,
  });
  await using server = await startServer({ env: UNLIMITED });
  const sessions = await Promise.all(
    Array.from({ length: SESSIONS }, () => server.openSessionFor([])),
  );
  const channels = sessions.map(({ channel }) => channel);
  const stayed = await Promise.all(
    channels.flatMap((channel) =>
      Array.from({ length: readers }, () => reader(server, channel))
    ),
  );
  const writer = await server.connectService();
  const samples: Sample[] = [];
  const startedAt = performance.now();
  const minutes = () => (performance.now() - startedAt) / 60_000;
  let sent = 0;
  let late = 0;
  let failed = 0;
  const stops = [
    every(1_000 / perSecond, (due) => {
      late = Math.max(late, due);
      const { id: sessionId } = sessions[sent++ % SESSIONS];
      const input = { sessionId, text: "x".repeat(120) };
      const payload = { command: "post_message", input };
      writer.request({ type: "COMMAND", messageId: `m${sent}`, payload })
        .then(({ type }) => type === "ACK" || failed++, () => failed++);
      // It keeps all it received, which a test wants and a soak does not.
      writer.received.length = 1;
      writer.frames.length = 1;
    }),
    every(1_000 / come, async () => {
      const gone = await reader(server, channels[sent % SESSIONS]);
      gone.socket.close();
    }),
    every(1_000, async () => {
      const path = PATHS[samples.length % PATHS.length];
      await (await server.fetch(path)).body?.cancel();
    }),
    every(SAMPLE_EVERY_MS, async () => {
      samples.push({ at: minutes(), rssMiB: await rssMiB(server.pid) });
    }),
  ];
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  for (const stop of stops) stop();
  const counted = samples.filter(({ at }) => at * 60 >= warmUp);
  console.log(JSON.stringify({
    benchmark: "soak",
    seconds,
    warmUp,
    sent,
    failed,
    deliveries: sent * readers,
    latestTickMs: Math.round(late),
    rssMiB: {
      first: Math.round(counted[0].rssMiB),
      last: Math.round(counted.at(-1)?.rssMiB ?? NaN),
      most: Math.round(Math.max(...counted.map(({ rssMiB }) => rssMiB))),
    },
    slopeMiBPerMinute: Math.round(slope(counted) * 100) / 100,
    slopeOfSecondHalf:
      Math.round(slope(counted.slice(counted.length >> 1)) * 100) / 100,
  }));
  for (const one of [writer, ...stayed]) one.socket.close();
  await server.stop("SIGTERM");
}

/** A connection of the service token that follows one channel and forgets what it hears. */
async function reader(
  server: TestServer,
  channel: string,
): Promise<SocketClient> {
  const client = await server.connectService();
  await client.ask({ type: "SUBSCRIBE", channel });
  const { socket } = client;
  // Straight away: the rest of the client would keep and parse every frame.
  socket.onmessage = null;
  return client;
}

/** Resident memory as the system sees it (Linux). */
async function rssMiB(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(status.match(/VmRSS:\s+(\d+)/)?.[1]) / 1_024;
}

/** Calls at an even pace, whatever a call takes; `lateMs` is how far behind it is. */
function every(
  intervalMs: number,
  call: (lateMs: number) => unknown,
): () => void {
  const startedAt = performance.now();
  let calls = 0;
  const timer = setInterval(async () => {
    const now = performance.now();
    for (;;) {
      const dueAt = startedAt + (calls + 1) * intervalMs;
      if (dueAt > now) return;
      calls++;
      await call(now - dueAt);
    }
  }, Math.max(5, intervalMs));
  return () => clearInterval(timer);
}

/** Slope of the least-squares line, in MiB per minute. */
function slope(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const at = mean((one) => one.at);
  const rss = mean((one) => one.rssMiB);
  const over = mean((one) => (one.at - at) ** 2);
  return mean((one) => (one.at - at) * (one.rssMiB - rss)) / over;
}

if (import.meta.main) await run(Deno.args);
