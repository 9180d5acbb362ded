/** The whole program in this process: it starts, answers, and stops without leaving anything. */
import { assertEquals } from "@std/assert";
import { readConfig } from "../config.ts";
import { SILENT } from "../realtime/logger.ts";
import { type Server, startServer } from "../server.ts";
import { StartError } from "../start_error.ts";

const TOKEN = "token-for-tests";
const AUTHORIZED = { authorization: `Bearer ${TOKEN}` };

async function withFolder(
  use: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "regulens_server_" });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function start(
  folder: string,
  environment: Record<string, string> = {},
): Promise<Server> {
  const { config } = readConfig({
    PORT: "0",
    REGULENS_DATA: folder,
    REGULENS_API_TOKEN: TOKEN,
    ...environment,
  });
  const logging = { logger: () => SILENT };
  return startServer(config, { logging, version: "0.0.0" });
}

/** A GET whose body is read to the end, so that nothing stays open. */
async function get(url: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { headers });
  return { status: response.status, text: await response.text() };
}

async function post(url: string, body: unknown, headers = {}) {
  const response = await fetch(url, {
    method: "POST",
    headers: { ...AUTHORIZED, ...headers },
    body: JSON.stringify(body),
    redirect: "manual",
  });
  const text = await response.text();
  return { response, json: text === "" ? null : JSON.parse(text) };
}

interface Message {
  readonly type: string;
  readonly channel?: string;
  readonly payload?: Record<string, unknown>;
}

/** A socket of one user, and the messages it gets in order. */
async function connect(server: Server, who: object) {
  const { json } = await post(`${server.url}/api/v1/tickets`, who);
  const socket = new WebSocket(`${server.socketUrl}?ticket=${json.ticket}`);
  const messages: Message[] = [];
  const waiting: { type: string; resolve: (message: Message) => void }[] = [];
  const { promise: closed, resolve: close } = Promise.withResolvers<number>();
  socket.onmessage = ({ data }) => {
    for (const line of data.split("\n")) {
      const message: Message = JSON.parse(line);
      const index = waiting.findIndex(({ type }) => type === message.type);
      if (index >= 0) waiting.splice(index, 1)[0].resolve(message);
      else messages.push(message);
    }
  };
  socket.onclose = ({ code }) => close(code);
  const next = (type: string): Promise<Message> => {
    const index = messages.findIndex((message) => message.type === type);
    if (index >= 0) return Promise.resolve(messages.splice(index, 1)[0]);
    const { promise, resolve } = Promise.withResolvers<Message>();
    waiting.push({ type, resolve });
    return promise;
  };
  await next("CONNECTION_ESTABLISHED");
  const send = (message: object) => socket.send(JSON.stringify(message));
  return { next, send, closed };
}

Deno.test("[P1] the server answers HTTP and sockets on one port, and stops", async () => {
  await withFolder(async (folder) => {
    const server = await start(folder);
    assertEquals((await get(`${server.url}/healthz`)).status, 200);
    const { next, send, closed } = await connect(server, { userId: "ana" });
    send({ type: "SUBSCRIBE", id: 1, channel: "topic:a" });
    assertEquals((await next("SUBSCRIBED")).channel, "topic:a");
    await server.stop();
    assertEquals(await closed, 4001);
  });
});

Deno.test("[P2] a ticket opens one connection", async () => {
  await withFolder(async (folder) => {
    const server = await start(folder);
    const { json } = await post(`${server.url}/api/v1/tickets`, {});
    const url = `${server.socketUrl}?ticket=${json.ticket}`;
    const opens = () => {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const socket = new WebSocket(url);
      socket.onopen = () => resolve(true);
      socket.onerror = () => resolve(false);
      return promise;
    };
    assertEquals([await opens(), await opens()], [true, false]);
    await server.stop();
  });
});

Deno.test("[P1] sockets get a listener of their own when WEBSOCKET_PORT differs", async () => {
  await withFolder(async (folder) => {
    const free = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const { port } = free.addr;
    free.close();
    const server = await start(folder, { WEBSOCKET_PORT: String(port) });
    assertEquals(server.socketUrl, `ws://127.0.0.1:${port}/ws`);
    const { closed } = await connect(server, { userId: "ana" });
    const page = await get(`http://127.0.0.1:${port}/healthz`);
    assertEquals(page.status, 404);
    await server.stop();
    assertEquals(await closed, 4001);
  });
});

