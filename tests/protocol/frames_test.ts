/** P3, P4, P5 and P7 over real sockets: the first message, frames, envelope, errors. */
import { assert, assertEquals } from "@std/assert";
import { OPCODE } from "../support/raw_websocket.ts";
import { startServer, type TestServer } from "../support/server.ts";

const MAX_MESSAGE_BYTES = 65_536;
let server: TestServer;

Deno.test.beforeAll(async () => {
  server = await startServer();
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** A HEARTBEAT of exactly so many bytes. */
function heartbeatOf(bytes: number, filler = "x"): string {
  const empty = JSON.stringify({ type: "HEARTBEAT", id: 1, pad: "" });
  const fillerBytes = new TextEncoder().encode(filler).length;
  const count = Math.floor((bytes - empty.length) / fillerBytes);
  return JSON.stringify({
    type: "HEARTBEAT",
    id: 1,
    pad: filler.repeat(count),
  });
}

/** JSON of exactly so many levels, the envelope being the first. */
function nested(levels: number): string {
  return `{"type":"HEARTBEAT","id":1,"payload":${"[".repeat(levels - 1)}${
    "]".repeat(levels - 1)
  }}`;
}

Deno.test("[P3] the first message says who, where and under which limits", async () => {
  await using client = await server.connect({
    userId: "p3",
    name: "Pia Three",
    roles: ["facilitator"],
  });
  assertEquals(client.received[0].type, "CONNECTION_ESTABLISHED");
  const {
    connectionId,
    userId,
    roles,
    node,
    protocol,
    heartbeatIntervalMs,
    connectionTimeoutMs,
    maxMessageBytes,
    ackLevel,
    serverTime,
    subscriptions,
  } = client.established;
  assert(connectionId);
  assertEquals(userId, "p3");
  assertEquals(roles, ["facilitator"]);
  assert(typeof node === "string" && node !== "");
  assertEquals(protocol, 1);
  assertEquals(heartbeatIntervalMs, 30_000);
  assertEquals(connectionTimeoutMs, 300_000);
  assertEquals(maxMessageBytes, MAX_MESSAGE_BYTES);
  assertEquals(ackLevel, "stored");
  assert(Number.isInteger(serverTime), "serverTime is ms since 1970");
  const own = subscriptions?.find(({ channel }) => channel === "user:p3");
  assert(own, "user:<id> is always among the subscriptions");
  assert(own.epoch !== "");
  assertEquals(own.offset, 0);
});

Deno.test("[P3] the limits told are those configured", async () => {
  await using other = await startServer({
    env: {
      WEBSOCKET_HEARTBEAT_INTERVAL: "7000",
      WEBSOCKET_CONNECTION_TIMEOUT: "77",
      WEBSOCKET_MAX_MESSAGE_BYTES: "2048",
    },
  });
  await using client = await other.connect("p3-limits");
  assertEquals(client.established.heartbeatIntervalMs, 7000);
  assertEquals(client.established.connectionTimeoutMs, 77_000);
  assertEquals(client.established.maxMessageBytes, 2048);
  client.sendText(heartbeatOf(2049));
  assertEquals((await client.waitForClose()).code, 1009);
});

Deno.test("[P3] two connections of one user have ids of their own", async () => {
  await using first = await server.connect("p3-twice");
  await using second = await server.connect("p3-twice");
  assert(first.connectionId !== second.connectionId);
});

Deno.test("[P4] one frame may hold several messages, and each is answered", async () => {
  await using client = await server.connect("p4-lines");
  client.sendText(
    [
      `{"type":"HEARTBEAT","id":901}`,
      "",
      `{"type":"HEARTBEAT","id":902}`,
      `{"type":"SUBSCRIBE","id":903,"channel":"topic:lines"}`,
      "",
    ].join("\n"),
  );
  await client.waitFor("903", ({ ref }) => ref === 903);
  const replies = client.received.filter(({ ref }) => ref !== undefined);
  assertEquals(replies.map(({ ref, type }) => `${ref} ${type}`), [
    "901 HEARTBEAT",
    "902 HEARTBEAT",
    "903 SUBSCRIBED",
  ]);
});

Deno.test("[P4] a message that came in fragments is one message", async () => {
  using raw = await server.connectRaw("p4-fragments");
  await raw.sendFrame(`{"type":"HEART`, { fin: false });
  await raw.sendFrame("", { opcode: OPCODE.ping });
  await raw.sendFrame(`BEAT","id"`, {
    fin: false,
    opcode: OPCODE.continuation,
  });
  await raw.sendFrame(`:5}`, { opcode: OPCODE.continuation });
  const reply = await raw.readUntil("the reply", ({ ref }) => ref === 5);
  assertEquals(reply.type, "HEARTBEAT");
});

Deno.test("[P4] a binary frame ends the connection with 1003", async () => {
  await using client = await server.connect("p4-binary");
  client.socket.send(new TextEncoder().encode(`{"type":"HEARTBEAT","id":1}`));
  assertEquals((await client.waitForClose()).code, 1003);
});

Deno.test("[P4] a frame of exactly the limit is accepted", async () => {
  await using client = await server.connect("p4-limit");
  const text = heartbeatOf(MAX_MESSAGE_BYTES);
  assertEquals(text.length, MAX_MESSAGE_BYTES);
  client.sendText(text);
  const reply = await client.waitFor("the reply", ({ ref }) => ref === 1);
  assertEquals(reply.type, "HEARTBEAT");
});

Deno.test("[P4] one byte over the limit ends the connection with 1009", async () => {
  await using client = await server.connect("p4-over");
  client.sendText(heartbeatOf(MAX_MESSAGE_BYTES + 1));
  assertEquals((await client.waitForClose()).code, 1009);
});

Deno.test("[P4] the limit counts bytes, not characters", async () => {
  await using client = await server.connect("p4-bytes");
  const text = heartbeatOf(MAX_MESSAGE_BYTES + 100, "é");
  assert(text.length < MAX_MESSAGE_BYTES);
  client.sendText(text);
  assertEquals((await client.waitForClose()).code, 1009);
});

Deno.test("[P5] fields the server does not know are ignored", async () => {
  await using client = await server.connect("p5-fields");
  const reply = await client.ask({
    type: "HEARTBEAT",
    later: { version: 2 },
    at: "now",
  });
  assertEquals(reply.type, "HEARTBEAT");
});

Deno.test("[P5] a type the server does not know is answered unknown_type", async () => {
  await using client = await server.connect("p5-type");
  for (
    const type of ["DANCE", "heartbeat", "SUBSCRIBED", "__proto__", "toString"]
  ) {
    assertEquals(await client.refusal({ type }), "unknown_type", type);
  }
  client.send({ type: "DANCE" });
  await client.settle();
  const unasked = client.received.filter(({ type, ref }) =>
    type === "ERROR" && ref === undefined
  );
  assertEquals(unasked.map(({ payload }) => payload.code), ["unknown_type"]);
});

Deno.test("[P5] a publication carries channel, epoch, offset, sender, time and payload", async () => {
  await using client = await server.connect("p5-publication");
  const before = Date.now();
  const { payload: { epoch } } = await client.subscribe("topic:p5");
  await client.broadcast("topic:p5", { any: ["thing", 1, null] }, "p5-m1");
  const publication = await client.waitForOffset("topic:p5", 1);
  assertEquals(publication.type, "BROADCAST");
  assertEquals(publication.messageId, "p5-m1");
  assertEquals(publication.payload, { any: ["thing", 1, null] });
  assertEquals(publication.epoch, epoch);
  assertEquals(publication.sender, "p5-publication");
  assert(publication.at !== undefined && publication.at >= before);
});

Deno.test("[P7] what is not an object of JSON is answered malformed and survived", async () => {
  await using client = await server.connect("p7-malformed");
  const broken = ["{", "[]", "7", `"text"`, "null", "{'a':1}", "\u0000"];
  for (const text of broken) client.sendText(text);
  await client.settle();
  const errors = client.received.filter(({ type }) => type === "ERROR");
  assertEquals(
    errors.map(({ payload }) => payload.code),
    broken.map(() => "malformed"),
  );
  assert(errors.every(({ payload }) => payload.message));
});

Deno.test("[P7] one broken line does not spoil its neighbours in the frame", async () => {
  await using client = await server.connect("p7-neighbour");
  client.sendText(
    `{"type":"HEARTBEAT","id":11}\n{oops\n{"type":"HEARTBEAT","id":12}`,
  );
  await client.waitFor("12", ({ ref }) => ref === 12);
  const kinds = client.received.slice(1).map(({ type, ref }) =>
    `${type} ${ref}`
  );
  assertEquals(kinds.toSorted(), [
    "ERROR undefined",
    "HEARTBEAT 11",
    "HEARTBEAT 12",
  ]);
});

Deno.test("[P7] a known type with wrong fields is an ERROR with its ref, and survived", async () => {
  await using client = await server.connect("p7-fields");
  const wrong: Record<string, unknown>[] = [
    { type: "SUBSCRIBE" },
    { type: "SUBSCRIBE", channel: 7 },
    { type: "SUBSCRIBE", channel: "topic:a", payload: { since: 3 } },
    {
      type: "SUBSCRIBE",
      channel: "topic:a",
      payload: { since: { epoch: "e", offset: -1 } },
    },
    { type: "SUBSCRIBE", channel: "topic:a", payload: { history: "all" } },
    { type: "DIRECT_MESSAGE", payload: {} },
    { type: "COMMAND", payload: { command: 1 } },
    { type: "COMMAND" },
    { type: "BROADCAST", channel: "topic:a", payload: {}, messageId: 12 },
  ];
  for (const message of wrong) {
    const code = await client.refusal(message);
    assert(
      code === "malformed" || code === "invalid",
      `${JSON.stringify(message)} was answered ${code}`,
    );
  }
});

Deno.test("[P7] 32 levels of JSON are read, 33 are malformed", async () => {
  await using client = await server.connect("p7-depth");
  client.sendText(nested(32));
  const read = await client.waitFor("32 levels", ({ ref }) => ref === 1);
  assertEquals(read.type, "HEARTBEAT");
  client.sendText(nested(33));
  const refused = await client.waitForType("ERROR");
  assertEquals(refused.payload.code, "malformed");
  client.sendText(
    `{"type":"HEARTBEAT","payload":${"[".repeat(30_000)}${"]".repeat(30_000)}}`,
  );
  await client.settle();
  const codes = client.received.filter(({ type }) => type === "ERROR")
    .map(({ payload }) => payload.code);
  assertEquals(codes, ["malformed", "malformed"]);
});

Deno.test("[P7] 20 malformed messages in a minute are survived, the 21st ends with 4508", async () => {
  await using client = await server.connect("p7-flood");
  for (let i = 0; i < 20; i++) client.sendText("{");
  await client.settle();
  assertEquals(
    client.received.filter(({ payload }) => payload?.code === "malformed")
      .length,
    20,
  );
  client.sendText("{");
  assertEquals((await client.waitForClose()).code, 4508);
});

Deno.test("[P7] an unknown command is refused, not ignored", async () => {
  await using client = await server.connect("p7-command");
  for (const command of ["fly", "__proto__", "constructor", ""]) {
    const code = await client.refusal({
      type: "COMMAND",
      payload: { command, input: {} },
    });
    assert(code === "invalid" || code === "not_found", `${command}: ${code}`);
  }
});

Deno.test("[P7] a refusal of the domain names its reason beside the code", async () => {
  const { id } = await server.openSession({ title: "Refusals" });
  await using service = await server.connectService();
  await service.command("close_session", { sessionId: id });
  const { payload } = await service.request({
    type: "COMMAND",
    payload: {
      command: "post_message",
      input: { sessionId: id, text: "too late" },
    },
  });
  assertEquals(payload.code, "conflict");
  assertEquals(payload.reason, "session_closed");
});

Deno.test("[P7] frames that break RFC 6455 end that connection and nothing else", async () => {
  const broken: [string, (raw: Raw) => Promise<void>][] = [
    ["reserved bits", (raw) => raw.sendFrame("{}", { reserved: 4 })],
    ["reserved opcode", (raw) => raw.sendFrame("{}", { opcode: 0x5 })],
    [
      "continuation of nothing",
      (raw) => raw.sendFrame("{}", { opcode: OPCODE.continuation }),
    ],
    [
      "long ping",
      (raw) => raw.sendFrame(new Uint8Array(126), { opcode: OPCODE.ping }),
    ],
    ["not UTF-8", (raw) => raw.sendFrame(new Uint8Array([0xc3, 0x28]))],
  ];
  for (const [kind, send] of broken) {
    using raw = await server.connectRaw("p7-rfc");
    await send(raw);
    const end = await raw.readClose();
    assert(
      end === undefined || [1002, 1007].includes(end.code),
      `${kind} ended with ${end?.code}`,
    );
  }
  await using bystander = await server.connect("p7-bystander");
  await bystander.settle();
});

type Raw = Awaited<ReturnType<TestServer["connectRaw"]>>;
