import { assertEquals, assertThrows } from "@std/assert";
import { listen } from "../listener.ts";
import { StartError } from "../start_error.ts";

const handshake = Object.assign(() => new Response("socket"), {
  closed: () => Promise.resolve(),
});

const streams = Object.assign(() => new Response("stream"), {
  closed: () => Promise.resolve(),
});

/** The first line of the answer to a request with this Host header, and what was logged. */
async function answerTo(host: string): Promise<[string, number]> {
  let errors = 0;
  const listener = listen({
    hostname: "127.0.0.1",
    port: 0,
    trustProxy: false,
    handshake,
    streams,
    logger: {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: () => errors++,
    },
  });
  const connection = await Deno.connect({ port: listener.port });
  const request =
    `GET /ws HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const answer = await new Response(connection.readable).text();
  await listener.close();
  return [answer.split("\r\n")[0], errors];
}

Deno.test("[P2] a Host header that is none is a bad request, no fault of ours", async () => {
  for (const host of ["[", "a b%zz"]) {
    assertEquals(await answerTo(host), ["HTTP/1.1 400 Bad Request", 0], host);
  }
  assertEquals(await answerTo("regulens.example"), ["HTTP/1.1 200 OK", 0]);
});

Deno.test("[P2] a host that nobody knows is told in one line", () => {
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const options = { port: 0, trustProxy: false, handshake, streams, logger };
  assertThrows(
    () => listen({ ...options, hostname: "256.1.1.1" }),
    StartError,
    "Cannot listen on 256.1.1.1:0",
  );
});
