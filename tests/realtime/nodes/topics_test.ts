/** Topics over several nodes (T3–T6): one numbers, all others follow. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { RealtimeError } from "../../../realtime/realtime_error.ts";
import type { TestClient, TestHub } from "../../support/hub.ts";
import { createHouse, eventually, quiet } from "./houses.ts";

const CHANNEL = "topic:t";
const SUBSCRIBE = { type: "SUBSCRIBE", channel: CHANNEL };
const USER = { userId: "ann", name: "ann", roles: ["member"] };

function say(node: TestHub, payload: string, messageId?: string) {
  return node.hub.publish({
    channel: CHANNEL,
    payload,
    sender: USER,
    messageId,
  });
}

/** What a client got of the topic: offset and payload. */
function heard({ socket }: TestClient): string[] {
  return socket.ofType("BROADCAST").map(({ offset, payload }) =>
    `${offset} ${payload}`
  );
}

async function threeNodes() {
  const house = createHouse();
  const nodes = ["a", "b", "c"].map((name) => house.node(name));
  const clients: TestClient[] = [];
  for (const node of nodes) {
    const client = await node.join("bob");
    await client.ask(SUBSCRIBE);
    clients.push(client);
  }
  return { house, nodes, clients };
}

Deno.test("[T3] what is said on any node gets one row of offsets, and reaches all in that order", async () => {
  const { house, nodes, clients } = await threeNodes();
  const places = [];
  for (const [index, node] of [...nodes, ...nodes].entries()) {
    places.push(await say(node, `m${index}`));
  }
  assertEquals(places.map(({ offset }) => offset), [1, 2, 3, 4, 5, 6]);
  assertEquals(new Set(places.map(({ epoch }) => epoch)).size, 1);
  for (const client of clients) {
    await eventually(() =>
      assertEquals(heard(client), [
        "1 m0",
        "2 m1",
        "3 m2",
        "4 m3",
        "5 m4",
        "6 m5",
      ])
    );
  }
  await house.stop();
});

Deno.test("[T3] where a node numbers the topic itself the answer comes in the same turn", async () => {
  const { house, nodes } = await threeNodes();
  assert(!(say(nodes[0], "here") instanceof Promise));
  assert(say(nodes[1], "there") instanceof Promise);
  await quiet();
  await house.stop();
});

Deno.test("[T3] a connection is told the same position of topic:all on every node", async () => {
  const house = createHouse();
  const nodes = [house.node("a"), house.node("b")];
  const subscriptions = [];
  for (const node of nodes) {
    const { socket } = await node.join("bob");
    subscriptions.push(socket.messages[0].payload.subscriptions[1]);
  }
  assertEquals(subscriptions[0], subscriptions[1]);
  assertEquals(subscriptions[0].channel, "topic:all");
  await house.stop();
});

Deno.test("[T4] a position of one node recovers on another", async () => {
  const house = createHouse();
  const [a, b] = [house.node("a"), house.node("b")];
  const ann = await a.join("ann");
  const { payload: { epoch } } = await ann.ask(SUBSCRIBE);
  for (const text of ["x", "y", "z"]) await say(a, text);
  const bob = await b.join("bob");
  const { payload } = await bob.ask({
    ...SUBSCRIBE,
    payload: { since: { epoch, offset: 1 } },
  });
  assertEquals(payload, { epoch, offset: 3, recovered: true });
  await eventually(() => assertEquals(heard(bob), ["2 y", "3 z"]));
  const page = await b.hub.history(USER, CHANNEL, 0, 10);
  assertEquals(page.items.map(({ offset }) => offset), [1, 2, 3]);
  await house.stop();
});

Deno.test("[T4] a history of more than one message comes whole", async () => {
  const house = createHouse();
  const [a, b] = [house.node("a"), house.node("b")];
  const long = "x".repeat(60_000);
  for (let n = 0; n < 20; n++) await say(a, `${n} ${long}`);
  const { items } = await b.hub.history(USER, CHANNEL, 0, 100);
  assertEquals(
    items.map(({ offset }) => offset),
    [
      ...Array(20).keys(),
    ].map((n) => n + 1),
  );
  await house.stop();
});

Deno.test("[T4] lines that were lost on their way are asked for again", async () => {
  const { house, nodes, clients } = await threeNodes();
  await say(nodes[0], "first");
  await eventually(() => assertEquals(heard(clients[1]), ["1 first"]));
  house.exchange.cut("b");
  for (const text of ["second", "third"]) await say(nodes[0], text);
  await eventually(() => assertEquals(heard(clients[2]).length, 3));
  assertEquals(heard(clients[1]).length, 1);
  house.exchange.heal("b");
  await eventually(() =>
    assertEquals(heard(clients[1]), ["1 first", "2 second", "3 third"])
  );
  await house.stop();
});

