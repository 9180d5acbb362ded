/** The operations table: what each call answers, and what it refuses. */
import { assertEquals } from "@std/assert";
import { Tickets } from "../../../routes/auth_tickets.ts";
import { ANA, BO, fixture, START } from "../fixture.ts";

const MEMBER = { name: "Ana", role: "member" } as const;
const OBSERVER = { name: "Bo", role: "observer" } as const;
const FACILITATOR = { name: "Flo", role: "facilitator" } as const;

/** Status and code of a problem. */
async function problem(response: Response): Promise<[number, string]> {
  assertEquals(
    response.headers.get("content-type"),
    "application/problem+json",
  );
  const body = await response.json();
  assertEquals(body.status, response.status);
  return [response.status, body.code];
}

Deno.test("[P20] /healthz, /readyz and /version answer to nobody in particular", async () => {
  using f = await fixture();
  const health = await f.request("/healthz");
  assertEquals([health.status, await health.json()], [200, { status: "ok" }]);
  const ready = await f.request("/readyz");
  assertEquals([ready.status, await ready.json()], [200, { status: "ready" }]);
  const version = await f.request("/version");
  assertEquals(await version.json(), { version: "1.2.3", protocol: 1 });
});

Deno.test("[P20] /readyz is 503 while draining", async () => {
  using f = await fixture();
  await f.hub.drain();
  assertEquals(await problem(await f.request("/readyz")), [
    503,
    "unavailable",
  ]);
  assertEquals((await f.request("/healthz")).status, 200);
});

Deno.test("[L10] /readyz is 503 while the log cannot write", async () => {
  using f = await fixture({ parts: { log: { writable: () => false } } });
  const response = await f.request("/readyz");
  assertEquals(response.headers.get("retry-after"), "1");
  assertEquals(await problem(response), [503, "unavailable"]);
});

for (
  const [method, path] of [
    ["GET", "/api/v1/me"],
    ["GET", "/api/v1/stats"],
    ["GET", "/api/v1/connections"],
    ["GET", "/api/v1/connections/x"],
    ["DELETE", "/api/v1/connections/x"],
    ["POST", "/api/v1/connections/x/subscriptions"],
    ["POST", "/api/v1/channels/topic:a/publications"],
    ["GET", "/api/v1/channels/topic:a/history"],
    ["GET", "/api/v1/channels/topic:a/presence"],
    ["POST", "/api/v1/broadcast"],
    ["POST", "/api/v1/users/ana/messages"],
    ["POST", "/api/v1/users/ana/disconnect"],
    ["POST", "/api/v1/tickets"],
    ["GET", "/api/v1/no-such-thing"],
    ["PUT", "/api/v1/me"],
    ["GET", "/api/v1"],
  ]
) {
  Deno.test(`[P2] ${method} ${path} is 401 for nobody`, async () => {
    using f = await fixture();
    const response = await f.request(path, { method });
    assertEquals(await problem(response), [401, "unauthorized"]);
  });
}

for (
  const [method, path, body] of [
    ["GET", "/api/v1/connections"],
    ["GET", "/api/v1/connections/x"],
    ["DELETE", "/api/v1/connections/x"],
    ["POST", "/api/v1/connections/x/subscriptions", { channel: "topic:a" }],
    ["DELETE", "/api/v1/connections/x/subscriptions/topic:a"],
    ["POST", "/api/v1/users/bo/disconnect"],
    ["POST", "/api/v1/broadcast", { payload: 1 }],
  ] as const
) {
  Deno.test(`[P8] ${method} ${path} is 403 for a member`, async () => {
    using f = await fixture();
    const response = await f.callAs(MEMBER, method, path, body);
    assertEquals(await problem(response), [403, "forbidden"]);
  });
}

for (
  const [method, path, body] of [
    ["GET", "/api/v1/connections/x"],
    ["DELETE", "/api/v1/connections/x"],
    ["POST", "/api/v1/connections/x/subscriptions", { channel: "topic:a" }],
    ["DELETE", "/api/v1/connections/x/subscriptions/topic:a"],
    ["POST", "/api/v1/channels/nowhere/publications", { payload: 1 }],
    ["GET", "/api/v1/channels/nowhere/history"],
    ["GET", "/api/v1/channels/user:ana/history"],
    ["GET", "/api/v1/channels/sealed:sign_ins/history"],
    ["GET", "/api/v1/channels/nowhere/presence"],
    ["GET", "/api/v1/no-such-thing"],
    ["POST", "/api/v1/sessions/1/polls", {}],
  ] as const
) {
  Deno.test(`[P8] ${method} ${path} is 404 for an admin`, async () => {
    using f = await fixture();
    const response = await f.call(method, path, body);
    assertEquals(await problem(response), [404, "not_found"]);
  });
}

