/** Event streams of the product itself: signing out, restarts, readers that stop. */
import { assert, assertEquals } from "@std/assert";
import { SocketClient } from "../support/socket_client.ts";
import { startServer, TOKEN } from "../support/server.ts";

Deno.test("[I4] signing out ends the event streams of that sign-in with 4501", async () => {
  await using server = await startServer();
  const { cookie } = await server.signIn("Ann");
  await using client = await SocketClient.open(server.socketUrl, {
    transport: "sse",
    headers: { Cookie: cookie },
  });
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
  assertEquals((await client.waitForClose()).code, 4501);
});

Deno.test("[P20] event streams are told of a restart and when to come back", async () => {
  await using server = await startServer();
  const clients = await Promise.all(
    ["ann", "bob"].map((who) => server.connect(who, { transport: "sse" })),
  );
  await clients[0].broadcast("topic:a", { n: 1 });
  const status = await server.stop("SIGTERM");
  assertEquals(status.code, 0);
  for (const client of clients) {
    const { code, reason } = await client.waitForClose();
    assertEquals(code, 4001);
    assertEquals(typeof JSON.parse(reason).reconnectInMs, "number");
  }
});

Deno.test("[P17] an event stream that is not read lags within its limit, and catches up in order", async () => {
  const messages = 4_000;
  const channel = "topic:slow";
  await using server = await startServer({
    env: {
      WEBSOCKET_RATE_LIMIT: "1000000",
      WEBSOCKET_MESSAGE_QUEUE_SIZE: String(messages),
    },
  });
  await using writer = await server.connect("writer");
  // A stream read by hand, which may stop: fetch would read on by itself.
  using tcp = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await tcp.write(new TextEncoder().encode(
    `GET /sse HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n` +
      `Authorization: Bearer ${TOKEN}\r\n\r\n`,
  ));
  let text = "";
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(256 * 1024);
  const readUntil = async (isThere: () => boolean) => {
    while (!isThere()) {
      const count = await tcp.read(buffer);
      if (count === null) throw new Error(`Ended after ${text.slice(-500)}`);
      text += decoder.decode(buffer.subarray(0, count), { stream: true });
    }
  };
  await readUntil(() => text.includes("CONNECTION_ESTABLISHED"));
  const [, opened] = text.match(/event: open\ndata: (.*)\n/)!;
  const { connectionId, secret } = JSON.parse(opened);
  const subscribed = await server.fetch(`/sse/${connectionId}`, {
    method: "POST",
    body: JSON.stringify({ type: "SUBSCRIBE", id: 1, channel }),
    headers: {
      "Regulens-Connection-Secret": secret,
      "Regulens-Sequence": "1",
    },
  });
  await subscribed.body?.cancel();
  assertEquals(subscribed.status, 202);
  await readUntil(() => text.includes(`"SUBSCRIBED"`));
  text = "";
  const pad = "p".repeat(4_000);
  let worst = 0;
  let lagged = false;
  for (let from = 1; from <= messages; from += 400) {
    await Promise.all(Array.from(
      { length: 400 },
      (_, i) => writer.broadcast(channel, { n: from + i, pad }),
    ));
    const view = await server.connection(connectionId);
    worst = Math.max(worst, view.bufferedBytes);
    lagged ||= view.state === "lagging";
  }
  assert(worst <= 262_144, `${worst} unsent bytes were held`);
  assert(lagged, "the reader was never slow enough to lag");
  await readUntil(() => text.includes(`"n":${messages},`));
  await readUntil(() => text.endsWith("\n\n") || text.endsWith("\n\r\n"));
  const offsets = Array.from(
    text.matchAll(/"offset":(\d+),/g),
    ([, n]) => Number(n),
  );
  assertEquals(offsets, Array.from({ length: messages }, (_, i) => i + 1));
  assert(!text.includes(`"GAP"`));
});
