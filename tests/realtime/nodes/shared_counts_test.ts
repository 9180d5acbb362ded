/** Connections counted over nodes: what is told, when it counts, and when it counts no more. */
import { assertEquals } from "@std/assert";
import { Held } from "../../../realtime/handshake_room.ts";
import { MemoryExchange } from "../../../realtime/nodes/memory_bus.ts";
import { SharedConnections } from "../../../realtime/nodes/shared_connections.ts";
import { FakeTime } from "../fake_time.ts";

function createNodes(...names: readonly string[]) {
  const time = new FakeTime();
  const exchange = new MemoryExchange();
  const nodes = names.map((node) => {
    const held = new Held();
    const shared = new SharedConnections({
      bus: exchange.join(node),
      held,
      maxConnectionsPerUser: 50,
      maxConnectionsPerAddress: 1_000,
      monotonicMs: time.monotonicMs,
      after: time.after,
    });
    return { held, shared };
  });
  const stop = () => nodes.forEach(({ shared }) => shared.stop());
  return { nodes, time, exchange, stop };
}

function take(held: Held, count: number, userId = "ann", address = "here") {
  return Array.from({ length: count }, () => held.take(userId, address));
}

Deno.test("[R4] what two nodes hold for a user adds up on a third, within a second", async () => {
  const { nodes: [a, b, c], time, stop } = createNodes("a", "b", "c");
  take(a.held, 5);
  take(b.held, 7);
  assertEquals(c.shared.byUser("ann"), 0);
  await time.advance(1_000);
  assertEquals(c.shared.byUser("ann"), 12);
  // Its own are counted where they are held.
  assertEquals(a.shared.byUser("ann"), 7);
  stop();
});

Deno.test("[R4] of an address from a tenth of its cap on is told, of a user too", async () => {
  const { nodes: [a, b], time, stop } = createNodes("a", "b");
  take(a.held, 4, "few");
  take(a.held, 95, "many");
  await time.advance(1_000);
  assertEquals(b.shared.byUser("few"), 0);
  assertEquals(b.shared.byUser("many"), 95);
  assertEquals(b.shared.byAddress("here"), 0);
  take(a.held, 1, "one more");
  await time.advance(1_000);
  assertEquals(b.shared.byAddress("here"), 100);
  stop();
});

Deno.test("[R4] what was given back counts a second longer at most", async () => {
  const { nodes: [a, b], time, stop } = createNodes("a", "b");
  const releases = take(a.held, 9);
  await time.advance(1_000);
  for (const release of releases) release();
  await time.advance(1_000);
  assertEquals(b.shared.byUser("ann"), 0);
  stop();
});

Deno.test("[R4] what a node said that says no more is forgotten: at once when it left, else in seconds", async () => {
  const { nodes: [a, b, c], time, exchange, stop } = createNodes("a", "b", "c");
  take(a.held, 9);
  take(b.held, 9);
  await time.advance(1_000);
  assertEquals(c.shared.byUser("ann"), 18);
  exchange.kill("a");
  exchange.expire("a");
  assertEquals(c.shared.byUser("ann"), 9);
  exchange.cut("b");
  await time.advance(4_000);
  assertEquals(c.shared.byUser("ann"), 0);
  stop();
});

Deno.test("[R4] who is alone tells nobody and keeps no timer", async () => {
  const { nodes: [a], time, exchange, stop } = createNodes("a");
  take(a.held, 9);
  assertEquals(time.pending, 0);
  const other = exchange.join("b");
  const heard: unknown[] = [];
  other.subscribe("connections.counts", (body) => heard.push(body));
  await time.advance(1_000);
  assertEquals(heard, [[["user ann", 9]]]);
  await other.close();
  assertEquals(time.pending, 0);
  stop();
});