for (
  const [path, body, where] of [
    ["/api/v1/channels/topic:a/publications", {}, "payload"],
    ["/api/v1/channels/topic:a/publications", [], ""],
    [
      "/api/v1/channels/topic:a/publications",
      { payload: 1, messageId: "" },
      "messageId",
    ],
    [
      "/api/v1/channels/topic:a/publications",
      { payload: 1, messageId: "m".repeat(129) },
      "messageId",
    ],
    ["/api/v1/broadcast", { payloads: 1 }, "payload"],
    ["/api/v1/broadcast", { payload: ["\ud800"] }, "payload"],
    ["/api/v1/users/ana/messages", {}, "body"],
    ["/api/v1/users/ana/messages", { body: { "\udfff": 1 } }, "body"],
    ["/api/v1/users/ana/messages", { body: 1, messageId: "\0" }, "messageId"],
    ["/api/v1/tickets", { userId: "ana", name: "A\u0000" }, "name"],
    ["/api/v1/users/a%20b/messages", { body: 1 }, "userId"],
    ["/api/v1/connections/x/subscriptions", {}, "channel"],
    ["/api/v1/connections/x/subscriptions", { channel: 7 }, "channel"],
  ] as const
) {
  Deno.test(`[P7] POST ${path} with ${JSON.stringify(body).slice(0, 40)} is 422 at "${where}"`, async () => {
    using f = await fixture();
    const response = await f.call("POST", path, body);
    assertEquals(response.status, 422);
    const { code, errors } = await response.json();
    assertEquals(code, "invalid");
    assertEquals(errors.map(({ path }: { path: string }) => path), [where]);
    assertEquals(typeof errors[0].message, "string");
  });
}

for (
  const path of [
    "/api/v1/connections?limit=0",
    "/api/v1/connections?limit=501",
    "/api/v1/connections?limit=ten",
    "/api/v1/connections?limit=",
    "/api/v1/channels/topic:a/history?limit=1.5",
    "/api/v1/channels/topic:a/history?after=-1",
    "/api/v1/channels/topic:a/history?cursor=x",
  ]
) {
  Deno.test(`[P7] GET ${path} is 422`, async () => {
    using f = await fixture();
    const response = await f.call("GET", path);
    assertEquals(await problem(response), [422, "invalid"]);
  });
}

for (
  const [what, body] of [
    ["half an object", '{"payload": '],
    ["33 levels", "[".repeat(33) + "]".repeat(33)],
    ["a form", "payload=1"],
  ]
) {
  Deno.test(`[P7] a body of ${what} is 400 malformed`, async () => {
    using f = await fixture();
    const response = await f.request("/api/v1/broadcast", {
      method: "POST",
      headers: { authorization: "Bearer token-for-tests" },
      body,
    });
    assertEquals(await problem(response), [400, "malformed"]);
  });
}

Deno.test("[P7] a payload of 32 levels with prototype keys goes through as it is", async () => {
  using f = await fixture();
  // The body's own object is one level.
  const payload = `${"[".repeat(30)}{"__proto__":1}${"]".repeat(30)}`;
  const path = "/api/v1/channels/topic:a/publications";
  const response = await f.request(path, {
    method: "POST",
    headers: { authorization: "Bearer token-for-tests" },
    body: `{"payload":${payload}}`,
  });
  assertEquals(response.status, 201);
  const history = await f.call("GET", "/api/v1/channels/topic:a/history");
  const text = await history.text();
  assertEquals(text.includes(`"payload":${payload}`), true);
  assertEquals(({} as { polluted?: unknown }).polluted, undefined);
});

Deno.test("[P7] 405 names what is allowed", async () => {
  using f = await fixture();
  const response = await f.call("PUT", "/api/v1/connections/x");
  assertEquals(response.headers.get("allow"), "GET, HEAD, DELETE");
  assertEquals(await problem(response), [405, "invalid"]);
});

