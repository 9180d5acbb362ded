/** Presence over several nodes (T2): it equals the living subscriptions of all of them (I8). */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { TestClient } from "../../support/hub.ts";
import { createHouse, eventually, quiet } from "./houses.ts";

const CHANNEL = "session:s";
const WATCH = {
  type: "SUBSCRIBE",
  channel: CHANNEL,
  payload: { presence: true },
};
const JOIN = { type: "SUBSCRIBE", channel: CHANNEL };
const USER = { userId: "ann", name: "ann", roles: ["member"] };

// deno-lint-ignore no-explicit-any -- tests read messages of every shape.
function names(users: readonly any[]): string[] {
  return users.map(({ userId, status }) =>
    status === "away" ? `${userId} (away)` : userId
  ).sort();
}

/** What a client knows that merges all it was told, as P8 says. */
function known({ socket }: TestClient): string[] {
  const users = new Map<string, string>();
  for (const { type, payload } of socket.messages) {
    if (type === "SUBSCRIBED" && payload.presence) {
      users.clear();
      for (const { userId, status } of payload.presence) {
        users.set(userId, status);
      }
    }
    if (type !== "PRESENCE") continue;
    if (payload.full) users.clear();
    for (const { userId, status } of payload.joined) users.set(userId, status);
    for (const userId of payload.left) users.delete(userId);
  }
  return names([...users].map(([userId, status]) => ({ userId, status })));
}

Deno.test("[T2] SUBSCRIBED tells who is there on every node", async () => {
  const house = createHouse();
  const [a, b] = [house.node("a"), house.node("b")];
  await (await a.join("ann")).ask(JOIN);
  await (await a.join("bob")).ask(JOIN);
  const cleo = await b.join("cleo");
  const { payload } = await cleo.ask(WATCH);
  assertEquals(names(payload.presence), ["ann", "bob", "cleo"]);
  assertEquals(Object.keys(payload.presence[0]), [
    "userId",
    "name",
    "role",
    "status",
  ]);
  await house.stop();
});

Deno.test("[T2] who comes and goes on another node is told as if it were here", async () => {
  const house = createHouse();
  const [a, b] = [house.node("a"), house.node("b")];
  const ann = await a.join("ann");
  await ann.ask(WATCH);
  const bob = await b.join("bob");
  await bob.ask(JOIN);
  await ann.socket.until((all) => all.at(-1).type === "PRESENCE");
  b.hub.forget(bob.connection);
  await ann.socket.until((all) => all.at(-1).payload.left?.length === 1);
  assertEquals(ann.socket.ofType("PRESENCE").map(({ payload }) => payload), [
    {
      joined: [{
        userId: "bob",
        name: "bob",
        role: "member",
        status: "active",
      }],
      left: [],
    },
    { joined: [], left: ["bob"] },
  ]);
  await house.stop();
});

Deno.test("[T2] somebody who moves from one node to another has never left", async () => {
  const house = createHouse();
  const [a, b, c] = [house.node("a"), house.node("b"), house.node("c")];
  const ann = await c.join("ann");
  await ann.ask(WATCH);
  const before = await a.join("bob");
  await before.ask(JOIN);
  await ann.socket.until((all) => all.at(-1).type === "PRESENCE");
  await (await b.join("bob")).ask(JOIN);
  await eventually(async () => {
    const { users } = await c.hub.presence(USER, CHANNEL);
    assertEquals(users.map(({ connections }) => connections), [1, 2]);
  });
  a.hub.forget(before.connection);
  await quiet();
  assertEquals(ann.socket.ofType("PRESENCE").length, 1);
  await house.stop();
});

Deno.test("[T2] a person is away only when they are on every node", async () => {
  const house = createHouse({
    heartbeat: { intervalMs: 30_000, timeoutMs: 300_000 },
  });
  const [a, b, c] = [house.node("a"), house.node("b"), house.node("c")];
  const cleo = await c.join("cleo");
  await cleo.ask(WATCH);
  for (const node of [a, b]) await (await node.join("ann")).ask(JOIN);
  await quiet();
  const sweep = ({ hub, clock }: typeof a) => {
    for (const ms of [30_000, 11_000]) {
      clock.now += ms;
      hub.sweep();
    }
  };
  sweep(a);
  await quiet();
  await eventually(() => assertEquals(known(cleo), ["ann", "cleo"]));
  sweep(b);
  await eventually(() => assertEquals(known(cleo), ["ann (away)", "cleo"]));
  await house.stop();
});

Deno.test("[T2] HTTP counts the connections of all nodes, watched here or not", async () => {
  const house = createHouse();
  const [a, b] = [house.node("a"), house.node("b")];
  for (const node of [a, b, b]) await (await node.join("ann")).ask(JOIN);
  const asked = async () =>
    (await a.hub.presence(USER, CHANNEL)).users.map(({ userId, connections }) =>
      `${userId} ${connections}`
    ).sort();
  assertEquals(await asked(), ["ann 3"]);
  await (await a.join("bob")).ask(WATCH);
  assertEquals(await asked(), ["ann 3", "bob 1"]);
  await (await b.join("ann")).ask(JOIN);
  await eventually(async () => assertEquals(await asked(), ["ann 4", "bob 1"]));
  await house.stop();
});

