/** Two servers on one Postgres: who comes in at one, what an admin does at the other, and who is told. */
import { assert, assertEquals } from "@std/assert";
import { readConfig } from "../config.ts";
import { SILENT } from "../realtime/logger.ts";
import { type Server, startServer } from "../server.ts";
import { postgresTest } from "./support/postgres.ts";
import { DEADLINE_MS, SocketClient } from "./support/socket_client.ts";

const TOKEN = "token-for-tests";
const PASSWORD = "four words stand here";

interface Answer {
  readonly status: number;
  // deno-lint-ignore no-explicit-any -- an answer from outside; the test states its shape
  readonly body: any;
  readonly cookies: readonly string[];
}

/** A call with a JSON body, as the service unless a cookie says otherwise. */
async function call(
  server: Server,
  method: string,
  path: string,
  { body, cookie }: { readonly body?: unknown; readonly cookie?: string } = {},
): Promise<Answer> {
  const response = await fetch(server.url + path, {
    method,
    redirect: "manual",
    headers: {
      "content-type": "application/json",
      "sec-fetch-site": "same-origin",
      ...cookie === undefined
        ? { authorization: `Bearer ${TOKEN}` }
        : { cookie },
    },
    ...body === undefined ? {} : { body: JSON.stringify(body) },
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return {
    status: response.status,
    body: isJson ? JSON.parse(text) : text,
    cookies: response.headers.getSetCookie().map((line) => line.split(";")[0]),
  };
}

/** Asks until the claim holds; fails with what was there last. */
async function eventually<T>(
  ask: () => Promise<T>,
  claim: (value: T) => boolean,
): Promise<T> {
  const giveUpAt = performance.now() + DEADLINE_MS;
  for (;;) {
    const value = await ask();
    if (claim(value)) return value;
    if (performance.now() > giveUpAt) {
      throw new Error(`It stayed ${JSON.stringify(value)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

interface House extends AsyncDisposable {
  readonly a: Server;
  readonly b: Server;
  connect(server: Server, userId: string): Promise<SocketClient>;
}

/** Two nodes that see each other. Neither is given a secret. */
async function house(
  url: string,
  environment: Record<string, string> = {},
): Promise<House> {
  const folder = await Deno.makeTempDir({ prefix: "regulens_reach_" });
  const start = (name: string) => {
    const { config } = readConfig({
      PORT: "0",
      REGULENS_DATA: `${folder}/${name}`,
      REGULENS_API_TOKEN: TOKEN,
      DATABASE_URL: url,
      ...environment,
    });
    return startServer(config, {
      logging: { logger: () => SILENT },
      version: "0.0.0",
    });
  };
  const [a, b] = await Promise.all([start("a"), start("b")]);
  for (const server of [a, b]) {
    await eventually(
      () => call(server, "GET", "/api/v1/stats"),
      ({ body }) => body.nodes.length === 2,
    );
  }
  const sockets: SocketClient[] = [];
  return {
    a,
    b,
    async connect(server, userId) {
      const { body } = await call(server, "POST", "/api/v1/tickets", {
        body: { userId },
      });
      const address = `${server.socketUrl}?ticket=${body.ticket}`;
      const socket = await SocketClient.open(address);
      sockets.push(socket);
      return socket;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) await socket[Symbol.asyncDispose]();
      await Promise.all([a.stop(), b.stop()]);
      await Deno.remove(folder, { recursive: true });
    },
  };
}

function idOf(socket: SocketClient): string {
  return String(socket.received[0].payload.connectionId);
}

postgresTest(
  "[R1] an admin at one node sees, subscribes and ends what another node holds",
  async (url) => {
    await using nodes = await house(url);
    const { a, b } = nodes;
    const [ann, also, bob] = [
      await nodes.connect(b, "ann"),
      await nodes.connect(a, "ann"),
      await nodes.connect(b, "bob"),
    ];
    const nodeOfB = String(ann.received[0].payload.node);
    const list = await call(a, "GET", "/api/v1/connections");
    assertEquals(list.body.items.length, 3);
    assertEquals(list.body.silentNodes, []);
    const path = `/api/v1/connections/${idOf(ann)}`;
    const shown = await call(a, "GET", path);
    assertEquals([shown.body.userId, shown.body.node], ["ann", nodeOfB]);
    const subscribed = await call(a, "POST", `${path}/subscriptions`, {
      body: { channel: "rules" },
    });
    assertEquals(subscribed.status, 201);
    const again = await call(a, "GET", path);
    assert(again.body.subscriptions.includes("rules"));
    const left = `${path}/subscriptions/rules`;
    assertEquals((await call(a, "DELETE", left)).status, 204);
    assertEquals((await call(a, "DELETE", left)).status, 404);
    assertEquals((await call(a, "DELETE", path)).status, 204);
    assertEquals((await ann.closed).code, 4503);
    assertEquals((await call(a, "DELETE", path)).status, 404);
    const anew = await nodes.connect(b, "ann");
    const ended = await call(a, "POST", "/api/v1/users/ann/disconnect");
    assertEquals(ended.body, { disconnected: 2, silentNodes: [] });
    for (const socket of [also, anew]) {
      assertEquals((await socket.closed).code, 4501);
    }
    assertEquals(bob.socket.readyState, WebSocket.OPEN);
  },
);

postgresTest(
  "[R3] stats tell every node, and their connections add up",
  async (url) => {
    await using nodes = await house(url);
    const { a, b } = nodes;
    for (const server of [a, b, b]) await nodes.connect(server, "ann");
    const { body } = await call(a, "GET", "/api/v1/stats");
    const counts = body.nodes.map((one: { totalConnections: number }) =>
      one.totalConnections
    );
    assertEquals(counts, [1, 2]);
    assertEquals(body.nodes[0].node, body.node);
    assertEquals(body.totalConnections, 1);
  },
);

postgresTest(
  "[P2] a ticket of one node opens one socket, at any node, once",
  async (url) => {
    await using nodes = await house(url);
    const { a, b } = nodes;
    for (let round = 0; round < 5; round++) {
      const { body } = await call(a, "POST", "/api/v1/tickets", {
        body: { userId: "ann" },
      });
      const opened = await Promise.all(
        [a, b, b, a].map((server) =>
          SocketClient.open(`${server.socketUrl}?ticket=${body.ticket}`)
            .catch(() => undefined)
        ),
      );
      const sockets = opened.filter((socket) => socket !== undefined);
      for (const socket of sockets) await socket[Symbol.asyncDispose]();
      assertEquals(sockets.length, 1);
    }
  },
);

postgresTest(
  "[I4] a cookie made at one node holds at another, and signing out there ends its sockets here",
  async (url) => {
    await using nodes = await house(url);
    const { a, b } = nodes;
    const { cookies } = await call(a, "POST", "/login", {
      body: { name: "Ann", role: "member" },
    });
    const cookie = cookies.find((one) => one.startsWith("regulens="));
    assert(cookie);
    const me = await call(b, "GET", "/api/v1/me", { cookie });
    assertEquals(me.body.userId, "ann");
    await using held = await SocketClient.open(b.socketUrl, {
      headers: { cookie },
    });
    // The same person, but not through this sign-in.
    const other = await nodes.connect(b, "ann");
    assertEquals((await call(a, "POST", "/logout", { cookie })).status, 303);
    assertEquals((await held.closed).code, 4501);
    assertEquals((await call(b, "GET", "/api/v1/me", { cookie })).status, 401);
    assertEquals(other.socket.readyState, WebSocket.OPEN);
  },
);

postgresTest(
  "[SI25] who signs in at one node is known at the next at once; roles and ends of accounts reach sockets there",
  async (url) => {
    await using nodes = await house(url, { REGULENS_AUTH: "password" });
    const { a, b } = nodes;
    const link = [a, b].map(({ setupPath }) => setupPath)
      .filter((path) => path !== undefined);
    const post = async (server: Server, path: string, fields: object) => {
      const response = await fetch(server.url + path, {
        method: "POST",
        redirect: "manual",
        headers: { accept: "text/html", "sec-fetch-site": "same-origin" },
        body: new URLSearchParams({ ...fields }),
      });
      await response.body?.cancel();
      const cookies = response.headers.getSetCookie();
      return cookies.map((line) => line.split(";")[0]).join("; ");
    };
    // Both nodes printed a link; the one made last is good.
    let admin = "";
    for (const path of link) {
      const token = new URL(path, a.url).searchParams.get("token") ?? "";
      const fields = {
        token,
        name: "Ada",
        password: PASSWORD,
        again: PASSWORD,
      };
      const cookies = await post(a, "/invite", fields);
      if (cookies.includes("regulens=")) admin = cookies;
    }
    assert(admin.includes("regulens-seen="), admin);
    assertEquals(
      (await call(b, "GET", "/api/v1/me", { cookie: admin })).body.userId,
      "admin",
    );
    const invited = await call(b, "POST", "/api/v1/accounts", {
      cookie: admin,
      body: { userId: "ann", name: "Ann", role: "member" },
    });
    assertEquals(invited.status, 201);
    const token = new URL(invited.body.path, a.url).searchParams.get("token");
    const fields = {
      token: token ?? "",
      name: "Ann",
      password: PASSWORD,
      again: PASSWORD,
    };
    await eventually(
      () => post(a, "/invite", fields),
      (cookies) => cookies.includes("regulens="),
    );
    for (let round = 0; round < 3; round++) {
      const cookie = await post(a, "/login", {
        name: "ann",
        password: PASSWORD,
      });
      const me = await call(b, "GET", "/api/v1/me", { cookie });
      assertEquals(me.status, 200);
    }
    const cookie = await post(a, "/login", { name: "ann", password: PASSWORD });
    const headers = { cookie };
    await using first = await SocketClient.open(b.socketUrl, { headers });
    const changed = await call(a, "PATCH", "/api/v1/accounts/ann", {
      cookie: admin,
      body: { role: "observer" },
    });
    assert(changed.status < 300, JSON.stringify(changed.body));
    assertEquals((await first.closed).code, 4001);
    await using second = await SocketClient.open(b.socketUrl, { headers });
    assertEquals(second.received[0].payload.roles, ["observer"]);
    const out = await call(a, "PATCH", "/api/v1/accounts/ann", {
      cookie: admin,
      body: { active: false },
    });
    assert(out.status < 300, JSON.stringify(out.body));
    assertEquals((await second.closed).code, 4501);
    assertEquals((await call(b, "GET", "/api/v1/me", { cookie })).status, 401);
  },
);

postgresTest(
  "[R4] a user's connections at one node count at another",
  async (url) => {
    await using nodes = await house(url, {
      WEBSOCKET_MAX_CONNECTIONS_PER_USER: "1",
    });
    const { a, b } = nodes;
    await nodes.connect(a, "ann");
    const refused = async () => {
      const { body } = await call(b, "POST", "/api/v1/tickets", {
        body: { userId: "ann" },
      });
      const response = await fetch(`${b.url}/sse?ticket=${body.ticket}`);
      await response.body?.cancel();
      return response.status;
    };
    assertEquals(await eventually(refused, (status) => status === 503), 503);
  },
);
