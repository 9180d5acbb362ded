/** The client's states, reconnecting and signs of life, over fake sockets and a fake clock. */
import { assert, assertEquals } from "@std/assert";
import { turn } from "./fakes.ts";
import { createHarness } from "./harness.ts";

Deno.test("[P1] the client offers the sub-protocol", () => {
  const { client, network } = createHarness();
  client.connect();
  assertEquals(network.current.protocol, "regulens.v1");
  client.close();
});

Deno.test("[P21] a first connection goes from connecting to live", async () => {
  const { client, network, states } = createHarness();
  client.connect();
  await turn();
  network.current.establish();
  await turn();
  assertEquals(states, ["connecting", "live"]);
  client.close();
});

Deno.test("[P4] lines of one turn leave as one frame", async () => {
  const { client, network } = createHarness();
  client.follow("session:a", {});
  client.follow("session:b", {});
  client.connect();
  network.current.establish();
  await turn();
  assertEquals(network.current.frames.length, 1);
  assertEquals(
    network.current.sent().map(({ type }) => type),
    ["SUBSCRIBE", "SUBSCRIBE", "HEARTBEAT"],
  );
  client.close();
});

Deno.test("[P4] lines that would pass the server's limit are split over frames", async () => {
  const { client, network } = createHarness();
  client.connect();
  network.current.establish();
  await turn();
  const text = "€".repeat(10_000);
  for (let n = 0; n < 5; n++) {
    void client.broadcast(`topic:${n}`, { text }).catch(() => {});
  }
  await turn();
  const bytes = network.current.frames.map((frame) =>
    new TextEncoder().encode(frame).length
  );
  assert(bytes.every((length) => length <= 65_536), `${bytes}`);
  assertEquals(network.current.sent("BROADCAST").length, 5);
  client.close();
});

Deno.test("[P4] several messages of one frame are all taken, a broken line is left out", async () => {
  const { client, network } = createHarness();
  const heard: unknown[] = [];
  client.on("ALERT", ({ payload }) => heard.push(payload.n));
  client.connect();
  network.current.establish();
  network.current.deliverText(
    '{"type":"ALERT","payload":{"n":1}}\nnot json\n[]\n{"type":"ALERT","payload":{"n":2}}\n',
  );
  await turn();
  assertEquals(heard, [1, 2]);
  client.close();
});

Deno.test("[P15] a heartbeat of the server is answered with its id", async () => {
  const { client, network } = createHarness();
  client.connect();
  network.current.establish();
  network.current.deliver({ type: "HEARTBEAT", id: 41 });
  await turn();
  assertEquals(
    network.current.sent("HEARTBEAT").find(({ ref }) => ref === 41),
    { type: "HEARTBEAT", ref: 41 },
  );
  client.close();
});

Deno.test("[P15] own heartbeats measure the round trip on the client's clock", async () => {
  const { client, clock, network } = createHarness();
  client.connect();
  network.current.establish();
  for (const roundTripMs of [40, 44, 42]) {
    await turn();
    const { id } = network.current.last("HEARTBEAT");
    clock.advance(roundTripMs);
    network.current.deliver({ type: "HEARTBEAT", ref: id });
    clock.advance(10_000 - roundTripMs);
  }
  assertEquals([...client.view().latency.samples], [40, 44, 42]);
  assertEquals(client.view().latency.medianMs, 42);
  client.close();
});

Deno.test("[P21] a slow round trip shows as slow, quick ones bring live back", async () => {
  const { client, clock, network, states } = createHarness();
  client.connect();
  network.current.establish();
  for (const roundTripMs of [450, ...Array.from({ length: 10 }, () => 20)]) {
    await turn();
    const { id } = network.current.last("HEARTBEAT");
    clock.advance(roundTripMs);
    network.current.deliver({ type: "HEARTBEAT", ref: id });
    clock.advance(10_000 - roundTripMs);
  }
  await turn();
  assertEquals(states, ["connecting", "live", "slow", "live"]);
  client.close();
});

