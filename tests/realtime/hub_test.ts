/** The hub on its own: no HTTP framework, no domain. */
import { assert, assertEquals } from "@std/assert";
import { LogUnavailable } from "../../realtime/log/log.ts";
import { createMemoryLog } from "../../realtime/log/memory.ts";
import { createTestHub } from "../support/hub.ts";
import { FakeSocket } from "../support/fake_socket.ts";

Deno.test("[P3] a hub greets a connection first, with what the server subscribed", async () => {
  const test = createTestHub();
  const ann = await test.join("ann");
  const [first] = ann.socket.messages;
  assertEquals(first.type, "CONNECTION_ESTABLISHED");
  assertEquals(first.payload.userId, "ann");
  assertEquals(
    first.payload.subscriptions.map(({ channel }: { channel: string }) =>
      channel
    ),
    ["user:ann", "topic:all"],
  );
  await test.stop();
});

Deno.test("[P3] what is published while a connection opens comes after the greeting", async () => {
  const test = createTestHub();
  const ann = await test.join("ann");
  const socket = new FakeSocket();
  const opening = test.hub.connect(socket, {
    userId: "bob",
    name: "Bob",
    roles: [],
  });
  ann.send({ type: "BROADCAST", channel: "topic:all", payload: 1 });
  await opening;
  await socket.until((all) => all.length >= 1);
  assertEquals(socket.messages[0].type, "CONNECTION_ESTABLISHED");
  const { offset } = socket.messages[0].payload.subscriptions[1];
  ann.send({ type: "BROADCAST", channel: "topic:all", payload: 2 });
  await socket.until((all) => all.at(-1).payload === 2);
  assertEquals(
    socket.ofType("BROADCAST").map((message) => message.offset),
    offset === 0 ? [1, 2] : [2],
  );
  await test.stop();
});

Deno.test("[P6] every request gets exactly one reply, in one frame or many", async () => {
  const test = createTestHub();
  const ann = await test.join("ann");
  ann.send(
    { type: "SUBSCRIBE", id: 1, channel: "topic:a" },
    { type: "BROADCAST", id: 2, channel: "topic:a", payload: "x" },
    { type: "UNSUBSCRIBE", id: 3, channel: "topic:a" },
    { type: "BROADCAST", id: 4, channel: "topic:a", payload: "y" },
    { type: "NONSENSE", id: 5 },
    { type: "HEARTBEAT", id: 6 },
  );
  await ann.socket.reply(4);
  const replies = ann.socket.messages.filter(({ ref }) => ref !== undefined);
  assertEquals(
    replies.map(({ ref }) => ref).toSorted((a, b) => a - b),
    [1, 2, 3, 4, 5, 6],
  );
  assertEquals((await ann.socket.reply(5)).payload.code, "unknown_type");
  await test.stop();
});

Deno.test("[P6] a subscription takes effect before a later publish on its channel", async () => {
  const access = {
    // Answers late, as a fold that is not cached does.
    read: () => Promise.resolve().then(() => ({ role: "member" })),
    publish: () => "allowed" as const,
    direct: () => true,
  };
  const test = createTestHub({}, { access });
  const ann = await test.join("ann");
  ann.send(
    { type: "SUBSCRIBE", id: 1, channel: "topic:a" },
    { type: "BROADCAST", id: 2, channel: "topic:a", payload: "mine" },
  );
  const all = await ann.socket.until((messages) =>
    messages.some(({ type }) => type === "BROADCAST")
  );
  const kinds = all.map(({ type }) => type);
  assert(kinds.indexOf("SUBSCRIBED") < kinds.indexOf("ACK"));
  await test.stop();
});