Deno.test("[P15] stats count the living connections", async () => {
  using f = await fixture();
  await f.connect(ANA);
  f.clock.now += 1500;
  const response = await f.callAs(OBSERVER, "GET", "/api/v1/stats");
  const { rssBytes, nodes, silentNodes, ...stats } = await response.json();
  assertEquals(rssBytes > 1_000_000, true);
  assertEquals(silentNodes, []);
  assertEquals(nodes, [{
    ...stats,
    rssBytes,
    startedAt: nodes[0].startedAt,
    ackLevel: "stored",
    loopLagMs: 0,
  }]);
  assertEquals(Object.keys(stats).sort(), [
    "activeConnections",
    "authenticatedConnections",
    "averageLatencyMs",
    "channels",
    "deliveryMs",
    "laggingConnections",
    "messagesReceived",
    "messagesSent",
    "node",
    "publications",
    "staleConnections",
    "subscriptions",
    "totalConnections",
    "uptimeMs",
  ]);
  assertEquals(stats.totalConnections, 1);
  assertEquals(stats.node, "test");
  assertEquals(stats.uptimeMs, 1500);
});

Deno.test("[P3] a connection is shown with times in ISO 8601 and its subscriptions", async () => {
  using f = await fixture();
  const { connection } = await f.connect(ANA);
  const path = `/api/v1/connections/${connection.id}`;
  const shown = await (await f.call("GET", path)).json();
  assertEquals(shown.userId, "ana");
  assertEquals(shown.connectedAt, new Date(START).toISOString());
  assertEquals(shown.subscriptions, ["user:ana", "topic:all"]);
  assertEquals(Object.keys(shown).sort(), [
    "bufferedBytes",
    "bytesReceived",
    "bytesSent",
    "connectedAt",
    "connectionId",
    "lastSeenAt",
    "latencyMs",
    "messagesReceived",
    "messagesSent",
    "node",
    "state",
    "subscriptions",
    "transport",
    "userId",
  ]);
});

Deno.test("[P3] connections come in pages without holes or repeats", async () => {
  using f = await fixture();
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push((await f.connect(ANA)).connection.id);
  const seen: string[] = [];
  let cursor: string | null = "";
  let pages = 0;
  while (cursor !== null) {
    const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
    const path = `/api/v1/connections?limit=2${query}`;
    const page = await (await f.call("GET", path)).json();
    for (const { connectionId } of page.items) seen.push(connectionId);
    cursor = page.nextCursor;
    pages++;
  }
  assertEquals(seen, ids.sort());
  assertEquals(pages, 3);
});

Deno.test("[P19] deleting a connection closes it with 4503", async () => {
  using f = await fixture();
  const { connection, closed } = await f.connect(ANA);
  const path = `/api/v1/connections/${connection.id}`;
  assertEquals((await f.call("DELETE", path)).status, 204);
  assertEquals(closed, [4503]);
  const [kept] = await f.log.read("audit", 0, 10);
  assertEquals(kept.subject, "connections:ana");
  assertEquals((await f.call("DELETE", path)).status, 404);
  assertEquals((await f.log.read("audit", 0, 10)).length, 1);
});

Deno.test("[P10] a connection is subscribed and unsubscribed by the server", async () => {
  using f = await fixture();
  const { connection } = await f.connect(ANA);
  const path = `/api/v1/connections/${connection.id}/subscriptions`;
  const response = await f.call("POST", path, { channel: "topic:a b" });
  assertEquals(await problem(response), [404, "not_found"]);
  const done = await f.call("POST", path, { channel: "topic:a" });
  assertEquals(done.status, 201);
  const { channel, epoch, offset } = await done.json();
  assertEquals([channel, typeof epoch, offset], ["topic:a", "string", 0]);
  assertEquals(connection.subscriptions.has("topic:a"), true);
  const place = done.headers.get("location")!;
  assertEquals((await f.call("DELETE", place)).status, 204);
  assertEquals(connection.subscriptions.has("topic:a"), false);
  assertEquals((await f.call("DELETE", place)).status, 404);
});

Deno.test("[P8] a connection is not subscribed to what its user may not read", async () => {
  using f = await fixture();
  const { connection } = await f.connect(ANA);
  const path = `/api/v1/connections/${connection.id}/subscriptions`;
  const response = await f.call("POST", path, { channel: "user:bo" });
  assertEquals(await problem(response), [404, "not_found"]);
});

