/** Connections wherever they are held (R1–R3): three hubs, a bus in memory, and nodes that fail. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ConnectionView } from "../../../realtime/connections.ts";
import { MemoryExchange } from "../../../realtime/nodes/memory_bus.ts";
import { Reach } from "../../../realtime/nodes/reach.ts";
import { listPart, mergeLists } from "../../../realtime/nodes/reach_lists.ts";
import { RealtimeError } from "../../../realtime/realtime_error.ts";
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { createTestHub } from "../../support/hub.ts";
import { nodeFigures } from "../../../realtime/nodes/node_figures.ts";
import { FakeTime } from "../fake_time.ts";

const NAMES = ["a", "b", "c"] as const;

/** Three nodes on one log; timers are the test's. */
function createNodes() {
  const exchange = new MemoryExchange();
  const log = createMemoryLog();
  const time = new FakeTime();
  const nodes = NAMES.map((node) => {
    const test = createTestHub({}, { node, log });
    const bus = exchange.join(node);
    const { hub } = test;
    const reach = new Reach({
      hub,
      bus,
      after: time.after,
      figures: () =>
        nodeFigures({
          hub,
          log,
          lag: { worstMs: 1.25 },
          memory: () => ({ rss: 1_000 }),
          now: () => 2_000_000,
        }),
    });
    return { ...test, reach };
  });
  const [a, b, c] = nodes;
  return {
    a,
    b,
    c,
    exchange,
    time,
    async [Symbol.asyncDispose]() {
      for (const { hub, reach } of nodes) {
        reach.close();
        hub.stop();
      }
      await log.close();
    },
  };
}

/** What was thrown instead of an answer. */
async function refusalOf(asked: Promise<unknown>): Promise<RealtimeError> {
  const outcome = await asked.then(() => undefined, (error) => error);
  if (outcome instanceof RealtimeError) return outcome;
  throw new Error("It was not refused", { cause: outcome });
}

Deno.test("[R1] a connection is shown by any node, with the node that holds it", async () => {
  await using house = createNodes();
  const { connection } = await house.b.join("ann");
  const shown = await house.a.reach.connection(connection.id);
  assertEquals(shown, {
    ...house.b.hub.connection(connection.id)!,
    node: "b",
  });
  const own = await house.b.reach.connection(connection.id);
  assertEquals(own?.node, "b");
});

Deno.test("[R1] a connection that another node holds is closed with the code, and only it", async () => {
  await using house = createNodes();
  const ann = await house.b.join("ann");
  const other = await house.c.join("ann");
  assertEquals(
    await house.a.reach.disconnect(ann.connection.id, 4503),
    true,
  );
  assertEquals(ann.socket.closedWith?.code, 4503);
  assertEquals(other.socket.closedWith, undefined);
});

Deno.test("[R1] all connections of a user end, on every node", async () => {
  await using house = createNodes();
  const anns = [
    await house.a.join("ann"),
    await house.b.join("ann"),
    await house.b.join("ann"),
    await house.c.join("ann"),
  ];
  const bob = await house.b.join("bob");
  assertEquals(await house.a.reach.disconnectUser("ann", 4501), {
    closed: 4,
    silent: [],
  });
  assertEquals(anns.map(({ socket }) => socket.closedWith?.code), [
    4501,
    4501,
    4501,
    4501,
  ]);
  assertEquals(bob.socket.closedWith, undefined);
});

Deno.test("[R1] a connection is subscribed and unsubscribed by a node that does not hold it", async () => {
  await using house = createNodes();
  await house.a.append("session:s", "one", "two");
  const ann = await house.c.join("ann");
  const { id } = ann.connection;
  const { offset } = await house.a.reach.subscribe(id, "session:s");
  assertEquals(offset, 2);
  assertEquals(ann.socket.ofType("SUBSCRIBED").at(-1).channel, "session:s");
  assertEquals(await house.a.reach.unsubscribe(id, "session:s"), true);
  assertEquals(await house.a.reach.unsubscribe(id, "session:s"), false);
});

Deno.test("[R1] what its user may not read, a connection is not subscribed to from afar either", async () => {
  await using house = createNodes();
  const { connection } = await house.c.join("ann");
  const error = await refusalOf(
    house.a.reach.subscribe(connection.id, "session:hidden"),
  );
  assertEquals(error.code, "not_found");
});

Deno.test("[R2] what every node says it does not hold is not there", async () => {
  await using house = createNodes();
  assertEquals(await house.a.reach.connection("nobody"), undefined);
  assertEquals(await house.a.reach.disconnect("nobody", 4503), false);
  for (const act of ["subscribe", "unsubscribe"] as const) {
    const error = await refusalOf(house.a.reach[act]("nobody", "topic:x"));
    assertEquals(error.code, "not_found");
  }
});

