/** What the hub tells of itself adds up, whatever its connections have been through. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  createTestHub,
  type TestClient,
  type TestHub,
} from "../support/hub.ts";

type Step =
  | { readonly do: "join"; readonly user: string }
  | {
    readonly do: "subscribe" | "unsubscribe" | "publish";
    readonly who: number;
    readonly topic: string;
  }
  | { readonly do: "leave" | "stick" | "garbage"; readonly who: number }
  | { readonly do: "disconnect"; readonly user: string };

const user = fc.constantFrom("ann", "bob", "cid");
const topic = fc.constantFrom("topic:a", "topic:b", "session:one", "topic:all");
const who = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("join" as const), user }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "subscribe" as const,
        "unsubscribe" as const,
        "publish" as const,
      ),
      who,
      topic,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "leave" as const,
        "stick" as const,
        "garbage" as const,
      ),
      who,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("disconnect" as const), user }),
  },
);

/** Connections that were ever there, with what each was seen to get and heard to say. */
class World {
  readonly clients: { client: TestClient; said: number; bytes: number }[] = [];

  constructor(readonly test: TestHub) {}

  async take(step: Step): Promise<void> {
    const { hub } = this.test;
    if (step.do === "join") {
      const client = await this.test.join(step.user);
      this.clients.push({ client, said: 0, bytes: 0 });
      return;
    }
    if (step.do === "disconnect") {
      hub.disconnectUser(step.user, 4501);
      return;
    }
    const held = this.clients[step.who % Math.max(1, this.clients.length)];
    if (held === undefined) return;
    const { client } = held;
    const isOpen = client.connection.state !== "closed";
    if (step.do === "leave") return hub.forget(client.connection);
    if (step.do === "stick") {
      client.socket.isStuck = true;
      return;
    }
    if (!isOpen) return;
    held.said++;
    const channel = "topic" in step ? step.topic : undefined;
    const message = step.do === "garbage"
      ? { no: "type" }
      : step.do === "publish"
      ? { type: "BROADCAST", channel, payload: "é" }
      : { type: step.do.toUpperCase(), channel };
    held.bytes += new TextEncoder().encode(JSON.stringify(message)).length;
    client.send(message);
  }

  check(): void {
    const { hub } = this.test;
    const stats = hub.stats();
    const views = hub.connections();
    const ofConnections = views.flatMap(({ connectionId, subscriptions }) =>
      subscriptions.map((channel) => `${channel} ${connectionId}`)
    ).toSorted();
    const ofChannels = [...hub.channels.values()].flatMap((channel) =>
      [...channel.subscriptions].map(({ connection }) =>
        `${channel.name} ${connection.id}`
      )
    ).toSorted();
    assertEquals(ofChannels, ofConnections);
    assertEquals(stats.subscriptions, ofConnections.length);
    assertEquals(stats.totalConnections, views.length);
    const sum = (
      one: (client: TestClient, said: number, bytes: number) => number,
    ) =>
      this.clients.reduce(
        (all, { client, said, bytes }) => all + one(client, said, bytes),
        0,
      );
    assertEquals(
      stats.messagesReceived,
      sum((_, said) => said),
      "received",
    );
    assertEquals(
      stats.messagesSent,
      sum(({ socket }) => socket.messages.length),
      "sent",
    );
    assertEquals(stats.bytesReceived, {
      websocket: sum((_, _said, bytes) => bytes),
      sse: 0,
    });
    assertEquals(
      stats.bytesSent,
      sum(({ socket }) =>
        socket.frames.reduce(
          (all, text) => all + new TextEncoder().encode(text).length,
          0,
        )
      ),
      "bytes",
    );
  }
}

