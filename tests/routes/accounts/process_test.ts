/** Accounts in the program as it runs: its own log, true sockets, a restart. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { SocketClient } from "../../support/socket_client.ts";
import { SseSocket } from "../../support/sse_socket.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { PASSWORD } from "./fixture.ts";

const ENV = { REGULENS_AUTH: "password" };

/** A form as a browser sends it; answers with the cookie it sets. */
async function form(
  server: TestServer,
  path: string,
  fields: Record<string, string>,
): Promise<{ status: number; cookie: string }> {
  const response = await server.fetch(path, {
    method: "POST",
    token: null,
    headers: { accept: "text/html", "sec-fetch-site": "same-origin" },
    body: new URLSearchParams(fields),
  });
  await response.body?.cancel();
  const [cookie = ""] = response.headers.getSetCookie();
  return { status: response.status, cookie: cookie.split(";")[0] };
}

async function json(
  server: TestServer,
  path: string,
  { cookie, method = "GET", body }: {
    readonly cookie: string;
    readonly method?: string;
    readonly body?: unknown;
  },
) {
  const response = await server.fetch(path, {
    method,
    token: null,
    headers: { cookie, "sec-fetch-site": "same-origin" },
    ...body === undefined ? {} : { body: JSON.stringify(body) },
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : null };
}

Deno.test("[SI10] the printed link makes the admin; cookie and tokens hold after a restart, sockets of a revoked one close", async () => {
  await using first = await startServer({ env: ENV });
  const [, token] = (await first.output()).match(/\/invite\?token=(\S+)/)!;
  const entered = await form(first, "/invite", {
    token,
    name: "Ada",
    password: PASSWORD,
    again: PASSWORD,
  });
  assertEquals(entered.status, 303);
  const { cookie } = entered;
  const made = await json(first, "/api/v1/tokens", {
    cookie,
    method: "POST",
    body: { name: "reader", scope: "read", days: 1 },
  });
  assertEquals(made.status, 201);
  await first.stop();

  await using server = await startServer({ env: ENV, folder: first.folder });
  assertEquals((await server.output()).includes("/invite"), false);
  assertEquals((await json(server, "/api/v1/me", { cookie })).body, {
    userId: "admin",
    name: "Ada",
    roles: ["admin"],
  });

  const headers = { authorization: `Bearer ${made.body.token}` };
  // Reflect: the DOM's type knows no headers; Deno's constructor takes them.
  const socket: WebSocket = Reflect.construct(WebSocket, [
    server.socketUrl,
    { headers },
  ]);
  const closed = new Promise<number>((resolve) =>
    socket.addEventListener("close", ({ code }) => resolve(code))
  );
  const answer = new Promise<string>((resolve) =>
    socket.addEventListener("message", ({ data }) => {
      if (data.includes('"ref":1')) resolve(data);
    })
  );
  socket.addEventListener("open", () =>
    socket.send(JSON.stringify({
      type: "COMMAND",
      id: 1,
      payload: { command: "open_session", input: { title: "No" } },
    })));
  assertStringIncludes(await answer, '"reason":"read_only"');
  await readsOverStream(server, headers);
  const path = `/api/v1/tokens/${made.body.tokenId}`;
  await json(server, path, { cookie, method: "DELETE" });
  assertEquals(await closed, 4501);

  const all = await json(server, "/api/v1/audit?channel=sealed:users", {
    cookie,
  });
  const events = all.body.items.map(({ event }: { event: string }) => event);
  assertEquals(events.includes("token_revoked"), true);
  const hidden = "/api/v1/channels/sealed:users/history";
  assertEquals((await json(server, hidden, { cookie })).status, 404);
  const output = await server.output() + await first.output();
  for (const text of [PASSWORD, made.body.token]) {
    assertEquals(output.includes(text), false);
  }
});

/** [P26] A token of scope read subscribes and reads over event streams; it changes nothing there. */
async function readsOverStream(
  server: TestServer,
  headers: { readonly authorization: string },
): Promise<void> {
  const reader = await SocketClient.open(server.socketUrl, {
    transport: "sse",
    headers,
  });
  assertEquals(reader.established.transport, "sse");
  const subscribed = await reader.request({
    type: "SUBSCRIBE",
    channel: "topic:news",
  });
  assertEquals(subscribed.type, "SUBSCRIBED");
  for (
    const message of [
      { type: "BROADCAST", channel: "topic:news", payload: 1 },
      { type: "DIRECT_MESSAGE", payload: { recipient: "bo", body: 1 } },
      {
        type: "COMMAND",
        payload: { command: "open_session", input: { title: "No" } },
      },
    ]
  ) {
    const { type, payload } = await reader.request(message);
    assertEquals([type, payload.code], ["ERROR", "forbidden"], message.type);
  }
  const posts = await Promise.all(
    reader.socket instanceof SseSocket ? reader.socket.posts : [],
  );
  assertEquals(posts.map(({ status }) => status), [202, 202, 202, 202]);
  await reader.close();
}
