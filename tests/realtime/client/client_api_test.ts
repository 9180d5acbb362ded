/** What callers hold: typed events, requests, subscriptions, tickets, disconnecting, waking up. */
import { assert, assertEquals } from "@std/assert";
import {
  keepPositions,
  recallPosition,
} from "../../../realtime/client/positions.ts";
import { turn } from "./fakes.ts";
import { createHarness, type HarnessOptions } from "./harness.ts";

async function connected(options: HarnessOptions = {}) {
  const harness = createHarness(options);
  harness.client.connect();
  await turn();
  harness.network.current.establish();
  await turn();
  return harness;
}

Deno.test("[P21] a listener knows its payload and hears each publication once", async () => {
  const { client, network } = await connected();
  const heard: string[] = [];
  client.on("CONSENSUS_UPDATE", ({ payload, offset }) => {
    heard.push(`${payload.event} at ${offset}`);
  });
  client.subscribe("session:a", { since: { epoch: "e1", offset: 0 } });
  await turn();
  const vote = {
    type: "CONSENSUS_UPDATE",
    channel: "session:a",
    offset: 1,
    payload: { event: "vote_cast" },
  };
  network.current.deliver(vote, vote, { ...vote, channel: "session:other" });
  assertEquals(heard, ["vote_cast at 1"]);
  client.close();
});

Deno.test("[P21] an erased publication comes as erased, not to typed listeners", async () => {
  const { client, network } = await connected();
  const heard: unknown[] = [];
  client.on("SESSION_UPDATE", ({ offset }) => heard.push(["typed", offset]));
  client.on("erased", ({ offset }) => heard.push(["erased", offset]));
  client.subscribe("session:a", { since: { epoch: "e1", offset: 0 } });
  await turn();
  network.current.deliver({
    type: "SESSION_UPDATE",
    channel: "session:a",
    offset: 1,
    payload: null,
  });
  assertEquals(heard, [["erased", 1]]);
  client.close();
});

Deno.test("[P21] off stops a listener", async () => {
  const { client, network } = await connected();
  let heard = 0;
  const listener = () => void (heard += 1);
  client.on("ALERT", listener);
  client.off("ALERT", listener);
  network.current.deliver({ type: "ALERT", payload: { event: "raised" } });
  assertEquals(heard, 0);
  client.close();
});

Deno.test("[P6] a request gives its reply, a refusal or unknown", async () => {
  const { client, clock, network } = await connected();
  const answered = client.request({ type: "UNSUBSCRIBE", channel: "alerts" });
  const refused = client.request({ type: "UNSUBSCRIBE", channel: "none" });
  const silent = client.request({ type: "UNSUBSCRIBE", channel: "slow" });
  await turn();
  const [first, second] = network.current.sent("UNSUBSCRIBE");
  network.current.deliver(
    { type: "ACK", ref: first!.id, payload: {} },
    { type: "ERROR", ref: second!.id, payload: { code: "not_found" } },
  );
  assertEquals((await answered).type, "ACK");
  assertEquals(await refused.catch(({ code }) => code), "not_found");
  clock.advance(10_000);
  assertEquals(await silent.catch(({ code }) => code), "unknown");
  client.close();
});

Deno.test("[P10] a channel subscribed twice is left with the second unsubscribe", async () => {
  const { client, network } = await connected();
  client.subscribe("alerts");
  client.subscribe("alerts");
  await turn();
  assertEquals(network.current.sent("SUBSCRIBE").length, 1);
  client.unsubscribe("alerts");
  await turn();
  assertEquals(network.current.sent("UNSUBSCRIBE").length, 0);
  client.unsubscribe("alerts");
  await turn();
  assertEquals(network.current.sent("UNSUBSCRIBE").length, 1);
  client.close();
});

Deno.test("[P10] a follower takes a subscribed channel over and hands it back", async () => {
  const { client, network } = await connected();
  client.subscribe("alerts", { since: { epoch: "e1", offset: 3 } });
  const following = client.follow("alerts", {}, { epoch: "e1", offset: 5 });
  await turn();
  following.stop();
  await turn();
  assertEquals(
    network.current.sent("SUBSCRIBE").map(({ payload }) =>
      payload?.since?.offset
    ),
    [3, 5, 5],
  );
  client.close();
});

