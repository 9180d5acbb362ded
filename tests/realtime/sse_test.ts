/** The event stream and its POSTs, over real HTTP, in front of a hub alone. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Admission, type Identity } from "../../realtime/admission.ts";
import { HandshakeCounts } from "../../realtime/handshake_counts.ts";
import type { HubLimits } from "../../realtime/hub_options.ts";
import { createEventStreams } from "../../realtime/sse.ts";
import { createTestHub, type TestHub } from "../support/hub.ts";
import { SocketClient } from "../support/socket_client.ts";
import { SseSocket } from "../support/sse_socket.ts";

const STREAM = "text/event-stream";

interface Site extends AsyncDisposable {
  readonly test: TestHub;
  readonly url: string;
  /** A connection as `SocketClient` sees it, and what carries it. */
  connect(
    as?: string,
    options?: { answerHeartbeats?: boolean },
  ): Promise<{ client: SocketClient; sse: SseSocket }>;
}

/** A page of another origin that may connect. */
const FRIEND = "https://friend.example";

/** `x-user` names who asks; without it nobody does. */
function serve(
  limits: Partial<HubLimits> = {},
  maxConnections = 10,
): Site {
  const test = createTestHub(limits);
  const counts = new HandshakeCounts();
  const streams = createEventStreams({
    hub: test.hub,
    admission: new Admission({
      hub: test.hub,
      identify: ({ headers }): Identity | undefined => {
        const userId = headers.get("x-user");
        return userId === null
          ? undefined
          : { user: { userId, name: userId, roles: ["member"] } };
      },
      origin: { allowed: [FRIEND], ports: [], trustProxy: false },
      counts,
      enabled: true,
      maxConnections,
      maxConnectionsPerUser: 10,
      maxConnectionsPerAddress: 10,
    }),
  });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request, { remoteAddr }) => streams(request, remoteAddr.hostname),
  );
  const url = `http://127.0.0.1:${server.addr.port}`;
  return {
    test,
    url,
    async connect(as = "ann", options = {}) {
      const client = await SocketClient.open(`${url}/ws`, {
        ...options,
        transport: "sse",
        headers: { "x-user": as },
      });
      const { socket } = client;
      assert(socket instanceof SseSocket);
      return { client, sse: socket };
    },
    async [Symbol.asyncDispose]() {
      await test.hub.drain();
      await test.stop();
      await server.shutdown();
    },
  };
}

async function statusOf(
  url: string,
  init: RequestInit = {},
): Promise<[number, string]> {
  const response = await fetch(url, init);
  return [response.status, (await response.text()).trim()];
}

Deno.test("[P25] a stream names its connection and secret, then greets as a socket does", async () => {
  await using site = serve();
  const { client, sse } = await site.connect();
  assertEquals(client.established.transport, "sse");
  assertEquals(client.connectionId, sse.connectionId);
  assertMatch(sse.secret, /^[\w-]{43}=?$/);
  assertEquals(
    sse.headers.get("content-type"),
    "text/event-stream; charset=utf-8",
  );
  assertEquals(sse.headers.get("cache-control"), "no-store, no-transform");
  assertEquals(sse.headers.get("x-accel-buffering"), "no");
  await client.close();
});

Deno.test("[P25] who, from where and whether there is room is checked as for a socket", async () => {
  await using site = serve({}, 1);
  const sse = `${site.url}/sse`;
  const ann = { "x-user": "ann" };
  assertEquals((await statusOf(sse))[0], 401);
  assertEquals(
    (await statusOf(sse, { method: "DELETE", headers: ann }))[0],
    405,
  );
  assertEquals(
    await statusOf(sse, {
      headers: { ...ann, Origin: "https://evil.example" },
    }),
    [403, "Cannot connect from this origin"],
  );
  assertEquals(
    await statusOf(sse, {
      headers: { ...ann, "Sec-Fetch-Site": "cross-site" },
    }),
    [403, "Cannot connect from this origin"],
  );
  const { client } = await site.connect();
  assertEquals(
    await statusOf(sse, { headers: ann }),
    [503, "Cannot connect: the server is full"],
  );
  await client.close();
});

Deno.test("[P28] a page of an allowed origin may read streams, POSTs and refusals", async () => {
  await using site = serve();
  const asked = await fetch(`${site.url}/sse`, {
    headers: { Origin: FRIEND, "x-user": "ann" },
  });
  const cors = ({ headers }: Response) => [
    headers.get("access-control-allow-origin"),
    headers.get("access-control-allow-credentials"),
    headers.get("vary"),
  ];
  const open = [FRIEND, "true", "Origin"];
  assertEquals([asked.status, ...cors(asked)], [200, ...open]);
  assertEquals(asked.headers.get("content-type")?.split(";")[0], STREAM);
  await asked.body?.cancel();
  for (
    const [path, init, status] of [
      ["/sse", {}, 401],
      ["/sse", { method: "DELETE" }, 405],
      ["/sse/none", { method: "POST", body: "{}" }, 404],
    ] as const
  ) {
    const refused = await fetch(site.url + path, {
      ...init,
      headers: { Origin: FRIEND },
    });
    await refused.body?.cancel();
    assertEquals([refused.status, ...cors(refused)], [status, ...open], path);
  }
});

