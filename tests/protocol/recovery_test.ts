/** P9 to P12 over real sockets: order, replay of the missed, and when there is none. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { startServer, type TestServer } from "../support/server.ts";

/** Transient history of the shared server: small, so that a test can outrun it. */
const HISTORY = 100;
let server: TestServer;

Deno.test.beforeAll(async () => {
  server = await startServer({
    env: {
      WEBSOCKET_MESSAGE_QUEUE_SIZE: String(HISTORY),
      WEBSOCKET_RATE_LIMIT: "100000",
    },
  });
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

Deno.test("[P9] offsets rise by one from 1, and all subscribers see one order", async () => {
  const channel = "topic:p9";
  await using left = await server.connect("p9-left");
  await using right = await server.connect("p9-right");
  await left.subscribe(channel);
  await right.subscribe(channel);
  const writers = await Promise.all(
    range(1, 4).map((i) => server.connect(`p9-writer-${i}`)),
  );
  const acks = await Promise.all(
    writers.flatMap((writer, w) =>
      range(1, 50).map((n) => writer.broadcast(channel, { n, writer: w }))
    ),
  );
  await left.waitForOffset(channel, 200);
  await right.waitForOffset(channel, 200);
  assertEquals(left.offsets(channel), range(1, 200));
  assertEquals(left.publications(channel), right.publications(channel));
  assertEquals(
    acks.map(({ payload }) => payload.offset ?? 0).toSorted((a, b) => a - b),
    range(1, 200),
  );
  for (const w of range(0, 3)) {
    const mine = left.publications(channel)
      .filter(({ payload }) => payload.writer === w)
      .map(({ payload }) => payload.n);
    assertEquals(mine, range(1, 50), `writer ${w}`);
  }
  await Promise.all(writers.map((writer) => writer.close()));
});

Deno.test("[P9] a durable channel counts in the same way", async () => {
  const { id, channel } = await server.openSession({ title: "P9" });
  await using reader = await server.connect("p9-reader");
  await reader.subscribe(channel, { history: 1 });
  await Promise.all(range(2, 41).map((n) => server.post(id, `m${n}`)));
  await reader.waitForOffset(channel, 41);
  assertEquals(reader.offsets(channel), range(1, 41));
});

Deno.test("[P10] SUBSCRIBED tells epoch and head, and nothing about recovery unless asked", async () => {
  const channel = "topic:p10-head";
  await server.publishNumbers(channel, 1, 3);
  await using client = await server.connect("p10-head");
  const reply = await client.subscribe(channel);
  assertEquals(reply.channel, channel);
  assertEquals(reply.payload.offset, 3);
  assert(reply.payload.epoch);
  assertEquals(reply.payload.recovered, undefined);
  await client.settle();
  assertEquals(client.offsets(channel), []);
});

Deno.test("[P10] since replays what was missed, in order, after SUBSCRIBED", async () => {
  const channel = "topic:p10-since";
  await server.publishNumbers(channel, 1, 10);
  await using client = await server.connect("p10-since");
  const { payload: { epoch } } = await client.subscribe(channel);
  const reply = await client.subscribe(channel, {
    since: { epoch, offset: 4 },
  });
  assertEquals(reply.payload.recovered, true);
  assertEquals(reply.payload.offset, 10);
  await client.waitForOffset(channel, 10);
  await server.publishNumbers(channel, 11, 11);
  await client.waitForOffset(channel, 11);
  assertEquals(client.offsets(channel), range(5, 11));
  assertEquals(
    client.publications(channel).map(({ payload }) => payload.n),
    range(5, 11),
  );
  assert(
    client.received.indexOf(reply) <
      client.received.indexOf(client.publications(channel)[0]),
    "SUBSCRIBED comes before the replay",
  );
});

Deno.test("[P10] since at the head is recovered and replays nothing", async () => {
  const channel = "topic:p10-at-head";
  await server.publishNumbers(channel, 1, 5);
  await using client = await server.connect("p10-at-head");
  const { payload: { epoch } } = await client.subscribe(channel);
  const { payload } = await client.subscribe(channel, {
    since: { epoch, offset: 5 },
  });
  assertEquals(payload.recovered, true);
  await client.settle();
  assertEquals(client.offsets(channel), []);
});

Deno.test("[P10] another epoch is not recovered, and what is new still follows", async () => {
  const channel = "topic:p10-epoch";
  await server.publishNumbers(channel, 1, 5);
  await using client = await server.connect("p10-epoch");
  const { payload } = await client.subscribe(channel, {
    since: { epoch: "of-another-life", offset: 2 },
  });
  assertEquals(payload.recovered, false);
  assertEquals(payload.offset, 5);
  await server.publishNumbers(channel, 6, 6);
  await client.waitForOffset(channel, 6);
  assertEquals(client.offsets(channel), [6]);
});

Deno.test("[P10] a position above the head is not recovered", async () => {
  const channel = "topic:p10-above";
  await server.publishNumbers(channel, 1, 5);
  await using client = await server.connect("p10-above");
  const { payload: { epoch } } = await client.subscribe(channel);
  const { payload } = await client.subscribe(channel, {
    since: { epoch, offset: 6 },
  });
  assertEquals(payload.recovered, false);
  assertEquals(payload.offset, 5);
});

Deno.test("[P10] a transient history reaches back exactly its length", async () => {
  const channel = "topic:p10-short";
  await server.publishNumbers(channel, 1, HISTORY + 20);
  await using client = await server.connect("p10-short");
  const { payload: { epoch } } = await client.subscribe(channel);
  const late = await client.subscribe(channel, {
    since: { epoch, offset: 19 },
  });
  assertEquals(late.payload.recovered, false);
  await client.settle();
  assertEquals(client.offsets(channel), []);
  const intime = await client.subscribe(channel, {
    since: { epoch, offset: 20 },
  });
  assertEquals(intime.payload.recovered, true);
  await client.waitForOffset(channel, HISTORY + 20);
  assertEquals(client.offsets(channel), range(21, HISTORY + 20));
});

Deno.test("[P10] history n gives the last n, or all there are", async () => {
  const channel = "topic:p10-history";
  await server.publishNumbers(channel, 1, 8);
  await using client = await server.connect("p10-history");
  await client.subscribe(channel, { history: 3 });
  await client.waitForOffset(channel, 8);
  await client.settle();
  assertEquals(client.offsets(channel), [6, 7, 8]);
  await using other = await server.connect("p10-history-all");
  await other.subscribe(channel, { history: 50 });
  await other.waitForOffset(channel, 8);
  assertEquals(other.offsets(channel), range(1, 8));
});

Deno.test("[P10] subscribing again to a held channel restarts delivery from since", async () => {
  const channel = "topic:p10-again";
  await using client = await server.connect("p10-again");
  const { payload: { epoch } } = await client.subscribe(channel);
  await server.publishNumbers(channel, 1, 5);
  await client.waitForOffset(channel, 5);
  await client.subscribe(channel, { since: { epoch, offset: 2 } });
  await client.settle();
  await server.publishNumbers(channel, 6, 6);
  await client.waitForOffset(channel, 6);
  assertEquals(client.offsets(channel), [1, 2, 3, 4, 5, 3, 4, 5, 6]);
  const view = await server.connection(client.connectionId);
  assertEquals(
    view.subscriptions.filter((name: string) => name === channel).length,
    1,
  );
});

Deno.test("[P10] publishing while clients recover loses and repeats nothing", async () => {
  const { id: sessionId, channel, epoch } = await server.openSessionFor([
    "p10-busy-writer",
  ]);
  await using writer = await server.connect("p10-busy-writer");
  const last = 801;
  const posting = Promise.all(
    range(2, last).map((n) =>
      writer.command("post_message", { sessionId, text: `m${n}` })
    ),
  );
  const readers = await Promise.all(
    range(1, 8).map(async (i) => {
      const reader = await server.connect(`p10-busy-${i}`);
      await reader.subscribe(channel, { since: { epoch, offset: 0 } });
      return reader;
    }),
  );
  await posting;
  for (const reader of readers) {
    await reader.waitForOffset(channel, last);
    assertEquals(reader.offsets(channel), range(1, last));
    await reader.close();
  }
});

Deno.test("[P10] on a durable channel positions and publications carry the chain's hash", async () => {
  const { id, channel, epoch } = await server.openSession({ title: "Hashes" });
  await server.post(id, "two");
  await server.post(id, "three");
  await using client = await server.connect("p10-hash");
  const { payload } = await client.subscribe(channel, { history: 3 });
  await client.waitForOffset(channel, 3);
  const hashes = client.publications(channel).map(({ hash }) => hash ?? "");
  assertEquals(hashes.length, 3);
  for (const hash of hashes) assert(/^[0-9a-f]{16}$/.test(hash), hash);
  assertEquals(payload.hash, hashes[2]);
  const same = await client.subscribe(channel, {
    since: { epoch, offset: 2, hash: hashes[1] },
  });
  assertEquals(same.payload.recovered, true);
  assertEquals(same.payload.diverged, undefined);
  const other = await client.subscribe(channel, {
    since: { epoch, offset: 2, hash: hashes[0] },
  });
  assertEquals(other.payload.recovered, false);
  assertEquals(other.payload.diverged, true);
});

Deno.test("[P10] a durable epoch survives a restart, a transient one does not", async () => {
  const folder = await Deno.makeTempDir({ prefix: "regulens_epoch_" });
  try {
    const before = await startServer({ folder });
    let session, topicEpoch;
    {
      await using _closing = before;
      session = await before.openSession({ title: "Epochs" });
      await before.post(session.id, "before the restart");
      await before.publishNumbers("topic:epoch", 1, 2);
      const client = await before.connect("p10-restart");
      topicEpoch = (await client.subscribe("topic:epoch")).payload.epoch;
      await client.close();
      await before.stop();
    }
    await using after = await startServer({ folder });
    await using client = await after.connect("p10-restart");
    const durable = await client.subscribe(session.channel, {
      since: { epoch: session.epoch, offset: 1 },
    });
    assertEquals(durable.payload.epoch, session.epoch);
    assertEquals(durable.payload.recovered, true);
    await client.waitForOffset(session.channel, 2);
    const transient = await client.subscribe("topic:epoch", {
      since: { epoch: topicEpoch, offset: 1 },
    });
    assertNotEquals(transient.payload.epoch, topicEpoch);
    assertEquals(transient.payload.recovered, false);
    assertEquals(transient.payload.offset, 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("[P16] connections that end while they catch up do not hold up anybody", async () => {
  const { id, channel, epoch } = await server.openSession({ title: "Early" });
  await Promise.all(range(2, 600).map((n) => server.post(id, `m${n}`)));
  await using holder = await server.connect("p16-holder");
  await holder.subscribe(channel);
  const leavers = await Promise.all(
    range(1, 30).map((i) => server.connectRaw(`p16-leaver-${i}`)),
  );
  for (const leaver of leavers) {
    await leaver.send({
      type: "SUBSCRIBE",
      channel,
      payload: { since: { epoch, offset: 0 } },
    });
    leaver.close();
  }
  await holder.settle();
  await server.post(id, "still here");
  await holder.waitForOffset(channel, 601);
});

Deno.test("[P11] a client that missed one finds it by subscribing again with since", async () => {
  const channel = "topic:p11";
  await using client = await server.connect("p11");
  const { payload: { epoch } } = await client.subscribe(channel);
  await server.publishNumbers(channel, 1, 2);
  await client.waitForOffset(channel, 2);
  await client.ask({ type: "UNSUBSCRIBE", channel });
  await server.publishNumbers(channel, 3, 5);
  await client.subscribe(channel, { since: { epoch, offset: 2 } });
  await client.waitForOffset(channel, 5);
  assertEquals(client.offsets(channel), range(1, 5));
});

Deno.test("[P12] a durable channel is recovered from its beginning, however long it is", async () => {
  const { id: sessionId, channel, epoch } = await server.openSessionFor([
    "p12-writer",
  ]);
  const last = HISTORY * 12;
  await using writer = await server.connect("p12-writer");
  // In portions: more than 1,024 at once would be refused (P18).
  for (let from = 2; from <= last; from += 400) {
    await Promise.all(
      range(from, Math.min(from + 399, last)).map((n) =>
        writer.command("post_message", { sessionId, text: `m${n}` })
      ),
    );
  }
  await using reader = await server.connect("p12-reader");
  const { payload } = await reader.subscribe(channel, {
    since: { epoch, offset: 0 },
  });
  assertEquals(payload.recovered, true);
  await reader.waitForOffset(channel, last);
  assertEquals(reader.offsets(channel), range(1, last));
  assertEquals(
    (await server.history(channel)).map(({ offset }) => offset),
    range(1, last),
  );
});
