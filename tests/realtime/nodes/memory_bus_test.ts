/** The exchange of one process: what tests of several nodes rest on. */
import { assertEquals, assertThrows } from "@std/assert";
import type { Bus } from "../../../realtime/nodes/bus.ts";
import { LEASE_MS } from "../../../realtime/nodes/bus.ts";
import { MemoryExchange } from "../../../realtime/nodes/memory_bus.ts";
import { SILENT } from "../../../realtime/logger.ts";
import { FakeTime, turn } from "../fake_time.ts";
import { busContract, type House } from "./bus_contract.ts";

/** Leases run out as fast as timers fire. */
function memoryHouse(): House {
  const errors: string[] = [];
  const exchange = new MemoryExchange({
    after: (_, run) => {
      const timer = setTimeout(run);
      return () => clearTimeout(timer);
    },
    logger: { ...SILENT, error: (message) => void errors.push(message) },
  });
  const buses: Bus[] = [];
  return {
    errors,
    join: (node) => {
      buses.push(exchange.join(node));
      return Promise.resolve(buses[buses.length - 1]);
    },
    cut: (node) => exchange.cut(node),
    heal: (node) => exchange.heal(node),
    kill: (node) => exchange.kill(node),
    sleep: (node) => {
      exchange.cut(node);
      exchange.expire(node);
    },
    [Symbol.asyncDispose]: async () => {
      for (const bus of buses) await bus.close();
    },
  };
}

busContract((name, run) =>
  Deno.test(`memory: ${name}`, async () => {
    await using house = memoryHouse();
    await run(house);
  })
);

/** Everything a bus tells, as lines. */
function recorded(bus: Bus): string[] {
  const lines: string[] = [];
  bus.subscribe("s", (body, from) => lines.push(`${from}:${body}`));
  bus.onPeers((peers) => lines.push(`peers ${peers.join()}`));
  bus.onLost(() => lines.push("lost"));
  return lines;
}

function twoNodes() {
  const exchange = new MemoryExchange();
  const [a, b] = ["a", "b"].map((node) => exchange.join(node));
  return { exchange, a, b, heardByA: recorded(a), heardByB: recorded(b) };
}

Deno.test("[N1] a message is delivered after the publisher's turn, as a copy", async () => {
  const { a, b } = twoNodes();
  const body = { list: [1] };
  const heard: unknown[] = [];
  b.subscribe("copy", (told) => heard.push(told));
  a.publish("copy", body);
  assertEquals(heard, []);
  body.list.push(2);
  await turn();
  assertEquals(heard, [{ list: [1] }]);
});

Deno.test("[N3] a node that was cut off hears nothing of that time, and all are told", async () => {
  const { exchange, a, b, heardByA, heardByB } = twoNodes();
  a.publish("s", 1);
  exchange.cut("b");
  a.publish("s", 2);
  b.publish("s", 3);
  await turn();
  assertEquals([heardByA, heardByB], [[], []]);
  exchange.heal("b");
  a.publish("s", 4);
  await turn();
  assertEquals([heardByA, heardByB], [["lost"], ["lost", "a:4"]]);
});

Deno.test("[N5] a dead node is a peer until its lease runs out", () => {
  const { exchange, a, heardByA } = twoNodes();
  exchange.kill("b");
  assertEquals(a.peers(), ["b"]);
  exchange.expire("b");
  assertEquals(a.peers(), []);
  assertEquals(heardByA, ["peers "]);
});

Deno.test("[N6] a node that was cut off for longer than its lease is not alive, until it is back", () => {
  const { exchange, a, b, heardByA, heardByB } = twoNodes();
  exchange.cut("b");
  assertEquals([b.isAlive(), a.peers(), b.peers()], [true, ["b"], ["a"]]);
  exchange.expire("b");
  assertEquals([b.isAlive(), a.peers(), b.peers()], [false, [], []]);
  exchange.heal("b");
  assertEquals([b.isAlive(), a.peers(), b.peers()], [true, ["b"], ["a"]]);
  assertEquals(heardByA, ["peers ", "peers b", "lost"]);
  assertEquals(heardByB, ["peers ", "peers a", "lost"]);
});

Deno.test("[N5] with a timer leases run out by themselves", async () => {
  const time = new FakeTime();
  const exchange = new MemoryExchange({ after: time.after });
  const [a, b] = ["a", "b"].map((node) => exchange.join(node));
  exchange.cut("b");
  await time.advance(LEASE_MS - 1);
  assertEquals([a.peers(), b.isAlive()], [["b"], true]);
  await time.advance(1);
  assertEquals([a.peers(), b.isAlive()], [[], false]);
  exchange.heal("b");
  exchange.kill("b");
  await b.close();
  assertEquals(time.pending, 0);
});

Deno.test("[N3] lose() drops what is on its way to one node and tells it", async () => {
  const { exchange, a, heardByB } = twoNodes();
  const heardByC = recorded(exchange.join("c"));
  a.publish("s", 1);
  exchange.lose("b");
  a.publish("s", 2);
  await turn();
  assertEquals(heardByB, ["peers a,c", "lost", "a:2"]);
  assertEquals(heardByC, ["a:1", "a:2"]);
});

Deno.test("a node's name is taken while it lives, and free after it left", async () => {
  const { exchange, b } = twoNodes();
  assertThrows(() => exchange.join("b"), RangeError, "there is a node b");
  await b.close();
  assertEquals(exchange.join("b").peers(), ["a"]);
});
