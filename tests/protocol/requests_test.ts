/** P6 over real sockets: one reply for every id, in an order that can be relied on. */
import { assert, assertEquals } from "@std/assert";
import { startServer, type TestServer } from "../support/server.ts";

let server: TestServer;

Deno.test.beforeAll(async () => {
  server = await startServer({ env: { WEBSOCKET_RATE_LIMIT: "10000" } });
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

Deno.test("[P6] every kind of request is answered by exactly one reply of its kind", async () => {
  const { id: sessionId, channel } = await server.openSessionFor([
    "p6-kinds",
  ]);
  await using client = await server.connect("p6-kinds");
  const requests: [string, Record<string, unknown>][] = [
    ["HEARTBEAT", { type: "HEARTBEAT" }],
    ["SUBSCRIBED", { type: "SUBSCRIBE", channel: "topic:p6" }],
    ["ACK", { type: "BROADCAST", channel: "topic:p6", payload: { n: 1 } }],
    ["ACK", { type: "UNSUBSCRIBE", channel: "topic:p6" }],
    ["ACK", {
      type: "DIRECT_MESSAGE",
      payload: { recipient: "someone", body: "hello" },
    }],
    ["ACK", {
      type: "COMMAND",
      payload: { command: "post_message", input: { sessionId, text: "hi" } },
    }],
    ["ERROR", { type: "SUBSCRIBE", channel: "nowhere:1" }],
    ["ERROR", { type: "BROADCAST", channel, payload: {} }],
    ["ERROR", { type: "COMMAND", payload: { command: "fly", input: {} } }],
    ["ERROR", { type: "DANCE" }],
  ];
  const replies = await Promise.all(
    requests.map(([, message]) => client.request(message)),
  );
  assertEquals(
    replies.map(({ type }) => type),
    requests.map(([type]) => type),
  );
  await client.settle();
  for (const { ref } of replies) {
    assertEquals(
      client.received.filter((message) => message.ref === ref).length,
      1,
      `replies to ${ref}`,
    );
  }
});

Deno.test("[P6] without an id nothing is acknowledged, but an error is still told", async () => {
  await using client = await server.connect("p6-silent");
  client.send({ type: "SUBSCRIBE", channel: "topic:p6-silent" });
  client.send({
    type: "BROADCAST",
    channel: "topic:p6-silent",
    payload: { n: 1 },
  });
  await client.waitForOffset("topic:p6-silent", 1);
  client.send({ type: "SUBSCRIBE", channel: "nowhere:1" });
  const error = await client.waitForType("ERROR");
  assertEquals(error.ref, undefined);
  assertEquals(error.payload.code, "not_found");
  await client.settle();
  assertEquals(client.received.some(({ type }) => type === "ACK"), false);
});

Deno.test("[P6] an id that is not a positive integer is refused", async () => {
  await using client = await server.connect("p6-ids");
  for (const id of [0, -1, 1.5, "7", null, {}, 2 ** 60]) {
    client.send({ type: "HEARTBEAT", id });
  }
  await client.settle();
  const codes = client.received.filter(({ type }) => type === "ERROR")
    .map(({ payload }) => payload.code);
  assertEquals(codes.length, 7);
  assert(codes.every((code) => code === "malformed" || code === "invalid"));
});

Deno.test("[P6] requests sent at once take effect in the order they were sent", async () => {
  const { id: sessionId, channel } = await server.openSessionFor([
    "p6-order",
  ]);
  await using client = await server.connect("p6-order");
  const texts = Array.from({ length: 60 }, (_, i) => `message ${i}`);
  const acks = await Promise.all(
    texts.map((text) => client.command("post_message", { sessionId, text })),
  );
  const offsets = acks.map(({ payload }) =>
    payload.positions?.find((each) => each.channel === channel)?.offset
  );
  assertEquals(offsets, texts.map((_, i) => i + 2));
  const posted = (await server.history(channel)).slice(1);
  assertEquals(posted.map(({ payload }) => payload.text), texts);
});

Deno.test("[P6] subscribing and leaving hold for what comes after them in the same frame", async () => {
  const channel = "topic:p6-frame";
  await using client = await server.connect("p6-frame");
  client.sendText([
    `{"type":"BROADCAST","id":801,"channel":"${channel}","payload":{"n":1}}`,
    `{"type":"SUBSCRIBE","id":802,"channel":"${channel}"}`,
    `{"type":"BROADCAST","id":803,"channel":"${channel}","payload":{"n":2}}`,
  ].join("\n"));
  await client.waitForOffset(channel, 2);
  client.sendText([
    `{"type":"UNSUBSCRIBE","id":804,"channel":"${channel}"}`,
    `{"type":"BROADCAST","id":805,"channel":"${channel}","payload":{"n":3}}`,
  ].join("\n"));
  await client.waitFor("805", ({ ref }) => ref === 805);
  await client.settle();
  assertEquals(client.offsets(channel), [2]);
});
