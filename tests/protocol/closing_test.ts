/** P19 and P20 over real sockets: how connections end, and how the whole server does. */
import { assert, assertEquals } from "@std/assert";
import { handshake } from "../support/raw_websocket.ts";
import { SocketClient } from "../support/socket_client.ts";
import { startServer, type TestServer, TOKEN } from "../support/server.ts";

let server: TestServer;

Deno.test.beforeAll(async () => {
  server = await startServer();
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

Deno.test("[P19] signing out closes all sockets of that sign-in with 4501", async () => {
  const { cookie } = await server.signIn("Signing Out");
  const open = () =>
    SocketClient.open(server.socketUrl, { headers: { Cookie: cookie } });
  await using first = await open();
  await using second = await open();
  await using other = await server.connect("p19-stays");
  const response = await server.fetch("/logout", {
    token: null,
    method: "POST",
    headers: {
      Cookie: cookie,
      Origin: server.url,
      "Sec-Fetch-Site": "same-origin",
    },
  });
  await response.body?.cancel();
  assert(response.status < 400, `POST /logout answered ${response.status}`);
  assertEquals((await first.waitForClose()).code, 4501);
  assertEquals((await second.waitForClose()).code, 4501);
  await other.settle();
  const { status } = await handshake(server.port, {
    headers: { Cookie: cookie },
  });
  assertEquals(status, 401, "the old cookie is worth nothing");
});

Deno.test("[P19] disconnecting a user closes every connection of that user with 4501", async () => {
  await using first = await server.connect("p19-revoked");
  await using second = await server.connect("p19-revoked");
  await using other = await server.connect("p19-other");
  await server.call("POST", "/api/v1/users/p19-revoked/disconnect");
  assertEquals((await first.waitForClose()).code, 4501);
  assertEquals((await second.waitForClose()).code, 4501);
  await other.settle();
});

Deno.test("[P19] deleting a connection closes it with 4503 and forgets it", async () => {
  await using client = await server.connect("p19-deleted");
  const path = `/api/v1/connections/${client.connectionId}`;
  assertEquals((await server.call("GET", path)).userId, "p19-deleted");
  await server.call("DELETE", path);
  assertEquals((await client.waitForClose()).code, 4503);
  const gone = await server.fetch(path);
  await gone.body?.cancel();
  assertEquals(gone.status, 404);
});

Deno.test("[P19] only admins may see or close other people's connections", async () => {
  await using client = await server.connect("p19-private");
  const { cookie } = await server.signIn("Curious", "member");
  for (const method of ["GET", "DELETE"]) {
    const response = await server.fetch(
      `/api/v1/connections/${client.connectionId}`,
      { token: null, method, headers: { Cookie: cookie, Origin: server.url } },
    );
    await response.body?.cancel();
    assert([403, 404].includes(response.status), `${response.status}`);
  }
  await client.settle();
});

Deno.test("[P19] a client's own close is answered and leaves nothing behind", async () => {
  const client = await server.connect("p19-own");
  const { connectionId } = client;
  assertEquals((await client.close()).code, 1005);
  await server.eventually(
    "the connection to be forgotten",
    () => server.connection(connectionId),
    (view) => view === undefined,
  );
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`[P20] ${signal} tells every connection its slot, closes with 4001 and ends`, async () => {
    await using draining = await startServer({
      env: { WEBSOCKET_MAX_CONNECTIONS_PER_USER: "200" },
    });
    const clients = await Promise.all(
      Array.from({ length: 60 }, () => draining.connectService()),
    );
    const ending = draining.stop(signal);
    const closes = await Promise.all(
      clients.map((client) => client.waitForClose()),
    );
    assertEquals(new Set(closes.map(({ code }) => code)), new Set([4001]));
    const slots = clients.map((client, i) => {
      const told = client.received.find(({ type }) => type === "DRAINING");
      const { reconnectInMs } = JSON.parse(closes[i].reason);
      assertEquals(told?.payload.reconnectInMs, reconnectInMs);
      return reconnectInMs;
    }).toSorted((a, b) => a - b);
    // 2 s per 1,000 connections: 60 of them spread over some 120 ms.
    assert(slots[0] >= 0 && slots[59] <= 10_000);
    assert(new Set(slots).size > 30, `slots ${slots} are not spread`);
    const { code } = await ending;
    assertEquals(code, 0);
  });
}

Deno.test("[P20] while draining nobody new is let in", async () => {
  const draining = await startServer();
  await using _closing = draining;
  await using client = await draining.connect("p20-in");
  const ending = draining.stop();
  await client.waitForType("DRAINING");
  const late = await handshake(draining.port, {
    headers: { Authorization: `Bearer ${TOKEN}` },
  }).then(({ status }) => status, () => "refused");
  assert(
    late === 503 || late === 0 || late === "refused",
    `a late connection was answered ${late}`,
  );
  assertEquals((await ending).code, 0);
});

Deno.test("[P20] every write acknowledged before the end is on disk after it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "regulens_drain_" });
  try {
    let session;
    const acked: number[] = [];
    {
      await using before = await startServer({
        folder,
        env: { WEBSOCKET_RATE_LIMIT: "10000" },
      });
      session = await before.openSessionFor(["p20-writer"]);
      const client = await before.connect("p20-writer");
      const posting = Array.from(
        { length: 500 },
        (_, i) =>
          client.command("post_message", {
            sessionId: session.id,
            text: `m${i}`,
          }).then(({ payload }) =>
            acked.push(payload.positions?.[0].offset ?? 0)
          ).catch(() => {}),
      );
      await Promise.race(posting);
      await before.stop();
      await client.waitForClose();
      await Promise.all(posting);
    }
    assert(acked.length > 0);
    await using after = await startServer({ folder });
    const kept = new Set(
      (await after.history(session.channel)).map(({ offset }) => offset),
    );
    assertEquals(acked.filter((offset) => !kept.has(offset)), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("[P20] a drain ends also while a reader does not read", async () => {
  await using draining = await startServer();
  using stuck = await draining.connectRaw("p20-stuck");
  await stuck.send({ type: "SUBSCRIBE", id: 1, channel: "topic:p20" });
  await stuck.readUntil("SUBSCRIBED", ({ ref }) => ref === 1);
  const pad = "p".repeat(60_000);
  for (let n = 0; n < 300; n++) {
    await draining.call(
      "POST",
      "/api/v1/channels/topic%3Ap20/publications",
      { payload: { n, pad } },
    );
  }
  assertEquals((await draining.stop()).code, 0);
});
