/** P1 and P2 over real TCP: what the server answers before it accepts a connection. */
import { assert, assertEquals } from "@std/assert";
import { handshake, RawWebSocket } from "../support/raw_websocket.ts";
import { SocketClient } from "../support/socket_client.ts";
import { startServer, type TestServer, TOKEN } from "../support/server.ts";

const BEARER = { Authorization: `Bearer ${TOKEN}` };
let server: TestServer;

Deno.test.beforeAll(async () => {
  server = await startServer();
});
Deno.test.afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** Status of a handshake as the service token, with these headers over the sound ones. */
async function statusWith(
  headers: Record<string, string | null>,
  port = server.port,
): Promise<number> {
  const answer = await handshake(port, { headers: { ...BEARER, ...headers } });
  return answer.status;
}

Deno.test("[P1] a sound handshake is accepted and its key is answered", async () => {
  using socket = await RawWebSocket.open(server.port, { headers: BEARER });
  assertEquals(socket.answer.status, 101);
  // The pair of RFC 6455, section 1.3.
  assertEquals(
    socket.answer.headers.get("Sec-WebSocket-Accept"),
    "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
  );
});

Deno.test("[P1] another method than GET never gets a connection", async () => {
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const { status } = await handshake(server.port, {
      method,
      headers: { ...BEARER, "Content-Length": "0" },
    });
    assert([400, 405].includes(status), `${method} was answered ${status}`);
  }
});

Deno.test("[P1] a request that does not ask for an upgrade is refused", async () => {
  const response = await server.fetch("/ws");
  await response.body?.cancel();
  assert(
    [400, 426].includes(response.status),
    `it was answered ${response.status}`,
  );
});

Deno.test("[P1] any version but 13 gets 426 and is told which one is spoken", async () => {
  for (const version of ["8", "12", "14", "x", null]) {
    const { status, headers } = await handshake(server.port, {
      headers: { ...BEARER, "Sec-WebSocket-Version": version },
    });
    assertEquals(status, 426, `version ${version}`);
    assertEquals(headers.get("Sec-WebSocket-Version"), "13");
  }
});

Deno.test("[P1] a key that is not 16 bytes gets 400", async () => {
  const keys = [
    null,
    "",
    "not base64 at all!",
    btoa("fifteen bytes!!"),
    btoa("seventeen bytes!!"),
  ];
  for (const key of keys) {
    assertEquals(
      await statusWith({ "Sec-WebSocket-Key": key }),
      400,
      `key ${key}`,
    );
  }
});

Deno.test("[P1] regulens.v1 is selected wherever it stands among the offers", async () => {
  const offers = [
    "regulens.v1",
    "other, regulens.v1",
    "regulens.v1,token-abc",
  ];
  for (const offer of offers) {
    const { status, headers } = await handshake(server.port, {
      headers: { ...BEARER, "Sec-WebSocket-Protocol": offer },
    });
    assertEquals(status, 101, offer);
    assertEquals(headers.get("Sec-WebSocket-Protocol"), "regulens.v1");
  }
});

Deno.test("[P1] a client that offers no sub-protocol is accepted without one", async () => {
  const { status, headers } = await handshake(server.port, { headers: BEARER });
  assertEquals(status, 101);
  assertEquals(headers.get("Sec-WebSocket-Protocol"), null);
});

Deno.test("[P1] a client that offers only other sub-protocols gets 400 and no echo", async () => {
  for (const offer of ["other", "regulens.v2", "REGULENS.V1", `${TOKEN}`]) {
    const { status, headers } = await handshake(server.port, {
      headers: { ...BEARER, "Sec-WebSocket-Protocol": offer },
    });
    assertEquals(status, 400, offer);
    assertEquals(headers.get("Sec-WebSocket-Protocol"), null);
  }
});

Deno.test("[P2] nobody, a wrong token and a made-up ticket get 401", async () => {
  assertEquals((await handshake(server.port)).status, 401);
  assertEquals(await statusWith({ Authorization: "Bearer wrong" }), 401);
  assertEquals(
    await statusWith({ Authorization: null, Cookie: "regulens=forged" }),
    401,
  );
  const { status } = await handshake(server.port, {
    path: "/ws?ticket=made-up",
  });
  assertEquals(status, 401);
});

Deno.test("[P2] the bearer token connects as the service", async () => {
  await using client = await server.connectService();
  assertEquals(client.established.userId, "service");
  assertEquals(client.established.roles, ["admin"]);
});

Deno.test("[P2] a session cookie connects as the one who signed in", async () => {
  const { cookie, userId } = await server.signIn("Ann Cookie");
  await using client = await SocketClient.open(server.socketUrl, {
    headers: { Cookie: cookie },
  });
  assertEquals(client.established.userId, userId);
});

Deno.test("[P2] a ticket connects once, as the user it names, and never again", async () => {
  const ticket = await server.ticket({
    userId: "ticket-user",
    roles: ["observer"],
  });
  const path = `/ws?ticket=${encodeURIComponent(ticket)}`;
  await using client = await SocketClient.open(
    `ws://127.0.0.1:${server.port}${path}`,
  );
  assertEquals(client.established.userId, "ticket-user");
  assertEquals(client.established.roles, ["observer"]);
  assertEquals((await handshake(server.port, { path })).status, 401);
});

