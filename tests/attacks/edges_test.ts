/** The edges of what may be sent: one byte below, at and above them, by every way in, with and without the guard. */
import { assertEquals } from "@std/assert";
import { encodeFrame, OPCODE, RawWebSocket } from "../support/raw_websocket.ts";
import { startServer, type TestServer, TOKEN } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";
import { SseSocket } from "../support/sse_socket.ts";

const EDGE = 65_536;
const SIZES = [EDGE - 1, EDGE, EDGE + 1];
const headers = { Authorization: `Bearer ${TOKEN}` };

/** A request of exactly so many bytes, with an answer. */
function messageOf(bytes: number): string {
  const empty = JSON.stringify({ type: "HEARTBEAT", id: 7, pad: "" });
  const pad = "x".repeat(bytes - empty.length);
  return JSON.stringify({ type: "HEARTBEAT", id: 7, pad });
}

/** What came of it: the answer, or the code of the close. */
async function outcome(socket: RawWebSocket): Promise<string> {
  for (;;) {
    const frame = await socket.readFrame();
    if (frame === undefined) return "cut";
    const { opcode, payload } = frame;
    if (opcode === OPCODE.close) {
      return String(new DataView(payload.slice(0, 2).buffer).getUint16(0));
    }
    if (new TextDecoder().decode(payload).includes('"ref":7')) return "taken";
  }
}

async function overSocket(
  server: TestServer,
  text: string,
  pieces: readonly number[],
): Promise<string> {
  using socket = await RawWebSocket.open(server.port, { headers });
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  for (const [index, length] of pieces.entries()) {
    const frame = encodeFrame(bytes.slice(at, at + length), {
      fin: index === pieces.length - 1,
      opcode: index === 0 ? OPCODE.text : OPCODE.continuation,
    });
    await socket.write(frame).catch(() => {});
    at += length;
  }
  return await outcome(socket);
}

for (const guard of ["off", "on"]) {
  Deno.test(`[P4] 65,536 bytes pass and 65,537 do not, by every way in, guard ${guard}`, async () => {
    await using server = await startServer({ env: { REGULENS_GUARD: guard } });
    for (const size of SIZES) {
      const isOver = size > EDGE;
      const text = messageOf(size);
      assertEquals(text.length, size);
      for (
        const pieces of [
          [size],
          [1, size - 1],
          [EDGE - 2, size - EDGE + 2],
          [20_000, 0, 20_000, size - 40_000],
        ]
      ) {
        assertEquals(
          await overSocket(server, text, pieces),
          isOver ? "1009" : "taken",
          `${size} bytes in pieces of ${pieces}`,
        );
      }
      await using reader = await SocketClient.open(server.socketUrl, {
        transport: "sse",
        headers,
      });
      const { socket } = reader;
      if (!(socket instanceof SseSocket)) throw new Error("no event stream");
      const { status } = await socket.post(1, text);
      assertEquals(status, isOver ? 413 : 202, `a POST of ${size} bytes`);
      // What is published is the payload: a string and its quotes.
      const published = await server.fetch(
        "/api/v1/channels/topic:edge/publications",
        {
          method: "POST",
          body: JSON.stringify({ payload: "x".repeat(size - 2) }),
        },
      );
      await published.body?.cancel();
      assertEquals(published.status, isOver ? 422 : 201, `${size} over HTTP`);
    }
  });

  Deno.test(`[P4] a body of 1 MiB is read, one byte more is 413, guard ${guard}`, async () => {
    await using server = await startServer({ env: { REGULENS_GUARD: guard } });
    const limit = 1024 * 1024;
    for (const size of [limit - 1, limit, limit + 1]) {
      const text = JSON.stringify({ payload: "x".repeat(size - 14) });
      assertEquals(text.length, size);
      for (const body of [text, new Blob([text]).stream()]) {
        const answer = await server.fetch("/api/v1/broadcast", {
          method: "POST",
          body,
        });
        await answer.body?.cancel();
        // Read, and then too long for a message.
        assertEquals(answer.status, size > limit ? 413 : 422, `${size} bytes`);
      }
    }
  });
}
