/**
 * Memory under attack: RSS of the server before, at its peak while, and after each attack, in
 * one run. `--guard 1` puts the guard in front.
 */
import {
  startServer,
  type TestServer,
  TOKEN,
} from "../tests/support/server.ts";
import { encodeFrame, RawWebSocket } from "../tests/support/raw_websocket.ts";
import { readOptions } from "./options.ts";

const SAMPLE_MS = 100;
const AUTHORIZED = { Authorization: `Bearer ${TOKEN}` };
const encoder = new TextEncoder();

/** Does its worst for as long as it is told to, and hands back how to let go. */
type Attack = (
  server: TestServer,
  isOver: () => boolean,
) => Promise<() => void>;

async function connections(
  server: TestServer,
  count: number,
  text: string,
): Promise<Deno.TcpConn[]> {
  const opened: Deno.TcpConn[] = [];
  for (let i = 0; i < count; i++) {
    const conn = await Deno.connect({
      hostname: "127.0.0.1",
      port: server.port,
    });
    await conn.write(encoder.encode(text)).catch(() => {});
    opened.push(conn);
  }
  return opened;
}

const closeAll = (opened: readonly Disposable[]) => () => {
  for (const each of opened) each[Symbol.dispose]();
};

/** Asks again and again, from a few callers at once. */
async function flood(
  isOver: () => boolean,
  ask: () => Promise<unknown>,
): Promise<() => void> {
  await Promise.all(Array.from({ length: 16 }, async () => {
    while (!isOver()) await ask().catch(() => {});
  }));
  return () => {};
}

async function post(server: TestServer, path: string, init: RequestInit) {
  const response = await fetch(server.url + path, {
    method: "POST",
    redirect: "manual",
    ...init,
  });
  await response.body?.cancel();
}

const ATTACKS: Readonly<Record<string, Attack>> = {
  slow_heads: async (server) =>
    closeAll(
      await connections(server, 1_000, "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "),
    ),
  slow_bodies: async (server) =>
    closeAll(
      await connections(
        server,
        500,
        "POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" +
          "x".repeat(1_000),
      ),
    ),
  large_heads: async (server) =>
    closeAll(
      await connections(
        server,
        200,
        `GET / HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(200_000)}`,
      ),
    ),
  sign_ins: (server, isOver) =>
    flood(isOver, () =>
      post(server, "/login", {
        body: new URLSearchParams({
          name: crypto.randomUUID(),
          role: "member",
        }),
      })),
  large_bodies: (server, isOver) => {
    const body = "x".repeat(2 * 1024 * 1024);
    return flood(
      isOver,
      () => post(server, "/api/v1/sessions", { body, headers: AUTHORIZED }),
    );
  },
  deep_json: (server, isOver) => {
    const body = "[".repeat(500_000);
    return flood(
      isOver,
      () => post(server, "/api/v1/sessions", { body, headers: AUTHORIZED }),
    );
  },
  handshakes: (server, isOver) =>
    flood(isOver, async () => {
      (await RawWebSocket.request(server.port, { headers: AUTHORIZED }))
        .close();
    }),
  messages: (server, isOver) =>
    flood(isOver, async () => {
      using socket = await RawWebSocket.open(server.port, {
        headers: AUTHORIZED,
      });
      for (let i = 0; i < 500 && !isOver(); i++) await socket.sendFrame("{}");
    }),
  open_fragments: async (server) => {
    const sockets: RawWebSocket[] = [];
    const fragment = encodeFrame(new Uint8Array(60_000), { fin: false });
    // As many as one user may have.
    for (let i = 0; i < 50; i++) {
      const socket = await RawWebSocket.open(server.port, {
        headers: AUTHORIZED,
      });
      sockets.push(socket);
      await socket.write(fragment).catch(() => {});
    }
    return closeAll(sockets);
  },
};

export async function run(args: string[]): Promise<void> {
  const { seconds, guard } = readOptions(args, { seconds: 2, guard: 0 });
  for (const [name, attack] of Object.entries(ATTACKS)) {
    await using server = await startServer({
      env: { REGULENS_GUARD: guard === 0 ? "off" : "on", LOG_LEVEL: "ERROR" },
    });
    const rss = async (): Promise<number> =>
      (await server.call("GET", "/api/v1/stats")).rssBytes / 1024 / 1024;
    const before = await rss();
    let peak = before;
    const until = performance.now() + seconds * 1_000;
    const isOver = () => performance.now() >= until;
    const sampling = (async () => {
      while (!isOver()) {
        peak = Math.max(peak, await rss());
        await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
      }
    })();
    const letGo = await attack(server, isOver);
    await sampling;
    letGo();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const after = await rss();
    console.log(JSON.stringify({
      benchmark: "attacks",
      attack: name,
      guard: guard !== 0,
      rssBeforeMb: Math.round(before),
      rssPeakMb: Math.round(Math.max(peak, after)),
      rssAfterMb: Math.round(after),
    }));
  }
}
