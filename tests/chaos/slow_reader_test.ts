/** A reader that stops and goes: it ends with everything, and the others never noticed. */
import { assert, assertEquals } from "@std/assert";
import type { Envelope } from "../support/socket_client.ts";
import { startServer } from "../support/server.ts";
import { createRandom, intBetween, sizeFrom } from "./random.ts";

const SEED = sizeFrom("CHAOS_SEED", 20_261_123);
const MESSAGES = sizeFrom("CHAOS_SLOW_MESSAGES", 12_000);
/** Together some 48 MB: more than the kernel's buffers of both ends hold. */
const PAD = "p".repeat(4_000);
const WRITERS = 4;
const PAUSES = 6;

Deno.test("[P17] a reader that stops again and again catches up completely", async () => {
  const random = createRandom(SEED);
  const channel = "topic:slow";
  await using server = await startServer({
    env: {
      WEBSOCKET_RATE_LIMIT: "1000000",
      WEBSOCKET_MESSAGE_QUEUE_SIZE: String(MESSAGES),
    },
  });
  using slow = await server.connectRaw("slow-reader");
  await slow.send({ type: "SUBSCRIBE", id: 1, channel });
  await slow.readUntil("SUBSCRIBED", ({ ref }) => ref === 1);
  await using quick = await server.connect("quick-reader");
  await quick.subscribe(channel);
  const writers = await Promise.all(
    Array.from({ length: WRITERS }, (_, w) => server.connect(`writer-${w}`)),
  );
  const seen: Envelope[] = [];
  let worst = 0;
  let lagged = false;
  let published = 0;
  for (let pause = 1; pause <= PAUSES; pause++) {
    const until = Math.round(MESSAGES * pause / PAUSES);
    await publishUntil(until);
    // Not a byte until half is published: by then the kernel holds all it can.
    if (pause < PAUSES / 2) continue;
    // It reads a little, never to the end, and stops again.
    const readTo = seen.length + intBetween(random, 1, until - seen.length);
    await slow.readUntil(
      `message ${readTo}`,
      () => seen.length >= readTo,
      collect,
    );
  }
  await slow.readUntil(
    "the last message",
    () => seen.length >= MESSAGES,
    collect,
    60_000,
  );
  assertEquals(
    seen.map(({ offset }) => offset),
    Array.from({ length: MESSAGES }, (_, i) => i + 1),
  );
  await quick.waitForOffset(channel, MESSAGES);
  assertEquals(
    quick.publications(channel).map(({ payload }) => payload.n),
    seen.map(({ payload }) => payload.n),
  );
  assert(worst <= 262_144, `${worst} unsent bytes were held`);
  assert(lagged, "the reader was never slow enough to lag");
  await Promise.all(writers.map((writer) => writer.close()));

  function collect(message: Envelope): void {
    if (message.type === "BROADCAST" && message.channel === channel) {
      seen.push(message);
    } else if (message.type === "GAP") {
      throw new Error(`GAP though the history reaches back: ${message}`);
    }
  }

  async function publishUntil(until: number): Promise<void> {
    while (published < until) {
      const count = Math.min(400, until - published);
      await Promise.all(
        Array.from(
          { length: count },
          (_, i) =>
            writers[i % WRITERS].broadcast(channel, {
              n: published + i,
              pad: PAD,
            }),
        ),
      );
      published += count;
      await watch();
    }
  }

  async function watch(): Promise<void> {
    const answer = await server.call("GET", "/api/v1/connections");
    const list: { userId: string; bufferedBytes: number; state: string }[] =
      answer.items ?? answer;
    const view = list.find(({ userId }) => userId === "slow-reader");
    assert(view, "the slow reader is still a connection");
    worst = Math.max(worst, view.bufferedBytes);
    lagged ||= view.state === "lagging";
  }
});