Deno.test("[P28] a browser’s question is answered for allowed origins alone", async () => {
  await using site = serve();
  const ask = async (origin: string, path: string) => {
    const answer = await fetch(site.url + path, {
      method: "OPTIONS",
      headers: {
        Origin: origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "regulens-connection-secret",
      },
    });
    await answer.body?.cancel();
    return answer;
  };
  const answer = await ask(FRIEND, "/sse/any");
  assertEquals(answer.status, 204);
  const told = answer.headers.get("access-control-allow-headers") ?? "";
  assertEquals(told.toLowerCase().split(", "), [
    "authorization",
    "content-type",
    "regulens-connection-secret",
    "regulens-sequence",
  ]);
  assertEquals(
    answer.headers.get("access-control-allow-methods"),
    "GET, POST",
  );
  assertEquals(answer.headers.get("access-control-allow-origin"), FRIEND);
  for (const origin of ["https://evil.example", "null", `${FRIEND}.evil.com`]) {
    for (const path of ["/sse", "/sse/any"]) {
      const refused = await ask(origin, path);
      assert(refused.status >= 400, `${refused.status}`);
      assertEquals(refused.headers.get("access-control-allow-origin"), null);
    }
  }
});

Deno.test("[P25] whoever goes is forgotten at once, and gives the place back", async () => {
  await using site = serve({}, 1);
  for (let round = 0; round < 3; round++) {
    const { client } = await site.connect();
    const gone = Promise.withResolvers<void>();
    await client.subscribe("topic:a");
    const { hub } = site.test;
    const forget = hub.forget.bind(hub);
    hub.forget = (connection) => {
      forget(connection);
      gone.resolve();
    };
    await client.close();
    await gone.promise;
    assertEquals(hub.size, 0);
  }
});

Deno.test("[P25] publications, commands and recovery work as over a socket", async () => {
  await using site = serve();
  const { client } = await site.connect();
  const ack = await client.broadcast("topic:a", { n: 1 }, "m1");
  assertEquals(ack.payload.offset, 1);
  const again = await client.broadcast("topic:a", { n: 1 }, "m1");
  assertEquals(again.payload.duplicate, true);
  await client.broadcast("topic:a", { text: "two\nlines\r and \u2028" });
  const since = { epoch: ack.payload.epoch, offset: 0 };
  const answer = await client.subscribe("topic:a", { since });
  assertEquals(answer.payload.recovered, true);
  await client.waitForOffset("topic:a", 2);
  assertEquals(
    client.publications("topic:a").map(({ payload }) =>
      payload.n ?? payload.text
    ),
    [1, "two\nlines\r and \u2028"],
  );
  await client.close();
});

Deno.test("[P26] POSTs that overtake each other take effect in the order of their numbers", async () => {
  await using site = serve();
  const { client, sse } = await site.connect();
  await client.subscribe("topic:a");
  const frame = (n: number) =>
    JSON.stringify({ type: "BROADCAST", channel: "topic:a", payload: { n } });
  // The subscription was number 1.
  for (const n of [4, 3, 5]) {
    assertEquals((await sse.post(n, frame(n))).status, 202);
  }
  assertEquals(client.publications("topic:a"), []);
  assertEquals(
    (await sse.post(2, `${frame(1)}\n${frame(2)}`)).status,
    202,
  );
  await client.waitForOffset("topic:a", 5);
  assertEquals(
    client.publications("topic:a").map(({ payload }) => payload.n),
    [1, 2, 3, 4, 5],
  );
  await client.close();
});

Deno.test("[P26] a POST sent again takes effect once", async () => {
  await using site = serve();
  const { client, sse } = await site.connect();
  await client.subscribe("topic:a");
  const frame = `{"type":"BROADCAST","channel":"topic:a","payload":{"n":1}}`;
  for (let again = 0; again < 3; again++) {
    assertEquals((await sse.post(2, frame)).status, 202);
  }
  await sse.post(3, `{"type":"HEARTBEAT","id":7}`);
  await client.waitFor("the heartbeat", ({ ref }) => ref === 7);
  assertEquals(client.offsets("topic:a"), [1]);
  await client.close();
});