Deno.test("[R2] while a living node is silent nobody knows; once it is dead it does not count", async () => {
  await using house = createNodes();
  house.exchange.kill("c");
  const asked = refusalOf(house.a.reach.connection("held by c"));
  await house.time.advance(1_000);
  const error = await asked;
  assertEquals([error.code, error.retryAfterMs], ["unavailable", 1_000]);
  const late = house.a.reach.connection("held by c");
  house.exchange.expire("c");
  assertEquals(await late, undefined);
  assertEquals(await house.a.reach.connection("held by c"), undefined);
});

Deno.test("[R2] a silent node holds up nobody who asks for what another one has", async () => {
  await using house = createNodes();
  const { connection } = await house.b.join("ann");
  house.exchange.kill("c");
  assertEquals((await house.a.reach.connection(connection.id))?.node, "b");
  assertEquals(
    await house.a.reach.disconnect(connection.id, 4503),
    true,
  );
});

Deno.test("[R3] who does not answer is named, with what the others say", async () => {
  await using house = createNodes();
  await house.a.join("ann");
  await house.b.join("ann");
  house.exchange.kill("c");
  const asked = Promise.all([
    house.a.reach.list({ limit: 10 }),
    house.a.reach.nodes(),
    house.a.reach.disconnectUser("bob", 4501),
  ]);
  await house.time.advance(1_000);
  const [list, told, ended] = await asked;
  assertEquals(list.items.map(({ node }) => node).sort(), ["a", "b"]);
  assertEquals(told.nodes.map(({ node }) => node), ["a", "b"]);
  assertEquals([list.silent, told.silent, ended.silent], [["c"], ["c"], ["c"]]);
});

Deno.test("[R3] figures of all nodes add up, this one first", async () => {
  await using house = createNodes();
  await house.b.join("ann");
  await house.b.join("bob");
  await house.c.join("cid");
  const { nodes } = await house.b.reach.nodes();
  assertEquals(
    nodes.map(({ node, totalConnections }) => [node, totalConnections]),
    [["b", 2], ["a", 0], ["c", 1]],
  );
  assertEquals(nodes[1].ackLevel, "accepted");
  assertEquals(nodes[1].loopLagMs, 1.3);
});

Deno.test("[R3] a search finds on every node, the first in order, and counts all", async () => {
  await using house = createNodes();
  const at = { ann: 10, anna: 30, bob: 40, hanna: 20 } as const;
  const places = [
    [house.a, "ann"],
    [house.b, "anna"],
    [house.b, "bob"],
    [house.c, "hanna"],
  ] as const;
  for (const [node, userId] of places) {
    node.clock.now = 1_000_000 + at[userId];
    await node.join(userId);
  }
  const found = await house.a.reach.search({
    text: "ann",
    order: "newest",
    from: 1,
    limit: 1,
  });
  assertEquals(found.found, 3);
  assertEquals(found.items.map(({ userId, node }) => [userId, node]), [
    ["hanna", "c"],
  ]);
});

Deno.test("[R3] pages over many nodes hold each connection once, in order, whatever was cut", () => {
  const view = (connectionId: string, channels: number): ConnectionView => ({
    connectionId,
    userId: "ann",
    transport: "websocket",
    state: "open",
    connectedAt: 0,
    lastSeenAt: 0,
    messagesSent: 0,
    messagesReceived: 0,
    bytesSent: 0,
    bytesReceived: 0,
    latencyMs: null,
    bufferedBytes: 0,
    // Some are so long that a node tells only a few at once.
    subscriptions: Array.from({ length: channels }, () => "x".repeat(1_000)),
  });
  const node = fc.array(fc.constantFrom(1, 150), { maxLength: 12 });
  const house = fc.tuple(
    fc.array(node, { maxLength: 4 }),
    fc.integer({ min: 1, max: 7 }),
  );
  fc.assert(
    fc.property(
      house,
      fc.infiniteStream(fc.nat(1e9)),
      ([sizes, limit], ids) => {
        const nodes = sizes.map((lengths) =>
          lengths.map((length) =>
            view(`${ids.next().value}-${crypto.randomUUID()}`, length)
          )
        );
        const told: string[] = [];
        let cursor: string | null = null;
        for (let pages = 0; pages < 100; pages++) {
          const parts = nodes.map((held) => listPart(held, { cursor, limit }));
          const page: ReturnType<typeof mergeLists<ConnectionView>> =
            mergeLists(
              parts,
              limit,
            );
          told.push(...page.items.map(({ connectionId }) => connectionId));
          cursor = page.nextCursor;
          if (cursor === null) break;
        }
        const all = nodes.flat().map(({ connectionId }) => connectionId).sort();
        assertEquals(told, all);
      },
    ),
    { numRuns: 60 },
  );
});
