/** A thousand cuts: 50 subscribers behind a proxy that breaks them, and one identical log. */
import { assert, assertEquals } from "@std/assert";
import { catchFaults } from "../../faults.ts";
import { SILENT } from "../../realtime/logger.ts";
import { DEADLINE_MS, within } from "../support/socket_client.ts";
import { startServer, TOKEN } from "../support/server.ts";
import { type Cut, TcpProxy } from "../support/tcp_proxy.ts";
import { Follower } from "./follower.ts";
import { createRandom, intBetween, pick, sizeFrom } from "./random.ts";

const SEED = sizeFrom("CHAOS_SEED", 20_261_123);

interface Run {
  readonly transport: "websocket" | "sse";
  readonly subscribers: number;
  readonly messages: number;
  readonly cuts: number;
}
/** Messages between two looks at how many cuts there were. */
const PORTION = 100;
const QUIET_MS = 400;
const LIMIT_MS = 240_000;
const RESET = /^TypeError: (Connection reset by peer|Broken pipe)/;

Deno.test("[P10] 50 subscribers cut 1,000 times while 10,000 messages are published end with one log", () =>
  cutAndCompare({
    transport: "websocket",
    subscribers: 50,
    messages: sizeFrom("CHAOS_CUT_MESSAGES", 10_000),
    cuts: sizeFrom("CHAOS_CUTS", 1_000),
  }));

Deno.test("[P25] over event streams 20 subscribers cut 200 times end with one log too", () =>
  cutAndCompare({
    transport: "sse",
    subscribers: 20,
    messages: 2_000,
    cuts: 200,
  }));

async function cutAndCompare(
  { transport, subscribers, messages, cuts: wantedCuts }: Run,
): Promise<void> {
  const random = createRandom(SEED);
  // As in the program: of some resets in the middle of a handshake the runtime lets a
  // rejection float that no handler of ours can see. Whatever else floats is a fault.
  const floating: string[] = [];
  const net = catchFaults({
    ...SILENT,
    error: (_, properties) => void floating.push(String(properties?.error)),
  });
  using _ = { [Symbol.dispose]: () => net.stop() };
  await using server = await startServer({
    env: {
      WEBSOCKET_RATE_LIMIT: "1000000",
      WEBSOCKET_MAX_CONNECTIONS_PER_USER: "5000",
      WEBSOCKET_MAX_CONNECTIONS_PER_ADDRESS: "5000",
      // Dead ends become stale within the run instead of being served to its end.
      WEBSOCKET_HEARTBEAT_INTERVAL: "1000",
    },
  });
  const session = await server.openSessionFor(["cuts-writer"]);
  await using writer = await server.connect("cuts-writer");
  let cuts = 0;
  let told = Promise.withResolvers<void>();
  const proxy = await TcpProxy.listen({
    targetPort: server.port,
    // A connection may end before its cut is due, so what counts is cuts, not plans.
    nextCut: () => cuts < wantedCuts ? planCut(random) : undefined,
    onCut: () => {
      cuts++;
      told.resolve();
    },
  });
  const followers = Array.from({ length: subscribers }, () =>
    new Follower({
      url: `ws://127.0.0.1:${proxy.port}/ws`,
      headers: { Authorization: `Bearer ${TOKEN}` },
      transport,
      channel: session.channel,
      epoch: session.epoch,
      quietMs: QUIET_MS,
    }));
  const head = messages + 1;
  try {
    const following = Promise.all(
      followers.map((follower) => follower.follow(head)),
    );
    await within(
      Promise.all([publish(), following]),
      LIMIT_MS,
      `${subscribers} subscribers to have ${head} publications`,
    );
  } finally {
    await proxy[Symbol.asyncDispose]();
    await within(
      Promise.all(followers.flatMap(({ closes }) => closes)),
      DEADLINE_MS,
      "every broken connection to be over",
    );
  }
  assertEquals(followers.flatMap(({ faults }) => faults), []);
  assertEquals(floating.filter((text) => !RESET.test(text)), []);
  assert(cuts >= wantedCuts, `only ${cuts} cuts were made`);
  const history = await server.history(session.channel);
  assertEquals(
    history.map(({ offset }) => offset),
    Array.from({ length: head }, (_, i) => i + 1),
  );
  const truth = history.map(({ payload }) => String(payload.text));
  for (const [i, follower] of followers.entries()) {
    assertEquals(follower.applied, truth, `subscriber ${i}`);
  }

  /** Publishing and cutting advance together: neither is over before the other begins. */
  async function publish(): Promise<void> {
    for (let from = 1; from <= messages; from += PORTION) {
      const to = Math.min(from + PORTION - 1, messages);
      await Promise.all(
        Array.from(
          { length: to - from + 1 },
          (_, i) =>
            writer.command("post_message", {
              sessionId: session.id,
              text: `message ${from + i} ${"x".repeat(40)}`,
            }),
        ),
      );
      const due = Math.floor(wantedCuts * to / messages);
      while (cuts < due && followers.some((each) => each.applied.length < to)) {
        told = Promise.withResolvers();
        // A cut, or the subscribers having caught up: whichever there is first.
        await Promise.race([
          told.promise,
          new Promise((resolve) => setTimeout(resolve, 20)),
        ]);
      }
    }
  }
}

/** One in seven in the middle of the handshake, the others anywhere in the stream. */
function planCut(random: () => number): Cut {
  return {
    kind: pick(random, ["reset", "reset", "half_open"]),
    afterBytes: random() < 1 / 7
      ? intBetween(random, 1, 700)
      : intBetween(random, 1, 110_000),
  };
}