Deno.test("[P8] an unreadable channel is told", async () => {
  const { client, network } = await connected();
  const heard: unknown[] = [];
  client.on("unreadable", (event) => heard.push(event));
  client.subscribe("session:secret");
  await turn();
  const { id } = network.current.last("SUBSCRIBE");
  network.current.deliver({
    type: "ERROR",
    ref: id,
    payload: { code: "not_found" },
  });
  assertEquals(heard, [{ channel: "session:secret", code: "not_found" }]);
  client.close();
});

Deno.test("[P2] each attempt asks for its own ticket", async () => {
  let tickets = 0;
  const { client, clock, network } = await connected({
    getTicket: () => Promise.resolve(`t${++tickets}`),
  });
  network.current.drop();
  clock.advance(250);
  await turn();
  assertEquals(network.sockets.map(({ url }) => url), [
    "ws://regulens.test/ws?ticket=t1",
    "ws://regulens.test/ws?ticket=t2",
  ]);
  client.close();
});

Deno.test("[P2] a ticket that cannot be had is tried again; a 401 of /me tells of cookies, not of tickets", async () => {
  let tickets = 0;
  const { client, clock, network, asked } = createHarness({
    answer: () => "signed_out",
    getTicket: () =>
      ++tickets < 3
        ? Promise.reject(new Error("503"))
        : Promise.resolve(`t${tickets}`),
  });
  client.connect();
  await turn();
  assertEquals([client.view().state, network.sockets.length], [
    "reconnecting",
    0,
  ]);
  clock.advance(250);
  await turn();
  clock.advance(500);
  await turn();
  network.current.drop();
  await turn();
  assertEquals([client.view().state, network.sockets.length, asked()], [
    "reconnecting",
    1,
    0,
  ]);
  client.close();
});

Deno.test("[P2] a ticket that comes after disconnecting opens nothing", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const { client, network } = createHarness({ getTicket: () => promise });
  client.connect();
  client.disconnect();
  resolve("late");
  await turn();
  assertEquals(network.sockets.length, 0);
  client.close();
});

Deno.test("[P21] disconnect stays offline, also when the network comes, until connect", async () => {
  const { client, clock, network } = await connected();
  client.disconnect();
  client.setOnline(true);
  client.retryNow();
  clock.advance(60_000);
  assertEquals([client.view().state, network.sockets.length], ["offline", 1]);
  client.connect();
  assertEquals([client.view().state, network.sockets.length], [
    "connecting",
    2,
  ]);
  client.close();
});

Deno.test("[P22] a socket dead after a wake-up is replaced within 3 s", async () => {
  const { client, clock, network } = await connected();
  network.current.deliver({
    type: "HEARTBEAT",
    ref: network.current.last("HEARTBEAT").id,
  });
  clock.advance(1_000);
  client.setOnline(true);
  await turn();
  clock.advance(2_500);
  assert(network.sockets[0]!.closedByClient);
  clock.advance(499);
  assertEquals(network.sockets.length, 2);
  client.close();
});

Deno.test("[P22] a socket that answers after a wake-up is kept", async () => {
  const { client, clock, network } = await connected();
  client.setOnline(true);
  await turn();
  const { id } = network.current.last("HEARTBEAT");
  clock.advance(2_400);
  network.current.deliver({ type: "HEARTBEAT", ref: id });
  clock.advance(2_400);
  assertEquals([client.view().state, network.sockets.length], ["slow", 1]);
  client.close();
});

Deno.test("[P23] a connection of another user is refused and gets nothing", async () => {
  const { client, network } = createHarness({ userId: "mira" });
  client.connect();
  void client.broadcast("topic:a", "mine").catch(() => {});
  network.current.establish({ userId: "jonas" });
  await turn();
  assertEquals(client.view().deniedBy, "signed_out");
  assertEquals(network.current.frames, []);
  assertEquals(client.view().queued, 1);
  client.close();
});

Deno.test("[P11] kept positions are where a reloaded page goes on", async () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
  };
  const { client, network } = await connected();
  keepPositions(client, storage, "positions");
  client.subscribe("alerts", { since: { epoch: "e1", offset: 1 } });
  await turn();
  network.current.deliver({
    type: "ALERT",
    channel: "alerts",
    offset: 2,
    payload: { event: "raised" },
  });
  await turn();
  client.close();
  assertEquals(recallPosition(storage, "positions", "alerts"), {
    epoch: "e1",
    offset: 2,
  });
  assertEquals(recallPosition(storage, "positions", "rules"), undefined);
});