Deno.test("[P26] the secret, the user and the connection must fit; answers do not tell which does not", async () => {
  await using site = serve();
  const ann = await site.connect("ann");
  const bob = await site.connect("bob");
  const post = async (
    sse: SseSocket,
    headers: Record<string, string>,
  ): Promise<[number, string]> => {
    const response = await sse.post(1, "{}", headers);
    return [response.status, (await response.json()).detail];
  };
  const secretHeader = "Regulens-Connection-Secret";
  const unknown: [number, string] = [404, "Cannot find this connection"];
  assertEquals(await post(ann.sse, { [secretHeader]: "guessed" }), unknown);
  assertEquals(
    await post(ann.sse, { [secretHeader]: bob.sse.secret }),
    unknown,
  );
  assertEquals(await post(ann.sse, { "x-user": "bob" }), unknown);
  assertEquals(
    await statusOf(`${site.url}/sse/${ann.sse.connectionId}`, {
      method: "POST",
      headers: { "x-user": "ann", "Regulens-Sequence": "1" },
    }).then(([status]) => status),
    404,
  );
  assertEquals(
    await post(ann.sse, { Origin: "https://evil.example" }),
    [403, "Cannot post from this origin"],
  );
  await ann.client.close();
  await bob.client.close();
});

Deno.test("[P26] a POST without a credential is taken: a ticket signs in only once", async () => {
  await using site = serve();
  const { client, sse } = await site.connect();
  const response = await fetch(`${site.url}/sse/${sse.connectionId}`, {
    method: "POST",
    body: `{"type":"HEARTBEAT","id":3}`,
    headers: {
      "Regulens-Connection-Secret": sse.secret,
      "Regulens-Sequence": "1",
    },
  });
  await response.body?.cancel();
  assertEquals(response.status, 202);
  await client.waitFor("the answer", ({ ref }) => ref === 3);
  await client.close();
});

Deno.test("[P26] numbers that are none, and numbers too far ahead, are refused", async () => {
  await using site = serve();
  const { client, sse } = await site.connect();
  for (const wrong of ["0", "-1", "1.5", "x", ""]) {
    assertEquals((await sse.post(wrong, "{}")).status, 400, wrong);
  }
  assertEquals((await sse.post(9, "{}")).status, 409);
  // It is alive all the same.
  await client.settle();
  await client.close();
});

Deno.test("[P4] a POST over the size of a message is refused and closes with 1009", async () => {
  for (const announced of [true, false]) {
    await using site = serve();
    const { client, sse } = await site.connect();
    const text = "x".repeat(65_537);
    const body = announced ? text : new Blob([text]).stream();
    assertEquals((await sse.post(1, body)).status, 413);
    assertEquals((await client.waitForClose()).code, 1009);
  }
});

Deno.test("[P7] garbage is answered and survived, and too much of it closes with 4508", async () => {
  await using site = serve();
  const { client } = await site.connect();
  client.sendText("{");
  const error = await client.waitForType("ERROR");
  assertEquals(error.payload.code, "malformed");
  await client.settle();
  client.sendText(Array(20).fill("[]").join("\n"));
  assertEquals((await client.waitForClose()).code, 4508);
});

Deno.test("[P15] who does not answer heartbeats is stale, then closed with 4008", async () => {
  await using site = serve();
  const { client } = await site.connect("ann", { answerHeartbeats: false });
  const { hub, clock } = site.test;
  clock.now += 30_000;
  hub.sweep();
  await client.waitForType("HEARTBEAT");
  clock.now += 10_000;
  hub.sweep();
  assertEquals(hub.connections()[0].state, "stale");
  clock.now += 300_000;
  hub.sweep();
  assertEquals((await client.waitForClose()).code, 4008);
  assertEquals(hub.size, 0);
});

Deno.test("[P18] too many messages are refused, then closed with 4029", async () => {
  await using site = serve({ ratePerSecond: 1 });
  const { client } = await site.connect();
  client.sendText(
    Array.from({ length: 12 }, (_, id) => `{"type":"HEARTBEAT","id":${id + 1}}`)
      .join("\n"),
  );
  assertEquals((await client.waitForClose()).code, 4029);
  const refused = client.received.filter(({ type }) => type === "ERROR");
  assertEquals(refused[0]?.payload.code, "rate_limited");
});

Deno.test("[P20] draining tells when to come back, closes with 4001 and waits for its last word", async () => {
  await using site = serve();
  const { client } = await site.connect();
  await site.test.hub.drain();
  const { code, reason } = await client.waitForClose();
  assertEquals(code, 4001);
  assertEquals(JSON.parse(reason), { reconnectInMs: 0 });
  assert(client.received.some(({ type }) => type === "DRAINING"));
});

Deno.test("[I4] a revoked sign-in ends the stream with 4501, and its POSTs", async () => {
  await using site = serve();
  const { client, sse } = await site.connect();
  site.test.hub.disconnectUser("ann", 4501);
  assertEquals((await client.waitForClose()).code, 4501);
  assertEquals((await sse.post(1, "{}")).status, 404);
});
