/** Signals over several nodes (T1), and what follows the log by itself. */
import { assertEquals } from "@std/assert";
import { createHouse, quiet } from "./houses.ts";

const CHANNEL = "session:s";

Deno.test("[T1] a signal reaches readers on every node", async () => {
  const house = createHouse();
  const [a, b] = [house.node("a"), house.node("b")];
  const ann = await a.join("ann");
  const bob = await b.join("bob");
  await ann.ask({ type: "SUBSCRIBE", channel: CHANNEL });
  await bob.ask({ type: "SUBSCRIBE", channel: CHANNEL });
  a.hub.signal(CHANNEL, "SESSION_UPDATE", "weights:ann", { weight: 0.5 });
  for (const { socket } of [ann, bob]) {
    await socket.until((all) => all.at(-1).type === "SESSION_UPDATE");
    assertEquals(socket.ofType("SESSION_UPDATE"), [{
      type: "SESSION_UPDATE",
      channel: CHANNEL,
      at: 1_000_000,
      payload: { weight: 0.5, key: "weights:ann" },
    }]);
  }
  await house.stop();
});

Deno.test("[T1] a signal from a node without readers reaches those of another", async () => {
  const house = createHouse();
  const [a, b] = [house.node("a"), house.node("b")];
  const bob = await b.join("bob");
  await bob.ask({ type: "SUBSCRIBE", channel: "jobs" });
  a.hub.signal("jobs", "JOB_UPDATE", "job:1", { share: 0.1 });
  await bob.socket.until((all) => all.at(-1).type === "JOB_UPDATE");
  await house.stop();
});

Deno.test("[T1] of what gathers in one round the latest per key travels, in one message", async () => {
  const house = createHouse();
  const [a, b] = [house.node("a"), house.node("b")];
  const bob = await b.join("bob");
  await bob.ask({ type: "SUBSCRIBE", channel: CHANNEL });
  const bus = house.exchange.join("c");
  const heard: unknown[] = [];
  bus.subscribe("signals", (body) => heard.push(body));
  for (const weight of [1, 2, 3]) {
    a.hub.signal(CHANNEL, "SESSION_UPDATE", "weights:ann", { weight });
    a.hub.signal(CHANNEL, "SESSION_UPDATE", "weights:bob", { weight });
  }
  await bob.socket.until((all) => all.at(-1).payload.key === "weights:bob");
  assertEquals(
    bob.socket.ofType("SESSION_UPDATE").map(({ payload }) => payload),
    [{ weight: 3, key: "weights:ann" }, { weight: 3, key: "weights:bob" }],
  );
  assertEquals(heard.length, 1);
  await house.stop();
});

Deno.test("[T1] a signal of a node for its own readers stays there", async () => {
  const house = createHouse();
  const [a, b] = [house.node("a"), house.node("b")];
  const ann = await a.join("ann");
  const bob = await b.join("bob");
  await ann.ask({ type: "SUBSCRIBE", channel: "ops" });
  await bob.ask({ type: "SUBSCRIBE", channel: "ops" });
  a.hub.signalHere("ops", "OPS_UPDATE", "figures", { node: "a" });
  await ann.socket.until((all) => all.at(-1).type === "OPS_UPDATE");
  await quiet();
  assertEquals(bob.socket.ofType("OPS_UPDATE"), []);
  await house.stop();
});

Deno.test("[N1] entries and direct messages follow the log to every node", async () => {
  const house = createHouse();
  const [a, b] = [house.node("a"), house.node("b")];
  const ann = await a.join("ann");
  const bob = await b.join("bob");
  await bob.ask({ type: "SUBSCRIBE", channel: CHANNEL });
  await a.append(CHANNEL, "first", "second");
  await ann.ask({
    type: "DIRECT_MESSAGE",
    payload: { recipient: "bob", body: "hello" },
  });
  await bob.socket.until((all) => all.at(-1).type === "DIRECT_MESSAGE");
  assertEquals(
    bob.socket.messages.slice(2).map(({ channel, offset }) =>
      `${channel} ${offset}`
    ),
    [`${CHANNEL} 1`, `${CHANNEL} 2`, "user:bob 1"],
  );
  await house.stop();
});