Deno.test("[P9] offsets of a channel are 1, 2, 3 for every subscriber", async () => {
  const test = createTestHub();
  const [ann, bob] = [await test.join("ann"), await test.join("bob")];
  for (const client of [ann, bob]) {
    await client.ask({ type: "SUBSCRIBE", channel: "topic:a" });
  }
  for (let n = 0; n < 100; n++) {
    (n % 2 ? ann : bob).send({
      type: "BROADCAST",
      channel: "topic:a",
      payload: n,
    });
  }
  for (const { socket } of [ann, bob]) {
    await socket.until((all) =>
      all.filter(({ type }) => type === "BROADCAST").length === 100
    );
    assertEquals(
      socket.ofType("BROADCAST").map(({ offset }) => offset),
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
  }
  assertEquals(
    ann.socket.frames.length < 100,
    true,
    "publications were joined",
  );
  await test.stop();
});

Deno.test("[P10] since replays a durable channel in order before anything newer", async () => {
  const test = createTestHub();
  await test.append("session:s", "a", "b", "c");
  const ann = await test.join("ann");
  const { epoch } = await test.log.head("session:s");
  const reply = ann.ask({
    type: "SUBSCRIBE",
    channel: "session:s",
    payload: { since: { epoch, offset: 1 } },
  });
  await test.append("session:s", "d");
  assertEquals((await reply).payload.recovered, true);
  await ann.socket.until((all) => all.at(-1).payload?.text === "d");
  assertEquals(
    ann.socket.ofType("SESSION_UPDATE").map(({ offset, payload }) => [
      offset,
      payload.text,
    ]),
    [[2, "b"], [3, "c"], [4, "d"]],
  );
  await test.stop();
});

Deno.test("[P10] another epoch, a future offset and a foreign hash are not recovered", async () => {
  const test = createTestHub();
  await test.append("session:s", "a", "b");
  const { epoch } = await test.log.head("session:s");
  const ann = await test.join("ann");
  const recover = async (since: object) =>
    (await ann.ask({
      type: "SUBSCRIBE",
      channel: "session:s",
      payload: { since },
    })).payload;
  assertEquals((await recover({ epoch: "x", offset: 1 })).recovered, false);
  assertEquals((await recover({ epoch, offset: 3 })).recovered, false);
  const diverged = await recover({ epoch, offset: 1, hash: "0".repeat(16) });
  assertEquals([diverged.recovered, diverged.diverged], [false, true]);
  const [first] = await test.log.read("session:s", 0, 1);
  const known = await recover({
    epoch,
    offset: 1,
    hash: first.hash.slice(0, 16),
  });
  assertEquals([known.recovered, known.diverged], [true, undefined]);
  await test.stop();
});

Deno.test("[P12] since reaches further back than memory does", async () => {
  const test = createTestHub();
  const texts = Array.from({ length: 2_500 }, (_, index) => `m${index + 1}`);
  await test.append("session:s", ...texts);
  const { epoch } = await test.log.head("session:s");
  const ann = await test.join("ann");
  await ann.ask({
    type: "SUBSCRIBE",
    channel: "session:s",
    payload: { since: { epoch, offset: 0 } },
  });
  await ann.socket.until((all) => all.at(-1).offset === 2_500);
  assertEquals(
    ann.socket.ofType("SESSION_UPDATE").map(({ payload }) => payload.text),
    texts,
  );
  await test.stop();
});

Deno.test("[P13] a messageId seen before publishes nothing and gets the first position", async () => {
  const test = createTestHub();
  const ann = await test.join("ann");
  const message = { type: "BROADCAST", channel: "topic:a", messageId: "m1" };
  const first = await ann.ask({ ...message, payload: { n: 1 } });
  const again = await ann.ask({ ...message, payload: { n: 1 } });
  const other = await ann.ask({ ...message, payload: { n: 2 } });
  assertEquals([first.payload.offset, first.payload.duplicate], [1, undefined]);
  assertEquals([again.payload.offset, again.payload.duplicate], [1, true]);
  assertEquals(other.payload.code, "conflict");
  await test.stop();
});

Deno.test("[P15] a silent connection is asked, then stale, then closed", async () => {
  const test = createTestHub();
  const [ann, bob] = [await test.join("ann"), await test.join("bob")];
  await bob.ask({
    type: "SUBSCRIBE",
    channel: "topic:a",
    payload: { presence: true },
  });
  await ann.ask({ type: "SUBSCRIBE", channel: "topic:a" });
  test.clock.now += 30_000;
  test.hub.sweep();
  const [heartbeat] = ann.socket.ofType("HEARTBEAT");
  bob.send({ type: "HEARTBEAT", ref: bob.socket.ofType("HEARTBEAT")[0].id });
  assertEquals(typeof heartbeat.id, "number");
  test.clock.now += 10_000;
  test.hub.sweep();
  await bob.socket.until((all) =>
    all.some(({ type, payload }) =>
      type === "PRESENCE" && payload.joined[0]?.status === "away"
    )
  );
  assertEquals(test.hub.stats().staleConnections, 1);
  test.clock.now += 260_000;
  bob.send({ type: "HEARTBEAT" });
  test.hub.sweep();
  assertEquals(ann.socket.closedWith?.code, 4008);
  assertEquals(bob.socket.closedWith, undefined);
  await test.stop();
});

Deno.test("[P15] a stale connection gets nothing, and everything once it speaks", async () => {
  const test = createTestHub();
  const [ann, bob] = [await test.join("ann"), await test.join("bob")];
  await ann.ask({ type: "SUBSCRIBE", channel: "topic:a" });
  test.clock.now += 30_000;
  test.hub.sweep();
  test.clock.now += 10_000;
  test.hub.sweep();
  const sent = ann.socket.frames.length;
  for (const payload of [1, 2, 3]) {
    await bob.ask({ type: "BROADCAST", channel: "topic:a", payload });
  }
  await bob.ask({ type: "SUBSCRIBE", channel: "topic:b" });
  assertEquals(ann.socket.frames.length, sent);
  ann.send({ type: "HEARTBEAT" });
  await ann.socket.until((all) => all.at(-1).payload === 3);
  assertEquals(ann.socket.ofType("BROADCAST").map(({ payload }) => payload), [
    1,
    2,
    3,
  ]);
  await test.stop();
});

Deno.test("[P17] a full socket keeps only a position and catches up from the log", async () => {
  const test = createTestHub({ maxBufferedBytes: 4_096 });
  const [ann, bob] = [await test.join("ann"), await test.join("bob")];
  for (const client of [ann, bob]) {
    await client.ask({ type: "SUBSCRIBE", channel: "session:s" });
  }
  ann.socket.isStuck = true;
  const texts = Array.from({ length: 1_500 }, (_, index) => `text ${index}`);
  await test.append("session:s", ...texts);
  await bob.socket.until((all) => all.at(-1).offset === 1_500);
  assert(ann.socket.bufferedAmount <= 4_096, "never more than the limit");
  ann.socket.drain();
  await ann.socket.until((all) => all.at(-1).offset === 1_500);
  assertEquals(
    ann.socket.ofType("SESSION_UPDATE").map(({ payload }) => payload.text),
    texts,
  );
  await test.stop();
});

Deno.test("[P17] a reader of a transient channel that missed too much is told the gap", async () => {
  const test = createTestHub({ maxBufferedBytes: 4_096, transientHistory: 10 });
  const [ann, bob] = [await test.join("ann"), await test.join("bob")];
  for (const client of [ann, bob]) {
    await client.ask({ type: "SUBSCRIBE", channel: "topic:a" });
  }
  ann.socket.isStuck = true;
  ann.socket.bufferedAmount = 4_096;
  for (let n = 1; n <= 50; n++) {
    bob.send({ type: "BROADCAST", channel: "topic:a", payload: n });
  }
  await bob.socket.until((all) => all.at(-1).payload === 50);
  ann.socket.drain();
  await ann.socket.until((all) => all.at(-1).payload === 50);
  const [gap] = ann.socket.ofType("GAP");
  assertEquals([gap.payload.from, gap.payload.to], [1, 40]);
  assertEquals(ann.socket.ofType("BROADCAST").map(({ offset }) => offset), [
    41,
    42,
    43,
    44,
    45,
    46,
    47,
    48,
    49,
    50,
  ]);
  await test.stop();
});

Deno.test("[P17] a socket that does not drain for 30 s is given up, a draining one is not", async () => {
  const test = createTestHub({ maxBufferedBytes: 4_096 });
  const clients = [await test.join("ann"), await test.join("bob")];
  const [ann, bob] = clients;
  for (const { ask, socket } of clients) {
    await ask({ type: "SUBSCRIBE", channel: "session:s" });
    socket.isStuck = true;
    socket.bufferedAmount = 4_096;
  }
  const cem = await test.join("cem");
  await cem.ask({ type: "SUBSCRIBE", channel: "session:s" });
  const closed = Promise.withResolvers<void>();
  const close = ann.socket.close.bind(ann.socket);
  ann.socket.close = (code, reason) => {
    close(code, reason);
    closed.resolve();
  };
  await test.append("session:s", "one");
  await cem.socket.until((all) => all.at(-1).offset === 1);
  // Looked at by a poll: each look of the laggards finds Bob's socket a little emptier.
  const drains = setInterval(() => {
    bob.socket.bufferedAmount -= 1;
    test.clock.now += 1_000;
  }, 25);
  await closed.promise;
  clearInterval(drains);
  assertEquals(ann.socket.closedWith?.code, 4009);
  assertEquals(bob.socket.closedWith, undefined);
  await test.stop();
});

Deno.test("[P18] an eleventh message in a row over the rate closes with 4029", async () => {
  const test = createTestHub({ ratePerSecond: 1 });
  const ann = await test.join("ann");
  for (let n = 0; n < 11; n++) ann.send({ type: "HEARTBEAT", id: n + 1 });
  assertEquals(ann.socket.ofType("ERROR").length, 9);
  assertEquals(ann.socket.closedWith, undefined);
  ann.send({ type: "HEARTBEAT", id: 20 });
  assertEquals(ann.socket.closedWith?.code, 4029);
  await test.stop();
});

Deno.test("[P20] draining tells each its slot, closes all, and forgets them", async () => {
  const test = createTestHub();
  const clients = [];
  for (const name of ["ann", "bob", "cem", "dan"]) {
    clients.push(await test.join(name));
  }
  await test.hub.drain();
  const slots = clients.map(({ socket }) =>
    socket.ofType("DRAINING")[0].payload.reconnectInMs
  );
  assertEquals(slots, [0, 2, 4, 6]);
  assertEquals(clients.map(({ socket }) => socket.closedWith?.code), [
    4001,
    4001,
    4001,
    4001,
  ]);
  assertEquals(clients[3].socket.closedWith?.reason, '{"reconnectInMs":6}');
  assertEquals(test.hub.size, 0);
  await test.stop();
});

Deno.test("[I4] whoever loses the right to read gets nothing more", async () => {
  let isAllowed = true;
  const access = {
    read: () => isAllowed ? { role: "member" } : undefined,
    publish: () => "allowed" as const,
    direct: () => true,
  };
  const test = createTestHub({}, { access });
  const ann = await test.join("ann");
  await ann.ask({ type: "SUBSCRIBE", channel: "session:s" });
  isAllowed = false;
  await test.hub.recheckAccess("session:s");
  const sent = ann.socket.frames.length;
  await test.append("session:s", "secret");
  assertEquals(ann.socket.frames.length, sent);
  assertEquals(
    ann.socket.ofType("ERROR").at(-1).payload.reason,
    "access_revoked",
  );
  await test.stop();
});

Deno.test("[I6] when all have gone the registries are empty", async () => {
  const test = createTestHub();
  const clients = [await test.join("ann"), await test.join("bob")];
  for (const { ask } of clients) {
    await ask({ type: "SUBSCRIBE", channel: "session:s" });
    await ask({
      type: "SUBSCRIBE",
      channel: "session:t",
      payload: { presence: true },
    });
  }
  for (const { connection } of clients) {
    test.hub.forget(connection);
    test.hub.forget(connection);
  }
  const stats = test.hub.stats();
  assertEquals([stats.totalConnections, stats.subscriptions], [0, 0]);
  assertEquals(
    [...test.hub.channels.values()].map(({ name }) => name),
    ["topic:all"],
    "a transient channel keeps its history, a durable one its log",
  );
  await test.stop();
});

Deno.test("[I8] presence equals the living subscriptions, one row a person", async () => {
  const test = createTestHub();
  const bob = await test.join("bob");
  const subscribe = {
    type: "SUBSCRIBE",
    channel: "topic:a",
    payload: { presence: true },
  };
  await bob.ask(subscribe);
  const tabs = [await test.join("ann"), await test.join("ann")];
  for (const tab of tabs) await tab.ask(subscribe);
  await bob.socket.until((all) => all.at(-1).type === "PRESENCE");
  const user = bob.connection.user;
  const { users } = await test.hub.presence(user, "topic:a");
  assertEquals(users.map(({ userId, connections }) => [userId, connections]), [
    ["bob", 1],
    ["ann", 2],
  ]);
  test.hub.forget(tabs[0].connection);
  test.hub.forget(tabs[1].connection);
  await bob.socket.until((all) =>
    all.some(({ type, payload }) =>
      type === "PRESENCE" && payload.left.includes("ann")
    )
  );
  assertEquals(bob.socket.ofType("PRESENCE").length, 2);
  await test.stop();
});

Deno.test("[P7] what breaks a field is invalid and named, not malformed", async () => {
  const test = createTestHub();
  const ann = await test.join("ann");
  const messages = [
    [{ type: "BROADCAST", channel: 5, payload: 1 }, "channel"],
    [{ type: "SUBSCRIBE", channel: null }, "channel"],
    [{ type: "BROADCAST", messageId: 5, payload: 1 }, "messageId"],
    [{ type: "BROADCAST", messageId: "\ud800", payload: 1 }, "messageId"],
    [{ type: "BROADCAST", messageId: "a\0", payload: 1 }, "messageId"],
    [{ type: "BROADCAST", payload: ["\ud800"] }, "payload"],
    [{
      type: "DIRECT_MESSAGE",
      payload: { recipient: "bob", body: { "\ud800": 1 } },
    }, "payload.body"],
  ] as const;
  for (const [message, path] of messages) {
    const { payload } = await ann.ask(message);
    assertEquals(payload.code, "invalid", path);
    assertEquals(payload.errors[0].path, path);
  }
  await test.stop();
});

Deno.test("[P7] a store that does not answer makes a SUBSCRIBE unavailable", async () => {
  const inner = createMemoryLog();
  const log = new Proxy(inner, {
    get(target, key) {
      if (key === "head") {
        return (name: string) =>
          name === "session:s"
            ? Promise.reject(new LogUnavailable("no disk"))
            : target.head(name);
      }
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const test = createTestHub({}, { log });
  const ann = await test.join("ann");
  const { payload } = await ann.ask({
    type: "SUBSCRIBE",
    channel: "session:s",
  });
  assertEquals(payload.code, "unavailable");
  await test.stop();
});

Deno.test("[P6] a message nested too deep is malformed and still answered by its id", async () => {
  const test = createTestHub();
  const ann = await test.join("ann");
  const deep = "[".repeat(40) + "]".repeat(40);
  test.hub.receive(
    ann.connection,
    `{"type":"BROADCAST","id":7,"payload":${deep}}`,
  );
  assertEquals((await ann.socket.reply(7)).payload.code, "malformed");
  await test.stop();
});

Deno.test("[P18] answers to no heartbeat of ours count against the rate", async () => {
  const test = createTestHub({ ratePerSecond: 1 });
  const ann = await test.join("ann");
  for (let n = 0; n < 20; n++) ann.send({ type: "HEARTBEAT", ref: 5 });
  assertEquals(ann.socket.closedWith?.code, 4029);
  await test.stop();
});

Deno.test("[P6] a HEARTBEAT that answers ours and asks one of its own gets its reply", async () => {
  const test = createTestHub();
  const ann = await test.join("ann");
  test.clock.now += 30_000;
  test.hub.sweep();
  const [{ id }] = ann.socket.ofType("HEARTBEAT");
  assertEquals((await ann.ask({ type: "HEARTBEAT", ref: id })).ref, 1);
  assertEquals(test.hub.connection(ann.connection.id)?.latencyMs, 0);
  await test.stop();
});
