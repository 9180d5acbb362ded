/** Ten thousand pieces of garbage: the server lives, and answers only what is documented. */
import { assert, assertEquals } from "@std/assert";
import { ERROR_CODES } from "../../realtime/codes.ts";
import type { Envelope } from "../support/socket_client.ts";
import { startServer, TOKEN } from "../support/server.ts";
import { RawWebSocket } from "../support/raw_websocket.ts";
import { createGarbage, isMessage, KINDS } from "./garbage.ts";
import { createRandom, pick, sizeFrom } from "./random.ts";

const SEED = sizeFrom("CHAOS_SEED", 20_261_123);
const PIECES = sizeFrom("CHAOS_GARBAGE", 10_000);
/** Clients that send it at the same time. */
const SENDERS = 8;
/** 20 malformed in a minute are survived (P7): send a few less on one connection. */
const PER_CONNECTION = 18;

/** What a server may send to someone who talks nonsense. */
const ANSWERS = new Set([
  "CONNECTION_ESTABLISHED",
  "SUBSCRIBED",
  "ACK",
  "ERROR",
  "HEARTBEAT",
  "PRESENCE",
  "BROADCAST",
]);
/** Close codes: those of P19, of P4, and RFC 6455's own for broken frames and plain closes. */
const CLOSES = new Set([
  1000,
  1002,
  1003,
  1005,
  1007,
  1009,
  4029,
  4508,
]);

Deno.test("[P7] 10,000 pieces of garbage of 28 kinds end nothing but their own connection", async () => {
  assertEquals(KINDS.length, 28);
  await using server = await startServer({
    env: {
      WEBSOCKET_RATE_LIMIT: "100000",
      WEBSOCKET_MAX_CONNECTIONS_PER_USER: "5000",
      WEBSOCKET_MAX_CONNECTIONS_PER_ADDRESS: "5000",
    },
  });
  await using bystander = await server.connect("garbage-bystander");
  await bystander.subscribe("alerts");
  const sent = new Map<string, number>();
  const oddities: string[] = [];
  let left = PIECES;
  await Promise.all(
    Array.from({ length: SENDERS }, (_, i) => throwGarbage(SEED + i)),
  );

  assertEquals(oddities, []);
  assertEquals([...sent.values()].reduce((sum, n) => sum + n, 0), PIECES);
  assert(KINDS.every((kind) => (sent.get(kind) ?? 0) > PIECES / 200));
  // The one who behaved never lost its connection, and the process is the same one.
  await bystander.settle();
  await server.call("GET", "/healthz", undefined, 200);
  const output = await server.output();
  for (
    const trace of ["Uncaught", "nhandled", "panicked", "TypeError", "RangeErr"]
  ) {
    assertEquals(
      output.split("\n").filter((line) => line.includes(trace)),
      [],
      trace,
    );
  }
  await server.eventually(
    "the garbage connections to be forgotten",
    () => server.call("GET", "/api/v1/stats"),
    ({ totalConnections }) => totalConnections === 1,
  );
  await bystander.close();
  assertEquals((await server.stop()).code, 0);

  async function throwGarbage(seed: number): Promise<void> {
    const random = createRandom(seed);
    while (left > 0) {
      using raw = await RawWebSocket.open(server.port, {
        headers: { Authorization: `Bearer ${TOKEN}` },
      });
      let kind = "";
      for (let i = 0; i < PER_CONNECTION && left > 0; i++) {
        left--;
        kind = pick(random, KINDS);
        sent.set(kind, (sent.get(kind) ?? 0) + 1);
        // The server may close at any point; then the rest finds a closed door.
        const wrote = await raw.write(createGarbage(kind, random).bytes)
          .then(() => true, () => false);
        if (!wrote || !isMessage(kind)) break;
      }
      await collectAnswers(raw, kind);
    }
  }

  /** Ends the connection and judges everything it was sent. */
  async function collectAnswers(
    raw: RawWebSocket,
    kind: string,
  ): Promise<void> {
    // Half a close: it says goodbye and stops writing, but reads to the end.
    await raw.sendFrame(new Uint8Array([3, 232]), { opcode: 8 })
      .catch(() => {});
    await raw.conn.closeWrite().catch(() => {});
    const end = await raw.readClose(judge);
    if (end && !CLOSES.has(end.code)) {
      oddities.push(`${kind}: closed with ${end.code} ${end.reason}`);
    }
  }

  function judge(message: Envelope): void {
    const { type, payload } = message;
    const fine = ANSWERS.has(type) &&
      (type !== "ERROR" ||
        ERROR_CODES.some((code) => code === payload.code) &&
          payload.code !== "internal" && typeof payload.message === "string");
    if (!fine) oddities.push(JSON.stringify(message).slice(0, 300));
  }
});
