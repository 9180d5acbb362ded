/** The guard in front of HTTP: what is slow, stuck or too large is cut, and all else passes. */
import { assert, assertEquals } from "@std/assert";
import { type Guard, openGuard } from "../../realtime/guard.ts";
import { ADDRESS_HEADER } from "../../realtime/guard_head.ts";
import { encodeFrame, RawWebSocket } from "../support/raw_websocket.ts";
import { SocketClient } from "../support/socket_client.ts";
import { openHouse, TOKEN } from "./house.ts";

/** A guard whose time the test turns, before a small server. */
async function guarded(
  handler: (request: Request) => Response | Promise<Response>,
) {
  const folder = await Deno.makeTempDir({ prefix: "regulens_guard_test_" });
  const path = `${folder}/http.sock`;
  const server = Deno.serve({ path, onListen: () => {} }, handler);
  const time = { now: 0 };
  let sweep = () => {};
  const guard: Guard = openGuard({
    hostname: "127.0.0.1",
    port: 0,
    dial: () => Deno.connect({ transport: "unix", path }),
    clock: { monotonicMs: () => time.now },
    after: (_, run) => {
      sweep = run;
      return () => {};
    },
  });
  return {
    guard,
    time,
    /** Lets so much time pass, and the guard look. */
    pass: (ms: number) => {
      time.now += ms;
      sweep();
    },
    connect: () => Deno.connect({ hostname: "127.0.0.1", port: guard.port }),
    url: `http://127.0.0.1:${guard.port}`,
    [Symbol.asyncDispose]: async () => {
      guard.stopAccepting();
      await guard.close();
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

const encode = (text: string) => new TextEncoder().encode(text);

/** All that comes until the other side ends. */
async function readAll(conn: Deno.Conn): Promise<string> {
  return await new Response(conn.readable).text();
}

const echo = (request: Request) =>
  new Response(
    JSON.stringify([request.method, request.headers.get(ADDRESS_HEADER)]),
  );

Deno.test("[S3] a head that does not come to its end is cut after ten seconds", async () => {
  await using house = await guarded(echo);
  const conn = await house.connect();
  await conn.write(encode("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "));
  // An exchange on a connection made later: the guard has the first one's bytes by then.
  await (await fetch(house.url)).body?.cancel();
  house.pass(9_000);
  await conn.write(encode("x"));
  const answer = readAll(conn);
  house.pass(1_000);
  assert((await answer).startsWith("HTTP/1.1 408 "), "cut though bytes came");
});

Deno.test("[S3] a body that does not come to its end is cut after a minute", async () => {
  await using house = await guarded(async (request) =>
    new Response(await request.text().catch(() => "cut"))
  );
  const conn = await house.connect();
  await conn.write(encode(
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nslow",
  ));
  // An exchange on a connection made later: the guard has the first one's bytes by then.
  await (await fetch(house.url)).body?.cancel();
  const answer = readAll(conn);
  house.pass(59_000);
  assertEquals(house.guard.size, 2);
  house.pass(1_000);
  assertEquals(await answer, "");
});

Deno.test("[S3] heads that two could read in two ways are refused with 400", async () => {
  await using house = await guarded(echo);
  for (
    const head of [
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX: 1\nY: 2\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n",
      "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
      "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
      "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n",
    ]
  ) {
    const conn = await house.connect();
    await conn.write(encode(head));
    assertEquals((await readAll(conn)).slice(0, 12), "HTTP/1.1 400", head);
  }
});

Deno.test("[S3] a head over 16 KiB is 431 as soon as it is over", async () => {
  await using house = await guarded(echo);
  const conn = await house.connect();
  await conn.write(encode(`GET / HTTP/1.1\r\nX: ${"x".repeat(16 * 1024)}`));
  assertEquals((await readAll(conn)).slice(0, 12), "HTTP/1.1 431");
});

Deno.test("[S3] the server is told the client's address, whatever the client says of it", async () => {
  await using house = await guarded(echo);
  const response = await fetch(house.url, {
    headers: { [ADDRESS_HEADER]: "192.0.2.66" },
  });
  assertEquals(await response.json(), ["GET", "127.0.0.1"]);
});

Deno.test("[S3] requests in one breath are told apart: lengths, chunks, none", async () => {
  const seen: string[] = [];
  await using house = await guarded((request) => {
    seen.push(`${request.method} ${new URL(request.url).pathname}`);
    return new Response("");
  });
  const conn = await house.connect();
  await conn.write(encode(
    "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nGET " +
      "POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
      "5;x=y\r\nGET /\r\n0\r\nT: v\r\n\r\n" +
      "GET /c HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
  ));
  await readAll(conn);
  assertEquals(seen, ["POST /a", "POST /b", "GET /c"]);
});

Deno.test("[S3] a stream that says something now and then is let live", async () => {
  let say: (text: string) => void = () => {};
  let end = () => {};
  await using house = await guarded(() =>
    new Response(
      new ReadableStream({
        start: (controller) => {
          say = (text) => controller.enqueue(encode(text));
          end = () => controller.close();
        },
      }),
      { headers: { "Content-Type": "text/event-stream" } },
    )
  );
  const response = await fetch(house.url);
  const reader = response.body!.getReader();
  for (const text of ["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"]) {
    house.pass(200_000);
    say(text);
    const { value } = await reader.read();
    assertEquals(new TextDecoder().decode(value), text);
  }
  end();
  assertEquals((await reader.read()).done, true);
});

Deno.test("[S3] a client that stops reading is dropped after thirty seconds", async () => {
  const { promise: cancelled, resolve } = Promise.withResolvers<void>();
  await using house = await guarded(() =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          controller.enqueue(new Uint8Array(1024 * 1024));
        },
        cancel: () => resolve(),
      }),
    )
  );
  const conn = await house.connect();
  await conn.write(encode("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  const first = await conn.read(new Uint8Array(1));
  assertEquals(first, 1);
  // Until the buffers on the way are full a write still ends now and then.
  while (house.guard.size > 0) {
    house.pass(1_000);
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
  }
  assert(house.time.now >= 30_000);
  await cancelled;
  conn.close();
});

Deno.test("[S3] the whole program behind the guard: pages, API, forms, sockets, streams", async () => {
  await using house = await openHouse({ REGULENS_GUARD: "on" });
  const { server } = house;
  assertEquals(
    (await fetch(`${server.url}/healthz`).then(drained)).status,
    200,
  );
  const page = await fetch(server.url, {
    headers: { Cookie: house.cookies.member },
  });
  assertEquals(page.status, 200);
  assert((await page.text()).toLowerCase().startsWith("<!doctype html>"));
  assertEquals(
    await house.call(
      "member",
      "POST",
      "/api/v1/channels/topic:x/publications",
      {
        payload: { text: "x".repeat(60_000) },
      },
    ),
    "yes",
  );
  for (const transport of ["websocket", "sse"] as const) {
    const socket = await SocketClient.open(
      server.socketUrl,
      {
        transport,
        headers: { Cookie: house.cookies.member, Origin: server.url },
      },
    );
    await socket.subscribe("topic:x", { history: 1 });
    await socket.broadcast("topic:x", { via: transport });
    await socket.waitFor(transport, ({ payload }) => payload.via === transport);
    await socket.close();
  }
});

async function drained(response: Response): Promise<Response> {
  await response.body?.cancel();
  return response;
}

Deno.test("[S3] limits of the protocol stay the server's; far over them the guard cuts", async () => {
  await using house = await openHouse({ REGULENS_GUARD: "on" });
  const port = Number(new URL(house.server.url).port);
  const headers = { Authorization: `Bearer ${TOKEN}` };
  using over = await RawWebSocket.open(port, { headers });
  await over.sendFrame("x".repeat(65_537));
  assertEquals((await over.readClose())?.code, 1009);
  using bomb = await RawWebSocket.open(port, { headers });
  // Its length alone is enough: nothing of its payload is waited for.
  await bomb.write(encodeFrame(new Uint8Array(0), { length: 2n ** 40n }));
  while (await bomb.readFrame().catch(() => undefined)) continue;
});