Deno.test("[P21] a missed heartbeat shows as slow before the connection is given up", async () => {
  const { client, clock, network, states } = createHarness();
  client.connect();
  network.current.establish();
  await turn();
  clock.advance(3_000);
  await turn();
  clock.advance(7_000);
  await turn();
  assertEquals(states, ["connecting", "live", "slow", "reconnecting"]);
  assert(network.current.closedByClient);
  client.close();
});

Deno.test("[P15] other messages keep a connection whose heartbeat is late", async () => {
  const { client, clock, network, states } = createHarness();
  client.connect();
  network.current.establish();
  await turn();
  clock.advance(5_000);
  network.current.deliver({ type: "ALERT", payload: {} });
  clock.advance(5_000);
  await turn();
  assertEquals(states.at(-1), "slow");
  client.close();
});

Deno.test("[P22] a lost connection is tried again after the drawn delay", async () => {
  const { client, clock, network, states } = createHarness();
  client.connect();
  network.current.establish();
  await turn();
  network.current.drop();
  await turn();
  assertEquals(client.view().retryAt, 250);
  clock.advance(249);
  assertEquals(network.sockets.length, 1);
  clock.advance(1);
  assertEquals(network.sockets.length, 2);
  network.current.establish();
  await turn();
  assertEquals(states, ["connecting", "live", "reconnecting", "live"]);
  client.close();
});

Deno.test("[P22] the server's reconnectInMs wins over the drawn delay", async () => {
  const { client, clock, network } = createHarness();
  client.connect();
  network.current.establish();
  network.current.deliver({
    type: "DRAINING",
    payload: { reconnectInMs: 900 },
  });
  network.current.drop(4001, '{"reconnectInMs":700}');
  await turn();
  assertEquals(client.view().restarting, true);
  clock.advance(699);
  assertEquals(network.sockets.length, 1);
  clock.advance(1);
  assertEquals(network.sockets.length, 2);
  client.close();
});

Deno.test("[P20] DRAINING alone gives the slot when the close reason is lost", () => {
  const { client, network } = createHarness();
  client.connect();
  network.current.establish();
  network.current.deliver({
    type: "DRAINING",
    payload: { reconnectInMs: 900 },
  });
  network.current.drop(1006);
  assertEquals(client.view().retryAt, 900);
  client.close();
});

Deno.test("[P20] in the ten seconds after an announced restart no retry is more than a second away", async () => {
  const { client, clock, network } = createHarness();
  client.connect();
  network.current.establish();
  network.current.drop(4001, '{"reconnectInMs":0}');
  clock.advance(0);
  const waits: number[] = [];
  while (clock.now() < 12_000) {
    network.current.drop(1006);
    await turn();
    waits.push((client.view().retryAt ?? NaN) - clock.now());
    clock.advance(waits.at(-1)!);
  }
  // The draw is a half: 500 ms while it is near, then what any loss begins with.
  assertEquals(waits.slice(0, 20), Array(20).fill(500));
  assertEquals(waits.slice(20, 23), [250, 500, 1_000]);
  client.close();
});

Deno.test("[P22] coming online and asking for it both try at once", () => {
  const { client, network } = createHarness();
  client.connect();
  network.current.drop();
  client.setOnline(false);
  client.setOnline(true);
  assertEquals(network.sockets.length, 2);
  network.current.drop();
  client.retryNow();
  assertEquals(network.sockets.length, 3);
  client.close();
});

Deno.test("[P21] offline needs both signals: a socket that answers stays live", async () => {
  const { client, clock, network, states } = createHarness();
  client.connect();
  network.current.establish();
  await turn();
  network.current.deliver({ type: "HEARTBEAT", ref: 1 });
  client.setOnline(false);
  await turn();
  network.current.deliver({
    type: "HEARTBEAT",
    ref: network.current.last("HEARTBEAT").id,
  });
  clock.advance(5_000);
  await turn();
  assertEquals(states, ["connecting", "live"]);
  network.current.drop();
  await turn();
  assertEquals(states, ["connecting", "live", "offline"]);
  client.close();
});

