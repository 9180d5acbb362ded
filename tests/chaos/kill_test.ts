/** kill -9 under load: what was acknowledged is there, once, and the chain verifies. */
import { assert, assertEquals } from "@std/assert";
import type { SocketClient } from "../support/socket_client.ts";
import { startServer, type TestServer } from "../support/server.ts";
import { sizeFrom } from "./random.ts";

const KILLS = 5;
const WRITERS = 20;
/** Messages of each writer. */
const MESSAGES = sizeFrom("CHAOS_KILL_MESSAGES", 300);
/** Requests a writer has under way at once. */
const WINDOW = 4;

/** One life of the server, and one connection of each writer to it. */
interface Life {
  readonly server: TestServer;
  readonly clients: readonly SocketClient[];
}

Deno.test("[P14] five kills under 20 writers: nothing acknowledged is lost, nothing is there twice", async () => {
  const folder = await Deno.makeTempDir({ prefix: "regulens_kill_" });
  try {
    await killAndCompare(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function killAndCompare(folder: string): Promise<void> {
  const first = await startServer(settings(folder));
  const session = await first.openSessionFor(
    Array.from({ length: WRITERS }, (_, w) => `writer-${w}`),
  );
  let life = Promise.resolve(await connectAll(first));
  const acked = new Map<string, number>();
  let resent = 0;
  let kills = 0;
  const killEvery = WRITERS * MESSAGES / (KILLS + 1);

  const writers = Array.from({ length: WRITERS }, async (_, w) => {
    let next = 0;
    const lane = async () => {
      while (next < MESSAGES) {
        const messageId = `w${w}-${next++}`;
        acked.set(messageId, await post(w, messageId));
        if (kills < KILLS && acked.size >= killEvery * (kills + 1)) {
          kills++;
          life = kill(await life);
        }
      }
    };
    await Promise.all(Array.from({ length: WINDOW }, lane));
  });

  /** Sends until it is acknowledged, with the same messageId, over as many lives as it takes. */
  async function post(w: number, messageId: string): Promise<number> {
    for (let attempt = 0; attempt <= KILLS; attempt++) {
      const { clients } = await life;
      const client = clients[w];
      const reply = await client.request({
        type: "COMMAND",
        messageId,
        payload: {
          command: "post_message",
          input: { sessionId: session.id, text: messageId },
        },
      }).catch(() => undefined);
      if (reply === undefined) {
        // The connection ended under way: it is unknown whether this took effect.
        resent++;
        await client.closed;
        continue;
      }
      assertEquals(reply.type, "ACK", JSON.stringify(reply.payload));
      return reply.payload.positions?.[0].offset ?? 0;
    }
    throw new Error(`${messageId} found no server that stayed`);
  }

  async function kill({ server, clients }: Life): Promise<Life> {
    await server.stop("SIGKILL");
    await Promise.all(clients.map((client) => client.waitForClose()));
    await server[Symbol.asyncDispose]();
    return await connectAll(await startServer(settings(folder)));
  }

  try {
    await Promise.all(writers);
    assertEquals(kills, KILLS);
    assert(resent > 0, "no kill met a request under way");
    const { server } = await life;
    const history = await server.history(session.channel);
    assertEquals(
      history.map(({ offset }) => offset),
      history.map((_, i) => i + 1),
      "offsets have no holes",
    );
    const kept = new Map<string, number[]>();
    for (const { offset, payload } of history.slice(1)) {
      const text = String(payload.text);
      kept.set(text, [...kept.get(text) ?? [], offset]);
    }
    assertEquals(acked.size, WRITERS * MESSAGES);
    const wrong = [...acked].filter(([text, offset]) => {
      const offsets = kept.get(text) ?? [];
      return offsets.length !== 1 || offsets[0] !== offset;
    });
    assertEquals(wrong, [], "lost, doubled or moved");
    assertEquals(kept.size, acked.size, "nothing is there that nobody sent");
  } finally {
    const { server, clients } = await life;
    await server.stop("SIGTERM");
    await Promise.all(clients.map((client) => client.waitForClose()));
    await server[Symbol.asyncDispose]();
  }
  assertEquals(await verify(folder), 0, "the chain does not verify");
}

function settings(folder: string) {
  return { folder, env: { WEBSOCKET_RATE_LIMIT: "100000" } };
}

async function connectAll(server: TestServer): Promise<Life> {
  const clients = await Promise.all(
    Array.from({ length: WRITERS }, (_, w) => server.connect(`writer-${w}`)),
  );
  return { server, clients };
}

/** Runs `deno task verify` on a data folder and hands back its exit code. */
async function verify(folder: string): Promise<number> {
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["task", "verify", folder],
    cwd: new URL("../../", import.meta.url),
  }).output();
  if (code !== 0) {
    const text = new TextDecoder();
    console.error(text.decode(stdout), text.decode(stderr));
  }
  return code;
}
