/** P18 over real sockets: how much one connection may ask for. */
import { assert, assertEquals } from "@std/assert";
import { startServer } from "../support/server.ts";

function heartbeats(count: number): string {
  return Array.from(
    { length: count },
    (_, i) => `{"type":"HEARTBEAT","id":${i + 1}}`,
  ).join("\n");
}

Deno.test("[P18] over the burst a message is refused with a time to wait, and the next ones live", async () => {
  await using server = await startServer();
  await using client = await server.connect("p18-burst");
  client.sendText(heartbeats(105));
  await client.waitFor("the last reply", ({ ref }) => ref === 105);
  const refused = client.received.filter(({ type }) => type === "ERROR");
  assert(
    refused.length >= 1 && refused.length <= 5,
    `${refused.length} of 105 were refused`,
  );
  for (const { payload } of refused) {
    assertEquals(payload.code, "rate_limited");
    assert((payload.retryAfterMs ?? 0) > 0, "retryAfterMs is missing");
  }
  const served = client.received.filter(({ type, ref }) =>
    type === "HEARTBEAT" && ref !== undefined
  );
  assertEquals(served.length + refused.length, 105);
  await server.eventually(
    "the connection to be served again",
    () => client.request({ type: "HEARTBEAT", id: 0 }),
    ({ type }) => type === "HEARTBEAT",
  );
});

Deno.test("[P18] ten refusals in a row end the connection with 4029", async () => {
  await using server = await startServer();
  await using client = await server.connect("p18-flood");
  client.sendText(heartbeats(300));
  const { code, reason } = await client.waitForClose();
  assertEquals(code, 4029);
  if (reason !== "") assert(JSON.parse(reason).reconnectInMs >= 0);
  await using back = await server.connect("p18-flood");
  await back.settle();
});

Deno.test("[P18] the limit is one connection's own", async () => {
  await using server = await startServer();
  await using loud = await server.connect("p18-loud");
  await using quiet = await server.connect("p18-quiet");
  loud.sendText(heartbeats(300));
  await loud.waitForClose();
  assertEquals((await quiet.ask({ type: "HEARTBEAT" })).type, "HEARTBEAT");
});

Deno.test("[P18] WEBSOCKET_RATE_LIMIT sets the burst to twice its value", async () => {
  await using server = await startServer({
    env: { WEBSOCKET_RATE_LIMIT: "5" },
  });
  await using client = await server.connect("p18-small");
  client.sendText(heartbeats(12));
  await client.waitFor("the last reply", ({ ref }) => ref === 12);
  const refused = client.received.filter(({ type }) => type === "ERROR");
  assert(
    refused.length >= 1 && refused.length <= 2,
    `${refused.length} of 12 were refused`,
  );
});

Deno.test("[P18] more requests than may wait are refused, none is lost or answered twice", async () => {
  await using server = await startServer({
    env: { WEBSOCKET_RATE_LIMIT: "1000000" },
  });
  const { id: sessionId, channel } = await server.openSessionFor([
    "p18-queue",
  ]);
  using raw = await server.connectRaw("p18-queue");
  const count = 4_000;
  const replies = new Map<number, string[]>();
  const reading = raw.readClose(({ ref, type, payload }) => {
    if (ref === undefined) return;
    const kind = type === "ERROR" ? payload.code ?? "" : type;
    replies.set(ref, [...replies.get(ref) ?? [], kind]);
  });
  // In one write, so that they are there before the first commit is done.
  const lines = Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      type: "COMMAND",
      id: i + 1,
      messageId: `q-${i}`,
      payload: {
        command: "post_message",
        input: { sessionId, text: `${i}` },
      },
    }));
  const frames: Promise<void>[] = [];
  for (let from = 0; from < count; from += 400) {
    frames.push(raw.sendFrame(lines.slice(from, from + 400).join("\n")));
    await frames.at(-1);
  }
  await raw.send({ type: "HEARTBEAT", id: count + 1 }).catch(() => {});
  const end = await server.eventually(
    "all answers or the close",
    () =>
      Promise.resolve({ replies: replies.size, done: replies.has(count + 1) }),
    ({ done, replies }) => done && replies >= count,
    5_000,
  ).then(() => undefined, () => reading);
  if (end !== undefined) assertEquals(end.code, 4029);
  const kinds = [...replies.values()];
  assert(kinds.every((each) => each.length === 1), "one was answered twice");
  assert(
    kinds.every(([kind]) =>
      ["ACK", "rate_limited", "HEARTBEAT"].includes(kind)
    ),
    "an answer outside the rule came",
  );
  const acked = kinds.filter(([kind]) => kind === "ACK").length;
  const posted = (await server.history(channel)).length - 1;
  assert(posted >= acked, `${acked} acknowledged, ${posted} kept`);
  raw.close();
  await reading.catch(() => {});
});

Deno.test("[P18] a connection holds 128 subscriptions and no more", async () => {
  await using server = await startServer({
    env: { WEBSOCKET_RATE_LIMIT: "1000" },
  });
  await using client = await server.connect("p18-many");
  let held = 0;
  for (let i = 0; i < 130; i++) {
    const reply = await client.request({
      type: "SUBSCRIBE",
      channel: `topic:p18-${i}`,
    });
    if (reply.type === "SUBSCRIBED") held++;
    else assertEquals(reply.payload.code, "too_many_subscriptions");
  }
  const before = client.established.subscriptions?.length ?? 0;
  assert(
    held === 128 || held + before === 128,
    `${held} were held beside ${before} of the server`,
  );
  await client.ask({ type: "UNSUBSCRIBE", channel: "topic:p18-0" });
  await client.subscribe("topic:p18-129");
  assertEquals(
    (await client.subscribe("topic:p18-1")).type,
    "SUBSCRIBED",
    "one that is held counts once",
  );
});
