/** Presence over real sockets: who holds a subscription now (protocol page, PRESENCE; I8). */
import { assertEquals } from "@std/assert";
import type { Envelope } from "../support/socket_client.ts";
import { startServer, type TestServer } from "../support/server.ts";

let server: TestServer;

Deno.test.beforeAll(async () => {
  server = await startServer();
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

function joins(channel: string, userId: string) {
  return (message: Envelope) =>
    message.type === "PRESENCE" && message.channel === channel &&
    (message.payload.joined ?? []).some((user) => user.userId === userId);
}

function leaves(channel: string, userId: string) {
  return (message: Envelope) =>
    message.type === "PRESENCE" && message.channel === channel &&
    (message.payload.left ?? []).includes(userId);
}

Deno.test("[P8] a subscriber who asked is told who joins and who leaves", async () => {
  const channel = "topic:presence";
  await using watcher = await server.connect("presence-watcher");
  const { payload } = await watcher.subscribe(channel, { presence: true });
  assertEquals(
    payload.presence?.map(({ userId }) => userId),
    ["presence-watcher"],
  );
  const guest = await server.connect({
    userId: "presence-guest",
    name: "Guest",
  });
  await guest.subscribe(channel);
  const joined = await watcher.waitFor(
    "the guest to join",
    joins(channel, "presence-guest"),
  );
  assertEquals(joined.offset, undefined);
  assertEquals(
    joined.payload.joined?.find(({ userId }) => userId === "presence-guest"),
    {
      userId: "presence-guest",
      name: "Guest",
      role: "member",
      status: "active",
    },
  );
  await guest.close();
  await watcher.waitFor(
    "the guest to leave",
    leaves(channel, "presence-guest"),
  );
});

Deno.test("[P8] a user with two connections leaves with the last of them", async () => {
  const channel = "topic:presence-twice";
  await using watcher = await server.connect("twice-watcher");
  await watcher.subscribe(channel, { presence: true });
  await using first = await server.connect("twice");
  const second = await server.connect("twice");
  await first.subscribe(channel);
  await second.subscribe(channel);
  const { users } = await server.eventually(
    "two connections",
    () => presenceOf(channel),
    ({ users }) => users.some(({ connections }) => connections === 2),
  );
  assertEquals(
    users.map(({ userId, connections }) => `${userId} ${connections}`)
      .toSorted(),
    ["twice 2", "twice-watcher 1"],
  );
  await second.close();
  await server.eventually(
    "one connection",
    () => presenceOf(channel),
    ({ users }) => users.every(({ connections }) => connections === 1),
  );
  await watcher.settle();
  assertEquals(watcher.received.some(leaves(channel, "twice")), false);
  await first.ask({ type: "UNSUBSCRIBE", channel });
  await watcher.waitFor("both to be gone", leaves(channel, "twice"));
});

Deno.test("[P8] presence in a session shows the participant's role", async () => {
  const { channel } = await server.openSession({
    title: "Roles",
    participants: [{ userId: "p-obs", name: "Obs", role: "observer" }],
  });
  await using client = await server.connect({
    userId: "p-obs",
    roles: ["member"],
  });
  const { payload } = await client.subscribe(channel, { presence: true });
  assertEquals(payload.presence?.map(({ role }) => role), ["observer"]);
});

Deno.test("[P8] when all have gone nobody is present and no subscription is left", async () => {
  const channel = "topic:presence-empty";
  const clients = await Promise.all(
    ["e1", "e2", "e3"].map((userId) => server.connect(userId)),
  );
  await Promise.all(clients.map((client) => client.subscribe(channel)));
  assertEquals((await presenceOf(channel)).users.length, 3);
  await Promise.all(clients.map((client) => client.close()));
  await server.eventually(
    "an empty channel",
    () => presenceOf(channel),
    ({ users }) => users.length === 0,
  );
  await server.eventually(
    "no connections",
    () => server.call("GET", "/api/v1/stats"),
    (stats) => stats.totalConnections === 0 && stats.subscriptions === 0,
  );
});

function presenceOf(
  channel: string,
): Promise<{ users: { userId: string; connections: number }[] }> {
  return server.call(
    "GET",
    `/api/v1/channels/${encodeURIComponent(channel)}/presence`,
  );
}