Deno.test("[P2] the server's own origin is accepted under either scheme", async () => {
  assertEquals(await statusWith({ Origin: server.url }), 101);
  assertEquals(
    await statusWith({ Origin: `https://127.0.0.1:${server.port}` }),
    101,
  );
});

Deno.test("[P2] own is what Host says, not a fixed name", async () => {
  assertEquals(
    await statusWith({
      Host: "rooms.example",
      Origin: "https://rooms.example",
    }),
    101,
  );
});

Deno.test("[P2] a foreign origin gets 403", async () => {
  const origins = [
    "https://evil.example",
    `http://127.0.0.1:${server.port + 1}`,
    `http://127.0.0.1.evil.example:${server.port}`,
    `http://localhost:${server.port}`,
    "null",
    "file://",
    "garbage",
  ];
  for (const Origin of origins) {
    assertEquals(await statusWith({ Origin }), 403, Origin);
  }
});

Deno.test("[P2] X-Forwarded-Host counts for nothing unless the proxy is trusted", async () => {
  assertEquals(
    await statusWith({
      Origin: "https://public.example",
      "X-Forwarded-Host": "public.example",
    }),
    403,
  );
});

Deno.test("[P2] form comes before who, who before origin", async () => {
  const { status: form } = await handshake(server.port, {
    headers: { "Sec-WebSocket-Key": "x", Origin: "https://evil.example" },
  });
  assertEquals(form, 400);
  const { status: version } = await handshake(server.port, {
    headers: { "Sec-WebSocket-Version": "8", Origin: "https://evil.example" },
  });
  assertEquals(version, 426);
  const { status: who } = await handshake(server.port, {
    headers: { Origin: "https://evil.example" },
  });
  assertEquals(who, 401);
});

Deno.test("[P2] a full server answers 503 with Retry-After, and only after form, who and origin", async () => {
  await using small = await startServer({
    env: { WEBSOCKET_MAX_CONNECTIONS: "2" },
  });
  await using _first = await small.connectService();
  const second = await small.connectService();
  const full = await handshake(small.port, { headers: BEARER });
  assertEquals(full.status, 503);
  assert(Number(full.headers.get("Retry-After")) > 0, "Retry-After is missing");
  assertEquals(
    await statusWith({ Origin: "https://evil.example" }, small.port),
    403,
  );
  assertEquals((await handshake(small.port)).status, 401);
  assertEquals(
    await statusWith({ "Sec-WebSocket-Key": "x" }, small.port),
    400,
  );
  await second.close();
  // The place of one that left is free again.
  const freed = await small.eventually(
    "a free place",
    () => statusWith({}, small.port),
    (status) => status === 101,
  );
  assertEquals(freed, 101);
});

Deno.test("[P2] one user and one address can hold only so many connections", async () => {
  for (
    const name of [
      "WEBSOCKET_MAX_CONNECTIONS_PER_USER",
      "WEBSOCKET_MAX_CONNECTIONS_PER_ADDRESS",
    ]
  ) {
    await using small = await startServer({ env: { [name]: "1" } });
    await using _only = await small.connectService();
    const { status, headers } = await handshake(small.port, {
      headers: BEARER,
    });
    assertEquals(status, 503, name);
    assert(Number(headers.get("Retry-After")) > 0, `${name}: no Retry-After`);
  }
});

Deno.test("[P2] WEBSOCKET_ENABLED=false answers 503 while pages and API live", async () => {
  await using off = await startServer({ env: { WEBSOCKET_ENABLED: "false" } });
  assertEquals(await statusWith({}, off.port), 503);
  assertEquals((await off.call("GET", "/api/v1/me")).userId, "service");
});

Deno.test("[P2] origins of ALLOWED_ORIGINS are accepted beside the own one", async () => {
  await using open = await startServer({
    env: { ALLOWED_ORIGINS: "https://app.example, https://two.example:8443" },
  });
  const statusOf = (Origin: string) => statusWith({ Origin }, open.port);
  assertEquals(await statusOf("https://app.example"), 101);
  assertEquals(await statusOf("https://two.example:8443"), 101);
  assertEquals(await statusOf("https://three.example"), 403);
  assertEquals(await statusOf(open.url), 101);
});

Deno.test("[P2] TRUST_PROXY lets X-Forwarded-Host name the own host", async () => {
  await using behind = await startServer({ env: { TRUST_PROXY: "true" } });
  assertEquals(
    await statusWith({
      Origin: "https://public.example",
      "X-Forwarded-Host": "public.example",
    }, behind.port),
    101,
  );
});

Deno.test("[P2] with a second listener a page of the first may connect to it", async () => {
  const socketPort = freePort();
  await using two = await startServer({
    env: { WEBSOCKET_PORT: String(socketPort) },
  });
  const { port } = two;
  assertEquals(await statusWith({ Origin: two.url }, socketPort), 101);
  assertEquals(
    await statusWith({ Origin: `http://127.0.0.1:${socketPort}` }, socketPort),
    101,
  );
  assertEquals(
    await statusWith({ Origin: "http://127.0.0.1:1" }, socketPort),
    403,
  );
  assertEquals(await statusWith({ Origin: two.url }, port), 101);
});

/** A port nothing listens on at this moment. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