Deno.test("[P9] a publication gets its place and can be read back as the socket's envelope", async () => {
  using f = await fixture();
  const path = "/api/v1/channels/topic:a/publications";
  const response = await f.callAs(MEMBER, "POST", path, {
    payload: { text: "hi" },
    messageId: "m1",
  });
  assertEquals(response.status, 201);
  const { epoch, ...published } = await response.json();
  assertEquals(published, {
    channel: "topic:a",
    messageId: "m1",
    offset: 1,
    level: "accepted",
  });
  const location = response.headers.get("location")!;
  const history = await (await f.call("GET", location)).json();
  assertEquals(history, {
    epoch,
    head: 1,
    items: [{
      type: "BROADCAST",
      channel: "topic:a",
      offset: 1,
      epoch,
      messageId: "m1",
      sender: history.items[0].sender,
      at: START,
      payload: { text: "hi" },
    }],
    nextCursor: null,
  });
});

Deno.test("[P17] HTTP publishes nothing that a socket could not have sent", async () => {
  using f = await fixture();
  const fits = "é".repeat(32_767);
  const path = "/api/v1/channels/topic:a/publications";
  for (
    const [path, body] of [
      ["/api/v1/channels/topic:a/publications", { payload: `${fits}é` }],
      ["/api/v1/broadcast", { payload: `${fits}é` }],
      ["/api/v1/users/ana/messages", { body: `${fits}é` }],
    ] as const
  ) {
    const response = await f.call("POST", path, body);
    assertEquals(response.status, 422, path);
    await response.body?.cancel();
  }
  const response = await f.call("POST", path, { payload: fits });
  assertEquals(response.status, 201);
  await response.body?.cancel();
});

Deno.test("[P8] an observer publishes nowhere and sends nobody a message", async () => {
  using f = await fixture();
  const path = "/api/v1/channels/topic:a/publications";
  const published = await f.callAs(OBSERVER, "POST", path, { payload: 1 });
  assertEquals(await problem(published), [403, "forbidden"]);
  const sent = await f.callAs(OBSERVER, "POST", "/api/v1/users/ana/messages", {
    body: 1,
  });
  assertEquals(await problem(sent), [403, "forbidden"]);
});

Deno.test("[P12] history pages lead from after to the head", async () => {
  using f = await fixture();
  const path = "/api/v1/channels/topic:a";
  for (const payload of [1, 2, 3, 4, 5]) {
    await f.call("POST", `${path}/publications`, { payload });
  }
  const page = async (query: string) => {
    const response = await f.call("GET", `${path}/history?${query}`);
    const { items, head, nextCursor } = await response.json();
    const offsets = items.map(({ offset }: { offset: number }) => offset);
    return [offsets, head, nextCursor];
  };
  assertEquals(await page("after=1&limit=2"), [[2, 3], 5, "3"]);
  assertEquals(await page("cursor=3&limit=2"), [[4, 5], 5, null]);
  assertEquals(await page("after=5"), [[], 5, null]);
});

Deno.test("[P8] presence lists who holds a channel, once per user", async () => {
  using f = await fixture();
  for (const user of [ANA, ANA, BO]) {
    const { connection } = await f.connect(user);
    await f.hub.subscribe(connection.id, "topic:a");
  }
  const path = "/api/v1/channels/topic:a/presence";
  const { users } = await (await f.callAs(MEMBER, "GET", path)).json();
  const rows = users.map(
    ({ userId, role, connections }: Record<string, unknown>) => [
      userId,
      role,
      connections,
    ],
  ).sort();
  assertEquals(rows, [["ana", "member", 2], ["bo", "observer", 1]]);
});

Deno.test("[P8] a broadcast reaches every connection", async () => {
  using f = await fixture();
  const { sent } = await f.connect(ANA);
  const arrived = Promise.withResolvers<void>();
  const { connection } = await f.connect(BO);
  // The last subscriber's frame: everybody before it has theirs.
  const send = connection.socket.send.bind(connection.socket);
  connection.socket.send = (text) => {
    send(text);
    if (text.includes("hello")) arrived.resolve();
  };
  const response = await f.callAs(FACILITATOR, "POST", "/api/v1/broadcast", {
    payload: "hello",
  });
  assertEquals(response.status, 201);
  assertEquals((await response.json()).channel, "topic:all");
  await arrived.promise;
  const got = sent.filter((message) =>
    JSON.stringify(message).includes('"payload":"hello"')
  );
  assertEquals(got.length, 1);
});

Deno.test("[P13] a direct message waits in the log of an offline user", async () => {
  using f = await fixture();
  const path = "/api/v1/users/eve%40x.example/messages";
  const response = await f.callAs(MEMBER, "POST", path, { body: { a: 1 } });
  assertEquals(response.status, 201);
  const published = await response.json();
  assertEquals([published.channel, published.offset], [
    "user:eve@x.example",
    1,
  ]);
  const [entry] = await f.log.read("user:eve@x.example", 0, 10);
  assertEquals(entry.type, "DIRECT_MESSAGE");
  assertEquals(JSON.parse(entry.bodyText!), {
    recipient: "eve@x.example",
    body: { a: 1 },
  });
});

