/** The client where sockets are blocked, and once they are not: nothing lost, nothing twice. */
import { assert, assertEquals } from "@std/assert";
import type { RealtimeClient } from "../../../realtime/client/client.ts";
import { EDGES } from "../../../realtime/client/connection_state.ts";
import { OVERLAP_MS } from "../../../realtime/client/sse.ts";
import { PROBE_MS } from "../../../realtime/client/sse_probes.ts";
import { within } from "../../support/socket_client.ts";
import { liveOver, Site } from "./sse_site.ts";

/** Resolves once `done` holds, asked after every broadcast that was collected. */
function heard(client: RealtimeClient, done: () => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => done() && resolve();
  const stop = client.on("BROADCAST", look);
  look();
  return within(promise, 10_000, "messages").finally(stop);
}

/** Numbers that a subscription to a topic delivers, as they come. */
function collect(client: RealtimeClient, channel: string): number[] {
  const numbers: number[] = [];
  client.on("BROADCAST", (message) => {
    if (message.channel === channel) numbers.push(Number(message.payload));
  });
  client.subscribe(channel);
  return numbers;
}

Deno.test("[P27] a client whose sockets are blocked works over event streams", async () => {
  await using site = new Site();
  site.open.sockets = false;
  const client = site.client();
  const numbers = collect(client, "topic:a");
  await liveOver(client, "sse");
  assertEquals(site.asked, { sockets: 2, streams: 1 });
  for (let n = 1; n <= 100; n++) client.broadcast("topic:a", n).catch(() => {});
  await heard(client, () => numbers.length >= 100);
  assertEquals(numbers, Array.from({ length: 100 }, (_, i) => i + 1));
});

Deno.test("[P27] an unreachable server is no wall: sockets are tried and nothing else", async () => {
  await using site = new Site();
  site.open.http = false;
  const client = site.client();
  const failed = Promise.withResolvers<void>();
  let failures = 0;
  client.onView(({ retryAt }) => {
    if (retryAt !== undefined && ++failures === 4) failed.resolve();
  });
  await within(failed.promise, 10_000, "four failures");
  site.open.http = true;
  await liveOver(client, "websocket");
  assertEquals(site.asked.streams, 0);
});

Deno.test("[P27] where streams are blocked too, sockets are tried again", async () => {
  await using site = new Site();
  site.open.sockets = site.open.streams = false;
  const client = site.client();
  const tried = Promise.withResolvers<void>();
  client.onView(() => {
    if (site.asked.streams > 0 && site.asked.sockets > 2) tried.resolve();
  });
  await within(tried.promise, 10_000, "a socket after the stream");
  site.open.sockets = true;
  client.retryNow();
  await liveOver(client, "websocket");
});

Deno.test("[P27] a stream that is cut goes on as a stream from its positions", async () => {
  await using site = new Site();
  site.open.sockets = false;
  const client = site.client();
  const numbers = collect(client, "topic:a");
  await liveOver(client, "sse");
  await client.broadcast("topic:a", 1);
  const { hub } = site.test;
  hub.disconnectUser("ann", 4001);
  const sender = { userId: "bob", name: "Bob", roles: [] };
  await hub.publish({ sender, channel: "topic:a", payload: 2 });
  await liveOver(client, "sse");
  await heard(client, () => numbers.length >= 2);
  assertEquals(numbers, [1, 2]);
  assertEquals(site.asked.sockets, 2);
});

Deno.test("[P27] once sockets work again a client goes back: nothing lost, nothing twice, nobody seen to leave", async () => {
  await using site = new Site();
  const witness = site.client("bob");
  const sight = Promise.withResolvers<void>();
  const seen: string[] = [];
  witness.on("presence", ({ joined, left }) => {
    seen.push(...joined.map(({ userId }) => `${userId} came`));
    seen.push(...left.map((userId) => `${userId} left`));
    if (left.length > 0) sight.resolve();
  });
  witness.subscribe("topic:a", { presence: true });
  await liveOver(witness, "websocket");
  site.open.sockets = false;
  const client = site.client();
  const edges: [string, string][] = [];
  client.on("state", ({ from, state }) => edges.push([from, state]));
  const numbers = collect(client, "topic:a");
  await liveOver(client, "sse");
  site.open.sockets = true;
  const back = liveOver(client, "websocket");
  const total = 120;
  const sent: Promise<unknown>[] = [];
  for (let n = 1; n <= total; n++) {
    sent.push(client.broadcast("topic:a", n));
    if (n === total / 3) site.clock.advance(PROBE_MS * 1.5);
    // A turn of the loop: what is sent spreads over the whole of the change.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await back;
  await Promise.all(sent);
  await heard(client, () => numbers.length >= total);
  assertEquals(numbers, Array.from({ length: total }, (_, i) => i + 1));
  site.clock.advance(OVERLAP_MS);
  client.disconnect();
  await within(sight.promise, 10_000, "ann to be seen to leave");
  assertEquals(seen, ["bob came", "ann came", "ann left"]);
  for (const [from, to] of edges) {
    assert(
      EDGES[from as keyof typeof EDGES].includes(to as never),
      `${from} ${to}`,
    );
  }
});