Deno.test("[M6] subscriptions are the same counted by connection and by channel, and totals survive those who leave", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const test = createTestHub({ maxBufferedBytes: 1_000 });
      const world = new World(test);
      try {
        for (const each of steps) {
          await world.take(each);
          world.check();
        }
        const before = test.hub.stats();
        for (const { client } of world.clients) {
          test.hub.forget(client.connection);
        }
        world.check();
        const after = test.hub.stats();
        assertEquals(
          [after.messagesReceived, after.messagesSent, after.publications],
          [before.messagesReceived, before.messagesSent, before.publications],
        );
        assertEquals([
          after.totalConnections,
          after.activeConnections,
          after.authenticatedConnections,
          after.staleConnections,
          after.laggingConnections,
          after.subscriptions,
          after.averageLatencyMs,
        ], [0, 0, 0, 0, 0, 0, null]);
      } finally {
        await test.stop();
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("[M7] messages over the rate and malformed ones are counted", async () => {
  const test = createTestHub({ ratePerSecond: 1 });
  const ann = await test.join("ann");
  // Two at once are within the rate; the next three are not.
  for (let n = 0; n < 5; n++) ann.send({ type: "HEARTBEAT", id: n + 1 });
  assertEquals(test.hub.counts.rateLimited, 3);
  ann.send({ no: "type" });
  assertEquals(test.hub.counts.malformed, 1);
  await test.stop();
});

Deno.test("[M7] catching up is counted by where the missed came from, and shared reads by themselves", async () => {
  const test = createTestHub();
  const texts = Array.from({ length: 1_200 }, (_, n) => `${n}`);
  await test.append("session:one", ...texts);
  const { epoch } = await test.log.head("session:one");
  const since = { epoch, offset: 0 };
  const [ann, bob] = [await test.join("ann"), await test.join("bob")];
  const subscribe = {
    type: "SUBSCRIBE",
    channel: "session:one",
    payload: { since },
  };
  await Promise.all([ann.ask(subscribe), bob.ask(subscribe)]);
  for (const { socket } of [ann, bob]) {
    await socket.until((all) => all.at(-1).offset === 1_200);
  }
  const { counts } = test.hub;
  assertEquals(counts.recoveriesFromLog, 2);
  assertEquals(counts.historyReads + counts.sharedHistoryReads, 6);
  assertEquals(counts.recoveriesFromMemory, 0);
  await ann.ask({ type: "SUBSCRIBE", channel: "topic:a" });
  const { epoch: topicEpoch } = await ann.ask({
    type: "BROADCAST",
    channel: "topic:a",
    payload: 1,
  }).then(({ payload }) => payload);
  await ann.socket.until((all) => all.at(-1).channel === "topic:a");
  await bob.ask({
    type: "SUBSCRIBE",
    channel: "topic:a",
    payload: { since: { epoch: topicEpoch, offset: 0 } },
  });
  await bob.socket.until((all) => all.at(-1).channel === "topic:a");
  assertEquals(counts.recoveriesFromMemory, 1);
  await test.stop();
});

Deno.test("[M7] a reader that takes nothing for 30 s is counted as given up", async () => {
  const test = createTestHub({ maxBufferedBytes: 200 });
  const ann = await test.join("ann");
  ann.socket.isStuck = true;
  ann.send({ type: "SUBSCRIBE", channel: "topic:a" });
  for (let n = 0; n < 10; n++) {
    ann.send({
      type: "BROADCAST",
      channel: "topic:a",
      payload: "x".repeat(90),
    });
  }
  await new Promise((resolve) => setTimeout(resolve));
  const closed = Promise.withResolvers<void>();
  ann.connection.onForget = closed.resolve;
  // The first look sees how full it is, a later one that nothing has moved since.
  const seen = setInterval(() => {
    if (ann.connection.stuck !== undefined) test.clock.now += 31_000;
  }, 5);
  await closed.promise;
  clearInterval(seen);
  assertEquals(test.hub.counts.droppedLaggards, 1);
  assertEquals(test.hub.stats().laggingConnections, 0);
  await test.stop();
});