Deno.test("[C5] a port in use ends the start and leaves the folder free", async () => {
  await withFolder(async (folder) => {
    const taken = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const PORT = String(taken.addr.port);
    const error = await start(folder, { PORT }).catch((error) => error);
    assertEquals(error instanceof StartError, true);
    assertEquals(
      error.message,
      `Cannot listen on 127.0.0.1:${PORT}: the port is in use; set another with PORT`,
    );
    taken.close();
    const server = await start(folder);
    await server.stop();
  });
});

Deno.test("[C6] the secret is made once, kept, and readable by nobody else", async () => {
  await withFolder(async (folder) => {
    await (await start(folder)).stop();
    const { mode } = await Deno.stat(`${folder}/secret`);
    assertEquals(mode! & 0o777, 0o600);
    const made = await Deno.readTextFile(`${folder}/secret`);
    await (await start(folder)).stop();
    assertEquals(await Deno.readTextFile(`${folder}/secret`), made);
  });
});

Deno.test("[L7] a signed-out cookie stays dead, others live, across a restart", async () => {
  await withFolder(async (folder) => {
    const signIn = async (server: Server, name: string) => {
      const response = await fetch(`${server.url}/login`, {
        method: "POST",
        body: new URLSearchParams({ name, role: "member" }),
        redirect: "manual",
      });
      await response.body?.cancel();
      return response.headers.get("set-cookie")!.split(";")[0];
    };
    const before = await start(folder);
    const ana = await signIn(before, "Ana");
    const bo = await signIn(before, "Bo");
    const response = await fetch(`${before.url}/logout`, {
      method: "POST",
      headers: { cookie: ana, origin: before.url },
      redirect: "manual",
    });
    await response.body?.cancel();
    assertEquals(response.status, 303);
    await before.stop();
    const server = await start(folder);
    const status = async (cookie: string) =>
      (await get(`${server.url}/api/v1/me`, { cookie })).status;
    assertEquals([await status(ana), await status(bo)], [401, 200]);
    await server.stop();
  });
});

Deno.test("[I4] who is removed from a session hears no more of it", async () => {
  await withFolder(async (folder) => {
    const server = await start(folder);
    const base = `${server.url}/api/v1/sessions`;
    const opened = await post(base, {
      title: "A",
      open: false,
      participants: [{ userId: "ana" }],
    });
    const { channel, session } = opened.json;
    const ana = await connect(server, { userId: "ana" });
    ana.send({ type: "SUBSCRIBE", id: 1, channel });
    await ana.next("SUBSCRIBED");
    const url = `${base}/${session.id}/participants/ana`;
    const removed = await fetch(url, { method: "DELETE", headers: AUTHORIZED });
    await removed.body?.cancel();
    assertEquals(removed.status, 200);
    const dropped = await ana.next("ERROR");
    assertEquals([dropped.channel, dropped.payload?.code], [
      channel,
      "forbidden",
    ]);
    ana.send({ type: "SUBSCRIBE", id: 2, channel });
    assertEquals((await ana.next("ERROR")).payload?.code, "not_found");
    const presence = await get(
      `${server.url}/api/v1/channels/${encodeURIComponent(channel)}/presence`,
      AUTHORIZED,
    );
    assertEquals(JSON.parse(presence.text), { users: [] });
    await server.stop();
    assertEquals(await ana.closed, 4001);
  });
});

Deno.test("[P8] commands and HTTP see one session", async () => {
  await withFolder(async (folder) => {
    const server = await start(folder);
    const flo = await connect(server, {
      userId: "flo",
      roles: ["facilitator"],
    });
    const input = { title: "A" };
    flo.send({
      type: "COMMAND",
      id: 1,
      payload: { command: "open_session", input },
    });
    const { payload } = await flo.next("ACK");
    const { session } = payload?.result as { session: { id: string } };
    const url = `${server.url}/api/v1/sessions/${session.id}`;
    const shown = JSON.parse((await get(url, AUTHORIZED)).text);
    assertEquals(shown.session.title, "A");
    flo.send({
      type: "COMMAND",
      id: 2,
      payload: {
        command: "remove_participant",
        input: { sessionId: session.id, userId: "flo" },
      },
    });
    const refused = await flo.next("ERROR");
    assertEquals(refused.payload?.reason, "last_facilitator");
    await server.stop();
    assertEquals(await flo.closed, 4001);
  });
});
