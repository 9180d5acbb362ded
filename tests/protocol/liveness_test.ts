/** P15 and P16 over real sockets: heartbeats both ways, stale, timed out, forgotten. */
import { assert, assertEquals } from "@std/assert";
import { SocketClient } from "../support/socket_client.ts";
import { startServer, type TestServer, TOKEN } from "../support/server.ts";
import { TcpProxy } from "../support/tcp_proxy.ts";

/** Long enough for the 10 s after which a connection is stale, on a busy machine. */
const STALE_DEADLINE_MS = 40_000;
let server: TestServer;

Deno.test.beforeAll(async () => {
  server = await startServer({ env: { WEBSOCKET_HEARTBEAT_INTERVAL: "200" } });
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

Deno.test("[P15] the server sends heartbeats with fresh ids at its interval", async () => {
  await using client = await server.connect("p15-beats");
  assertEquals(client.established.heartbeatIntervalMs, 200);
  const first = await client.waitForType("HEARTBEAT");
  const third = await client.waitFor(
    "a third heartbeat",
    () => client.received.filter(({ type }) => type === "HEARTBEAT").length > 2,
  );
  assert(Number.isInteger(first.id) && Number.isInteger(third.id));
  const ids = client.received.filter(({ type }) => type === "HEARTBEAT")
    .map(({ id }) => id);
  assertEquals(new Set(ids).size, ids.length);
});

Deno.test("[P15] answered heartbeats give a measured latency", async () => {
  await using client = await server.connect("p15-latency");
  const view = await server.eventually(
    "a latency",
    () => server.connection(client.connectionId),
    ({ latencyMs }) => typeof latencyMs === "number" && latencyMs > 0,
  );
  assertEquals(view.state, "open");
  assert(view.latencyMs < 10_000);
});

Deno.test("[P15] the client may measure too: its heartbeat is answered with its ref", async () => {
  await using client = await server.connect("p15-client");
  const reply = await client.ask({ type: "HEARTBEAT" });
  assertEquals(reply.type, "HEARTBEAT");
  assert(reply.ref !== undefined);
});

Deno.test("[P15] who does not answer in 10 s is away and hears nothing, and catches up with any frame", async () => {
  const channel = "topic:p15-stale";
  await using watcher = await server.connect("p15-watcher");
  await watcher.subscribe(channel, { presence: true });
  const { id: sessionId, channel: session } = await server.openSession({
    title: "Asleep",
  });
  await using sleeper = await server.connect("p15-sleeper", {
    answerHeartbeats: false,
  });
  await sleeper.subscribe(channel);
  await sleeper.subscribe(session);
  await watcher.waitFor(
    "the sleeper to be away",
    ({ type, payload }) =>
      type === "PRESENCE" &&
      (payload.joined ?? []).some(({ userId, status }) =>
        userId === "p15-sleeper" && status === "away"
      ),
    STALE_DEADLINE_MS,
  );
  const { users } = await server.call(
    "GET",
    `/api/v1/channels/${encodeURIComponent(channel)}/presence`,
  );
  const present: { userId: string; status: string }[] = users;
  assertEquals(
    present.find(({ userId }) => userId === "p15-sleeper")?.status,
    "away",
  );
  assertEquals(
    (await server.connection(sleeper.connectionId)).state,
    "stale",
  );
  assert((await server.call("GET", "/api/v1/stats")).staleConnections >= 1);
  await server.publishNumbers(channel, 1, 5);
  await server.post(sessionId, "while asleep");
  await watcher.waitForOffset(channel, 5);
  const { messagesSent } = await server.connection(sleeper.connectionId);
  await watcher.settle();
  assertEquals(
    (await server.connection(sleeper.connectionId)).messagesSent,
    messagesSent,
  );
  assertEquals(sleeper.offsets(channel), []);
  await sleeper.settle();
  await sleeper.waitForOffset(channel, 5);
  await sleeper.waitForOffset(session, 2);
  assertEquals(sleeper.offsets(channel), [1, 2, 3, 4, 5]);
  await watcher.waitFor(
    "the sleeper to be back",
    ({ type, payload }) =>
      type === "PRESENCE" &&
      (payload.joined ?? []).some(({ userId, status }) =>
        userId === "p15-sleeper" && status === "active"
      ) && watcher.received.some((each) => each.type === "PRESENCE"),
  );
});

Deno.test("[P15] a connection without any frame for the timeout is closed with 4008", async () => {
  await using hasty = await startServer({
    env: {
      WEBSOCKET_HEARTBEAT_INTERVAL: "200",
      WEBSOCKET_CONNECTION_TIMEOUT: "2",
    },
  });
  await using answering = await hasty.connect("p15-answers");
  await using silent = await hasty.connect("p15-silent", {
    answerHeartbeats: false,
  });
  const { code } = await silent.waitForClose(30_000);
  assertEquals(code, 4008);
  await answering.settle();
  assertEquals(
    (await hasty.connection(answering.connectionId))?.state,
    "open",
  );
});

Deno.test("[P16] a half-open connection is forgotten though its close never comes", async () => {
  await using hasty = await startServer({
    env: {
      WEBSOCKET_HEARTBEAT_INTERVAL: "200",
      WEBSOCKET_CONNECTION_TIMEOUT: "2",
    },
  });
  await using proxy = await TcpProxy.listen({ targetPort: hasty.port });
  const client = await SocketClient.open(
    `ws://127.0.0.1:${proxy.port}/ws`,
    { headers: { Authorization: `Bearer ${TOKEN}` } },
  );
  await client.subscribe("topic:p16");
  proxy.cutAll("half_open");
  await hasty.eventually(
    "the connection to be forgotten",
    () => hasty.connection(client.connectionId),
    (view) => view === undefined,
    30_000,
  );
  const { users } = await hasty.call(
    "GET",
    "/api/v1/channels/topic%3Ap16/presence",
  );
  assertEquals(users, []);
  const { subscriptions, totalConnections } = await hasty.call(
    "GET",
    "/api/v1/stats",
  );
  assertEquals({ subscriptions, totalConnections }, {
    subscriptions: 0,
    totalConnections: 0,
  });
  assertEquals(proxy.links, 1, "no end of the wire was closed before");
  proxy.cutAll("reset");
  await client.waitForClose();
});

Deno.test("[P16] a reset connection leaves no trace", async () => {
  await using proxy = await TcpProxy.listen({ targetPort: server.port });
  const client = await SocketClient.open(
    `ws://127.0.0.1:${proxy.port}/ws`,
    { headers: { Authorization: `Bearer ${TOKEN}` } },
  );
  await client.subscribe("topic:p16-reset");
  proxy.cutAll("reset");
  await client.waitForClose();
  await server.eventually(
    "the connection to be forgotten",
    () => server.connection(client.connectionId),
    (view) => view === undefined,
  );
});
