/** P17 over real sockets: a slow reader keeps a position, not a queue, and no one waits for it. */
import { assert, assertEquals } from "@std/assert";
import type { Envelope } from "../support/socket_client.ts";
import { startServer, type TestServer } from "../support/server.ts";

const MAX_BUFFERED_BYTES = 262_144;
const HISTORY = 200;
/** Kernel buffers of both ends hold some 10 MB; more than that must be published to fill them. */
const FLOOD_BYTES = 24 * 1024 * 1024;
const PAYLOAD_BYTES = 32 * 1024;
let server: TestServer;

Deno.test.beforeAll(async () => {
  server = await startServer({
    env: {
      WEBSOCKET_RATE_LIMIT: "1000000",
      WEBSOCKET_MESSAGE_QUEUE_SIZE: String(HISTORY),
    },
  });
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

const pad = "p".repeat(PAYLOAD_BYTES);
/** Messages after which even the largest kernel buffers would be full. */
const MOST = 8_000;

Deno.test("[P17] a reader that stops costs a bounded buffer, gets GAP on a topic, and others get all", async () => {
  const channel = "topic:p17";
  using stuck = await server.connectRaw("p17-stuck");
  await stuck.send({ type: "SUBSCRIBE", id: 1, channel });
  await stuck.readUntil("SUBSCRIBED", ({ ref }) => ref === 1);
  await using healthy = await server.connect("p17-healthy");
  await healthy.subscribe(channel);
  await using writer = await server.connect("p17-writer");
  let worst = 0;
  let last = 0;
  // Until the kernel's buffers are full and the history has moved on twice since.
  for (let after = 0; after < HISTORY * 2;) {
    assert(last < MOST, "the stuck reader never became lagging");
    await Promise.all(
      range(last + 1, last + 16).map((n) =>
        writer.broadcast(channel, { n, pad })
      ),
    );
    last += 16;
    // The pace is that of who reads: only the other one is slow.
    await healthy.waitForOffset(channel, last);
    const view = await stuckView();
    worst = Math.max(worst, view.bufferedBytes);
    if (view.state === "lagging") after += 16;
  }
  assert(worst <= MAX_BUFFERED_BYTES, `${worst} bytes were held`);
  assertEquals(healthy.offsets(channel), range(1, last));
  assert((await server.call("GET", "/api/v1/stats")).laggingConnections >= 1);

  const seen: Envelope[] = [];
  await stuck.readUntil(
    "the last publication",
    ({ offset }) => offset === last,
    (message) => seen.push(message),
    60_000,
  );
  const gaps = seen.filter(({ type }) => type === "GAP");
  assert(gaps.length >= 1, "the history moved on, so a GAP is due");
  assertContinuous(channel, seen);
  assertEquals(gaps[0].channel ?? gaps[0].payload.channel, channel);
  await server.eventually(
    "the reader to keep up again",
    stuckView,
    ({ state }) => state === "open",
  );

  async function stuckView() {
    const all = await server.call("GET", "/api/v1/connections");
    const list: { userId: string; bufferedBytes: number; state: string }[] =
      all.items ?? all;
    const view = list.find(({ userId }) => userId === "p17-stuck");
    assert(view, "the stuck reader is still a connection");
    return view;
  }
});

Deno.test("[P17] on a durable channel a reader that stops misses nothing at all", async () => {
  const { id: sessionId, channel } = await server.openSessionFor([
    "p17-durable-writer",
  ]);
  using stuck = await server.connectRaw("p17-durable");
  await stuck.send({ type: "SUBSCRIBE", id: 1, channel });
  await stuck.readUntil("SUBSCRIBED", ({ ref }) => ref === 1);
  await using writer = await server.connect("p17-durable-writer");
  const text = "t".repeat(3_900);
  const last = 1 + FLOOD_BYTES / text.length | 0;
  for (let from = 2; from <= last; from += 100) {
    await Promise.all(
      range(from, Math.min(from + 99, last)).map((n) =>
        writer.command("post_message", { sessionId, text: `${n} ${text}` })
      ),
    );
  }
  const seen: Envelope[] = [];
  await stuck.readUntil(
    "the last publication",
    ({ offset }) => offset === last,
    (message) => seen.push(message),
    60_000,
  );
  assertEquals(
    seen.filter((each) => each.channel === channel).map(({ offset }) => offset),
    range(2, last),
  );
});

Deno.test("[P17] frames that join several messages stay within 64 KiB", async () => {
  const channel = "topic:p17-joined";
  await using reader = await server.connect("p17-joined");
  await reader.subscribe(channel);
  await using writer = await server.connect("p17-joined-writer");
  await Promise.all(
    range(1, 180).map((n) =>
      writer.broadcast(channel, { n, pad: "x".repeat(1000) })
    ),
  );
  await reader.waitForOffset(channel, 180);
  assertEquals(reader.offsets(channel), range(1, 180));
  const longest = Math.max(...reader.frames.map((frame) => frame.length));
  assert(longest <= 64 * 1024, `a frame of ${longest} bytes came`);
  assert(
    reader.frames.some((frame) => frame.trimEnd().includes("\n")),
    "a burst of 180 was sent without joining any two",
  );
});

/** I1: offsets rise by one, or a GAP names exactly what is missing. */
function assertContinuous(channel: string, seen: readonly Envelope[]): void {
  let last = 0;
  for (const message of seen) {
    if (message.type === "GAP") {
      assertEquals(message.payload.from, last + 1);
      last = message.payload.to ?? -1;
    } else if (message.channel === channel && message.offset !== undefined) {
      assertEquals(message.offset, last + 1);
      last = message.offset;
    }
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