Deno.test("[T4] a hole in what comes is filled before anything behind it is told", async () => {
  const { house, nodes, clients } = await threeNodes();
  const [a] = nodes;
  await say(a, "first");
  await eventually(() => assertEquals(heard(clients[1]), ["1 first"]));
  const { epoch } = await say(a, "second");
  // As if the line before had not arrived: what comes next names offset 4.
  const line = { channel: CHANNEL, epoch, from: 9, text: "{}" };
  house.bus("a").publish("topic.lines", line);
  await say(a, "third");
  await eventually(() =>
    assertEquals(heard(clients[1]), ["1 first", "2 second", "3 third"])
  );
  await house.stop();
});

Deno.test("[T4] where the owner has dropped what was missed, subscribers get a GAP and go on", async () => {
  const house = createHouse({ transientHistory: 2 });
  const [a, b] = [house.node("a"), house.node("b")];
  await (await a.join("ann")).ask(SUBSCRIBE);
  const bob = await b.join("bob");
  await bob.ask(SUBSCRIBE);
  await say(a, "m1");
  await eventually(() => assertEquals(heard(bob), ["1 m1"]));
  house.exchange.cut("b");
  for (const text of ["m2", "m3", "m4", "m5"]) await say(a, text);
  await quiet();
  house.exchange.heal("b");
  await eventually(() => assertEquals(heard(bob), ["1 m1", "4 m4", "5 m5"]));
  assertEquals(bob.socket.ofType("GAP")[0].payload, {
    channel: CHANNEL,
    from: 2,
    to: 3,
    reason: "history_trimmed",
  });
  await house.stop();
});

Deno.test("[T5] a messageId counts once, whichever node it is sent to", async () => {
  const { house, nodes, clients } = await threeNodes();
  const first = await say(nodes[1], "hello", "id-1");
  for (const node of nodes) {
    assertEquals(await say(node, "hello", "id-1"), {
      ...first,
      duplicate: true,
    });
    await assertRejects(
      async () => await say(node, "other", "id-1"),
      RealtimeError,
      "Cannot use this messageId again",
    );
  }
  await eventually(() => assertEquals(heard(clients[2]), ["1 hello"]));
  await house.stop();
});

Deno.test("[T6] when the owner is gone another node goes on under a new epoch, with all that was heard", async () => {
  const { house, nodes, clients } = await threeNodes();
  const before = await say(nodes[1], "first", "id-1");
  for (const client of clients) {
    await eventually(() => assertEquals(heard(client), ["1 first"]));
  }
  house.exchange.kill("a");
  house.exchange.expire("a");
  const next = await say(nodes[1], "second");
  assertEquals(next.offset, 2);
  assert(next.epoch !== before.epoch);
  // A retry of what the old owner had numbered is still known.
  assertEquals(await say(nodes[2], "first", "id-1"), {
    ...before,
    epoch: next.epoch,
    duplicate: true,
  });
  for (const client of clients.slice(1)) {
    await eventually(() => {
      const [{ payload }] = client.socket.ofType("GAP").filter(({ channel }) =>
        channel === CHANNEL
      );
      assertEquals([payload.reason, payload.epoch, payload.from], [
        "epoch_changed",
        next.epoch,
        2,
      ]);
    });
  }
  await house.stop();
});

Deno.test("[T6] an owner that leaves gives its topics up at once", async () => {
  const { house, nodes } = await threeNodes();
  await say(nodes[1], "first");
  await nodes[0].hub.drain();
  await house.bus("a").close();
  const { offset } = await say(nodes[1], "second");
  assertEquals(offset, 2);
  await house.stop();
});

Deno.test("[T6] an owner that slept and was replaced follows the new one", async () => {
  const { house, nodes, clients } = await threeNodes();
  await say(nodes[0], "first");
  await eventually(() => assertEquals(heard(clients[2]), ["1 first"]));
  house.exchange.cut("a");
  house.exchange.expire("a");
  const { epoch } = await say(nodes[1], "second");
  const asleep = say(nodes[0], "asleep");
  assert(asleep instanceof Promise);
  house.exchange.heal("a");
  const late = await asleep;
  assertEquals([late.epoch, late.offset], [epoch, 3]);
  await house.stop();
});

Deno.test("[T6] an owner that slept and was not replaced goes on with its epoch", async () => {
  const house = createHouse();
  const [a] = [house.node("a"), house.node("b")];
  const first = await say(a, "first");
  house.exchange.cut("a");
  house.exchange.expire("a");
  const asleep = say(a, "second");
  await quiet();
  house.exchange.heal("a");
  const { epoch, offset } = await asleep;
  assertEquals([epoch, offset], [first.epoch, 2]);
  await house.stop();
});