Deno.test("[P19] disconnecting a user closes all their connections with 4501", async () => {
  using f = await fixture();
  const first = await f.connect(ANA);
  const second = await f.connect(ANA);
  const other = await f.connect(BO);
  const path = "/api/v1/users/ana/disconnect";
  const response = await f.call("POST", path);
  assertEquals(await response.json(), {
    disconnected: 2,
    silentNodes: [],
  });
  assertEquals([first.closed, second.closed, other.closed], [
    [4501],
    [4501],
    [],
  ]);
});

for (
  const [path, body, other] of [
    [
      "/api/v1/channels/topic:a/publications",
      { payload: 1 },
      { payload: 2 },
    ],
    ["/api/v1/broadcast", { payload: 1 }, { payload: 2 }],
    ["/api/v1/users/ana/messages", { body: 1 }, { body: 2 }],
  ] as const
) {
  Deno.test(`[P13] Idempotency-Key on ${path} is the messageId`, async () => {
    using f = await fixture();
    const key = { "idempotency-key": "k1" };
    const first = await (await f.call("POST", path, body, key)).json();
    const again = await f.call("POST", path, body, key);
    assertEquals(again.status, 201);
    assertEquals(await again.json(), { ...first, duplicate: true });
    assertEquals(first.messageId, "k1");
    const conflict = await f.call("POST", path, other, key);
    assertEquals(await problem(conflict), [409, "conflict"]);
    const same = { ...body, messageId: "k1" };
    const both = await f.call("POST", path, same, key);
    assertEquals((await both.json()).duplicate, true);
    const torn = { ...body, messageId: "k2" };
    const unclear = await f.call("POST", path, torn, key);
    assertEquals(await problem(unclear), [422, "invalid"]);
  });
}

Deno.test("[P13] Idempotency-Key on /tickets gives the same ticket again, another body 409", async () => {
  using f = await fixture();
  const key = { "idempotency-key": "k1" };
  const ask = (body: unknown) => f.call("POST", "/api/v1/tickets", body, key);
  const [first, second] = await Promise.all([ask({}), ask({})]);
  assertEquals(await first.json(), await second.json());
  assertEquals(second.status, 201);
  assertEquals(await problem(await ask({ userId: "eve" })), [
    409,
    "conflict",
  ]);
  // Another caller's key is another key.
  const ana = await f.request("/api/v1/tickets", {
    method: "POST",
    headers: {
      ...key,
      cookie: `regulens=${f.signIns.open(MEMBER).cookie}`,
      "sec-fetch-site": "same-origin",
    },
    body: '{"name":"Ana"}',
  });
  assertEquals(ana.status, 201);
});

Deno.test("[P13] an Idempotency-Key over 128 characters is 422", async () => {
  using f = await fixture();
  const response = await f.call("POST", "/api/v1/tickets", {}, {
    "idempotency-key": "k".repeat(129),
  });
  assertEquals(await problem(response), [422, "invalid"]);
});

Deno.test("[P7] a fault of ours is 500, tells nothing of itself, and is logged", async () => {
  const errors: unknown[] = [];
  using f = await fixture({
    logger: {
      debug() {},
      info() {},
      warn() {},
      error: (_, properties) => void errors.push(properties?.error),
    },
    parts: {
      log: {
        writable: () => {
          throw new TypeError("the secret of the house");
        },
      },
    },
  });
  const response = await f.request("/readyz");
  assertEquals(response.status, 500);
  const text = await response.text();
  assertEquals(text.includes("secret of the house"), false);
  assertEquals(errors.length, 1);
});

Deno.test("[P7] the log names who met a fault of ours", async () => {
  const lines: unknown[] = [];
  using f = await fixture({
    logger: {
      debug() {},
      info() {},
      warn() {},
      error: (_, properties) => void lines.push(properties?.userId),
    },
    parts: {
      tickets: new Tickets({
        now: () => {
          throw new TypeError("no clock");
        },
      }),
    },
  });
  const response = await f.call("POST", "/api/v1/tickets", {});
  assertEquals(response.status, 500);
  await response.body?.cancel();
  assertEquals(lines, ["service"]);
});