Deno.test("[T2] members of a node are gone with its lease, and there again when it comes back", async () => {
  const house = createHouse();
  const [a, b] = [house.node("a"), house.node("b")];
  const ann = await a.join("ann");
  await ann.ask(WATCH);
  await (await b.join("bob")).ask(JOIN);
  await eventually(() => assertEquals(known(ann), ["ann", "bob"]));
  house.exchange.cut("b");
  await quiet();
  assertEquals(known(ann), ["ann", "bob"]);
  house.exchange.expire("b");
  await eventually(() => assertEquals(known(ann), ["ann"]));
  await (await b.join("cleo")).ask(JOIN);
  house.exchange.heal("b");
  await eventually(() => assertEquals(known(ann), ["ann", "bob", "cleo"]));
  await house.stop();
});

Deno.test("[T2] what was lost on its way is told again", async () => {
  const house = createHouse();
  const [a, b] = [house.node("a"), house.node("b")];
  const ann = await a.join("ann");
  await ann.ask(WATCH);
  const cut = house.exchange;
  cut.cut("b");
  await (await b.join("bob")).ask(JOIN);
  await eventually(() => assertEquals(known(ann), ["ann"]));
  cut.heal("b");
  await eventually(() => assertEquals(known(ann), ["ann", "bob"]));
  await house.stop();
});

Deno.test("[T2] nothing travels for a channel that nobody watches", async () => {
  const house = createHouse();
  const [a, b] = [house.node("a"), house.node("b")];
  const bus = house.exchange.join("c");
  await quiet();
  const heard: unknown[] = [];
  for (const subject of ["presence.tell", "presence.watch"]) {
    bus.subscribe(subject, (body) => heard.push(body));
  }
  const [ann, bob] = [await a.join("ann"), await b.join("bob")];
  await ann.ask(JOIN);
  await bob.ask(JOIN);
  await quiet();
  assertEquals(heard, []);
  await ann.ask(WATCH);
  a.hub.forget(ann.connection);
  await quiet();
  assertEquals(heard, [
    { channel: CHANNEL, wanted: true },
    { channel: CHANNEL, wanted: false },
  ]);
  await house.stop();
});

Deno.test("[T2] a node that does not answer keeps nobody from subscribing", async () => {
  const fired: (() => void)[] = [];
  const house = createHouse({}, {
    after: (_, run) => {
      fired.push(run);
      return () => {};
    },
  });
  const [a] = [house.node("a"), house.node("b")];
  house.exchange.kill("b");
  const ann = await a.join("ann");
  const answer = ann.ask(WATCH);
  await quiet();
  assertEquals(ann.socket.ofType("SUBSCRIBED"), []);
  for (const run of fired.splice(0)) run();
  assertEquals(names((await answer).payload.presence), ["ann"]);
  await house.stop();
});

const NAMES = ["a", "b", "c"];
const USERS = ["ann", "bob", "cleo", "dan"];

const move = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      act: fc.constantFrom("join" as const, "leave" as const),
      node: fc.nat({ max: 2 }),
      user: fc.nat({ max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      act: fc.constantFrom(
        "cut" as const,
        "heal" as const,
        "expire" as const,
        "lose" as const,
        "pause" as const,
      ),
      node: fc.nat({ max: 2 }),
    }),
  },
);

Deno.test("[I8] after any schedule of joins, cuts and losses every watcher knows who is there", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(move, { maxLength: 40 }), async (moves) => {
      const house = createHouse();
      const nodes = NAMES.map((name) => house.node(name));
      const watchers: TestClient[] = [];
      for (const [index, node] of nodes.entries()) {
        const watcher = await node.join("watcher" + "xyz"[index]);
        await watcher.ask(WATCH);
        watchers.push(watcher);
      }
      const held = new Map<string, TestClient>();
      for (const made of moves) {
        const name = NAMES[made.node];
        if (made.act === "join" || made.act === "leave") {
          const key = `${made.node} ${USERS[made.user]}`;
          const here = held.get(key);
          if (made.act === "join" && !here) {
            const joined = await nodes[made.node].join(USERS[made.user]);
            held.set(key, joined);
            joined.send(JOIN);
          } else if (made.act === "leave" && here) {
            held.delete(key);
            nodes[made.node].hub.forget(here.connection);
          }
        } else if (made.act === "pause") await quiet(3);
        else house.exchange[made.act](name);
      }
      for (const name of NAMES) house.exchange.heal(name);
      const there = new Set([...held.keys()].map((key) => key.split(" ")[1]));
      const expected = ["watcherx", "watchery", "watcherz", ...there].sort();
      for (const watcher of watchers) {
        await eventually(() => assertEquals(known(watcher), expected));
      }
      await house.stop();
    }),
    { numRuns: 60 },
  );
});