Deno.test("[P21] offline with a socket that does not answer is not waited out", async () => {
  const { client, clock, network, states } = createHarness();
  client.connect();
  network.current.establish();
  await turn();
  client.setOnline(false);
  clock.advance(3_000);
  await turn();
  assertEquals(states, ["connecting", "live", "offline"]);
  assert(network.current.closedByClient);
  client.close();
});

for (const code of [4501, 4503, 4508]) {
  Deno.test(`[P22] close ${code} stops the reconnecting`, async () => {
    const { client, clock, network, states } = createHarness();
    client.connect();
    network.current.establish();
    await turn();
    network.current.drop(code);
    await turn();
    clock.advance(120_000);
    assertEquals(network.sockets.length, 1);
    assertEquals(states, ["connecting", "live", "denied"]);
    assertEquals(client.view().deniedBy, "closed");
    client.close();
  });
}

Deno.test("[P2] after a failed handshake a 401 of /me ends the trying", async () => {
  const { client, clock, network, asked } = createHarness({
    answer: () => "signed_out",
  });
  client.connect();
  network.current.drop();
  await turn();
  clock.advance(60_000);
  assertEquals([asked(), network.sockets.length], [1, 1]);
  assertEquals(client.view().deniedBy, "signed_out");
  client.close();
});

Deno.test("[P2] /me is not asked when an established connection drops", async () => {
  const { client, network, asked } = createHarness();
  client.connect();
  network.current.establish();
  network.current.drop();
  await turn();
  assertEquals(asked(), 0);
  client.close();
});

Deno.test("[P22] a denied client tries again when asked to, after a new sign-in", async () => {
  const { client, network, states } = createHarness();
  client.connect();
  network.current.establish();
  await turn();
  network.current.drop(4501);
  await turn();
  client.retryNow();
  await turn();
  network.current.establish();
  await turn();
  assertEquals(states, ["connecting", "live", "denied", "connecting", "live"]);
  client.close();
});

Deno.test("[P21] a handshake that never ends is given up", () => {
  const { client, clock, network } = createHarness();
  client.connect();
  clock.advance(10_000);
  assert(network.current.closedByClient);
  clock.advance(250);
  assertEquals(network.sockets.length, 2);
  client.close();
});

Deno.test("[I10] a stale socket's late events never touch the new connection", async () => {
  const { client, clock, network } = createHarness();
  const heard: unknown[] = [];
  client.on("ALERT", ({ payload }) => heard.push(payload.n));
  client.connect();
  const old = network.current;
  old.establish();
  await turn();
  clock.advance(10_000);
  clock.advance(250);
  network.current.establish({ connectionId: "c2" });
  await turn();
  old.deliver({ type: "ALERT", payload: { n: 1 } });
  old.drop(4501);
  old.drop(4501);
  await turn();
  assertEquals(heard, []);
  assertEquals(client.view().connectionId, "c2");
  assertEquals(client.view().state, "live");
  client.close();
});

Deno.test("[P21] a closed client leaves no timer behind", async () => {
  const { client, clock, network } = createHarness();
  client.follow("session:a", {});
  client.connect();
  network.current.establish();
  await turn();
  const { id } = network.current.last("SUBSCRIBE");
  network.current.deliver({
    type: "ERROR",
    ref: id,
    payload: { code: "rate_limited", retryAfterMs: 50 },
  });
  client.close();
  assertEquals(clock.pending, 0);
});

Deno.test("[P21] a loss tells when the server was last heard and when it was noticed", async () => {
  const { client, clock, network } = createHarness();
  client.connect();
  network.current.establish();
  await turn();
  clock.advance(2_000);
  network.current.deliver({ type: "NOTICE" });
  clock.advance(5_000);
  network.current.drop();
  const { heardAt, lostAt } = client.view();
  assertEquals([heardAt, lostAt], [2_000, 7_000]);
  client.close();
});
