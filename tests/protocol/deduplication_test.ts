/** P13 and P14 over real sockets: once is once, and an acknowledgement is true. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { startServer, type TestServer } from "../support/server.ts";

let server: TestServer;

Deno.test.beforeAll(async () => {
  server = await startServer();
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

Deno.test("[P13] a broadcast sent twice is published once and answered alike", async () => {
  const channel = "topic:p13";
  await using client = await server.connect("p13");
  await client.subscribe(channel);
  const first = await client.broadcast(channel, { n: 1 }, "m-1");
  await client.broadcast(channel, { n: 2 }, "m-2");
  const again = await client.broadcast(channel, { n: 1 }, "m-1");
  assertEquals(first.payload.duplicate, undefined);
  assertEquals(again.payload.duplicate, true);
  assertEquals(again.payload.offset, first.payload.offset);
  assertEquals(again.payload.epoch, first.payload.epoch);
  assertEquals(again.payload.messageId, "m-1");
  await client.settle();
  assertEquals(client.offsets(channel), [1, 2]);
});

Deno.test("[P13] two copies under way at once take effect once", async () => {
  const { id: sessionId, channel } = await server.openSessionFor([
    "p13-twins",
  ]);
  await using client = await server.connect("p13-twins");
  const acks = await Promise.all(
    Array.from(
      { length: 10 },
      () => client.command("post_message", { sessionId, text: "once" }, "twin"),
    ),
  );
  const offsets = new Set(
    acks.map(({ payload }) => payload.positions?.[0].offset),
  );
  assertEquals([...offsets], [2]);
  assertEquals(
    acks.filter(({ payload }) => payload.duplicate).length,
    9,
  );
  assertEquals((await server.history(channel)).length, 2);
});

Deno.test("[P13] the same messageId with another body is a conflict", async () => {
  const { id: sessionId, channel } = await server.openSessionFor([
    "p13-conflict",
  ]);
  await using client = await server.connect("p13-conflict");
  await client.broadcast("topic:p13-conflict", { n: 1 }, "m-1");
  assertEquals(
    await client.refusal({
      type: "BROADCAST",
      channel: "topic:p13-conflict",
      messageId: "m-1",
      payload: { n: 2 },
    }),
    "conflict",
  );
  const post = (text: string) => ({
    type: "COMMAND",
    messageId: "c-1",
    payload: { command: "post_message", input: { sessionId, text } },
  });
  assertEquals((await client.request(post("one"))).type, "ACK");
  assertEquals(await client.refusal(post("two")), "conflict");
  assertEquals((await server.history(channel)).length, 2);
});

Deno.test("[P13] a messageId counts per sender and per channel", async () => {
  await using ann = await server.connect("p13-ann");
  await using ben = await server.connect("p13-ben");
  const mine = await ann.broadcast("topic:p13-a", { n: 1 }, "same");
  const theirs = await ben.broadcast("topic:p13-a", { n: 1 }, "same");
  const elsewhere = await ann.broadcast("topic:p13-b", { n: 1 }, "same");
  assertEquals(mine.payload.offset, 1);
  assertEquals(theirs.payload.offset, 2);
  assertEquals(elsewhere.payload.offset, 1);
  for (const { payload } of [mine, theirs, elsewhere]) {
    assertEquals(payload.duplicate, undefined);
  }
});

Deno.test("[P13] a second connection of the sender is the same sender", async () => {
  await using first = await server.connect("p13-same");
  await using second = await server.connect("p13-same");
  await first.broadcast("topic:p13-same", { n: 1 }, "m");
  const again = await second.broadcast("topic:p13-same", { n: 1 }, "m");
  assertEquals(again.payload.duplicate, true);
});

Deno.test("[P13] a repeated command gets its first answer even when it would be refused by now", async () => {
  const { id: sessionId } = await server.openSession({ title: "Closing" });
  await using service = await server.connectService();
  const input = { sessionId, text: "in time" };
  const first = await service.command("post_message", input, "late-1");
  await service.command("close_session", { sessionId });
  assertEquals(
    await service.refusal({
      type: "COMMAND",
      messageId: "late-2",
      payload: { command: "post_message", input },
    }),
    "conflict",
  );
  const again = await service.command("post_message", input, "late-1");
  assertEquals(again.payload.duplicate, true);
  assertEquals(again.payload.result, first.payload.result);
  assertEquals(again.payload.positions, first.payload.positions);
});

Deno.test("[P13] a durable channel remembers a messageId over a kill", async () => {
  const folder = await Deno.makeTempDir({ prefix: "regulens_dedupe_" });
  try {
    const before = await startServer({ folder });
    let session, first;
    const message = {
      type: "DIRECT_MESSAGE",
      messageId: "dm-once",
      payload: { recipient: "p13-far", body: "once" },
    };
    let direct;
    {
      await using _closing = before;
      session = await before.openSessionFor(["p13-restart"]);
      const client = await before.connect("p13-restart");
      first = await client.command("post_message", {
        sessionId: session.id,
        text: "once",
      }, "r-1");
      direct = await client.ask(message);
      await client.close();
      await before.stop("SIGKILL");
    }
    await using after = await startServer({ folder });
    await using client = await after.connect("p13-restart");
    const again = await client.command("post_message", {
      sessionId: session.id,
      text: "once",
    }, "r-1");
    assertEquals(again.payload.duplicate, true);
    assertEquals(again.payload.positions, first.payload.positions);
    const directAgain = await client.ask(message);
    assertEquals(directAgain.payload.duplicate, true);
    assertEquals(directAgain.payload.offset, direct.payload.offset);
    assertEquals((await after.history(session.channel)).length, 2);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("[P13] a transient channel remembers the messageIds of its history", async () => {
  await using small = await startServer({
    env: { WEBSOCKET_MESSAGE_QUEUE_SIZE: "10" },
  });
  await using client = await small.connect("p13-window");
  await client.broadcast("topic:window", { n: 1 }, "w-1");
  await client.broadcast("topic:window", { n: 2 }, "w-2");
  await small.publishNumbers("topic:window", 3, 11);
  const kept = await client.broadcast("topic:window", { n: 2 }, "w-2");
  assertEquals(kept.payload.duplicate, true);
  const gone = await client.broadcast("topic:window", { n: 1 }, "w-1");
  assertEquals(gone.payload.duplicate, undefined);
  assertEquals(gone.payload.offset, 12);
});

Deno.test("[P13] over HTTP the messageId and the Idempotency-Key do the same", async () => {
  const path = "/api/v1/channels/topic%3Ap13-http/publications";
  const body = { payload: { n: 1 }, messageId: "h-1" };
  const first = await server.call("POST", path, body, 201);
  const again = await server.call("POST", path, body);
  assertEquals(again.offset, first.offset);
  assertEquals(again.duplicate, true);
  const { id, channel } = await server.openSession({ title: "Keys" });
  const post = (text: string) =>
    server.fetch(`/api/v1/sessions/${id}/messages`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "Idempotency-Key": "key-1",
      },
      body: JSON.stringify({ text }),
    });
  const one = await post("same");
  const two = await post("same");
  assertEquals(two.status, one.status);
  assertEquals(await two.json(), await one.json());
  const other = await post("different");
  await other.body?.cancel();
  assertEquals(other.status, 409);
  assertEquals((await server.history(channel)).length, 2);
});

Deno.test("[P14] a topic acknowledges accepted, a user's channel stored", async () => {
  await using client = await server.connect("p14");
  const topic = await client.broadcast("topic:p14", { n: 1 });
  assertEquals(topic.payload.level, "accepted");
  assert(topic.payload.messageId, "an ACK names the message");
  const direct = await client.ask({
    type: "DIRECT_MESSAGE",
    payload: { recipient: "p14-other", body: "x" },
  });
  assertEquals(direct.payload.level, "stored");
  assertEquals(client.established.ackLevel, "stored");
});

Deno.test("[P14] messages without a messageId get one each", async () => {
  await using client = await server.connect("p14-ids");
  const one = await client.broadcast("topic:p14-ids", { n: 1 });
  const two = await client.broadcast("topic:p14-ids", { n: 1 });
  assertNotEquals(one.payload.messageId, two.payload.messageId);
  assertEquals(two.payload.offset, 2);
});

Deno.test("[P14] what was acknowledged as stored is there after a kill", async () => {
  const folder = await Deno.makeTempDir({ prefix: "regulens_stored_" });
  try {
    let session, acked: number[];
    {
      await using before = await startServer({ folder });
      session = await before.openSessionFor(["p14-kill"]);
      const client = await before.connect("p14-kill");
      const acks = await Promise.all(
        Array.from({ length: 60 }, (_, i) =>
          client.command("post_message", {
            sessionId: session.id,
            text: `m${i}`,
          })),
      );
      acked = acks.map(({ payload }) => payload.positions?.[0].offset ?? 0);
      await before.stop("SIGKILL");
      await client.waitForClose();
    }
    await using after = await startServer({ folder });
    const kept = new Set(
      (await after.history(session.channel)).map(({ offset }) => offset),
    );
    assertEquals(acked.filter((offset) => !kept.has(offset)), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
