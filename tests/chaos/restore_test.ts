/** The drill of docs/operations/deploy.md: back up under load, lose the server, restore, and go on. */
import { assertEquals, assertNotEquals } from "@std/assert";
import { createBrowserClient } from "../../realtime/client/browser.ts";
import type { RealtimeClient } from "../../realtime/client/client.ts";
import { createLiveState, type LiveState } from "../../realtime/client/live.ts";
import { startServer, type TestServer } from "../support/server.ts";

const READERS = 5;
/** Messages of each part of the story; there are more after it than were lost. */
const KEPT = 10;
const LOST = 10;
const NEW = 15;

/** A page that shows the messages of a session, in order. */
interface Reader {
  readonly client: RealtimeClient;
  readonly live: LiveState<readonly string[]>;
  readonly stop: () => void;
}

Deno.test({
  name:
    "[B6] a restored server goes on in a new epoch: clients that were ahead of it read anew and mix nothing",
  // A socket that was closed still has its close on the way when the test ends.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const root = await Deno.makeTempDir({ prefix: "regulens_restore_" });
    try {
      await drill(`${root}/data`, `${root}/one.backup`);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
});

async function drill(folder: string, file: string): Promise<void> {
  let server = await startServer({ folder });
  const { port } = server;
  const session = await server.openSessionFor(
    Array.from({ length: READERS }, (_, r) => `reader-${r}`),
  );
  const readers = Array.from(
    { length: READERS },
    (_, r) => read(() => server, session.channel, `reader-${r}`),
  );
  try {
    const kept = await post(server, session.id, "kept", KEPT);
    // While it is written to: what is posted meanwhile is in it or not, and as a whole.
    assertEquals(await task("backup", file, folder), 0);
    const lost = await post(server, session.id, "lost", LOST);
    await all(readers, [...kept, ...lost]);
    const before = readers.map(({ live }) => live.position.value.epoch);

    await server.stop("SIGKILL");
    await server[Symbol.asyncDispose]();
    assertEquals(await task("restore", file, folder), 1, "a log is there");
    assertEquals(await task("restore", file, folder, "--force"), 0);
    server = await startServer({ folder, port });
    // More than were lost: an offset alone would let a reader go on in the middle of these.
    const fresh = await post(server, session.id, "new", NEW);
    await all(readers, [...kept, ...fresh]);

    for (const [r, { live }] of readers.entries()) {
      assertNotEquals(live.position.value.epoch, before[r]);
    }
    const { items: [said] } = await server.call(
      "GET",
      "/api/v1/audit?channel=audit",
    );
    assertEquals([said.event, said.userId], ["restored", "operator"]);
  } finally {
    for (const { client, stop } of readers) {
      stop();
      client.close();
    }
    await server.stop("SIGTERM");
    await server[Symbol.asyncDispose]();
  }
  assertEquals(await task("verify", folder), 0, "the chains do not verify");
}

function read(
  server: () => TestServer,
  channel: string,
  userId: string,
): Reader {
  const client = createBrowserClient({
    url: server().socketUrl,
    getTicket: () => server().ticket({ userId }),
  });
  const live = createLiveState<readonly string[]>(
    channel,
    [],
    { epoch: "", offset: 0 },
    (texts, { payload }) =>
      payload.event === "session_opened"
        ? texts
        : [...texts, String(payload.text)],
    {
      reload: async () => {
        const { epoch, items } = await server().call(
          "GET",
          `/api/v1/channels/${encodeURIComponent(channel)}/history?limit=500`,
        );
        const state = items.slice(1).map((
          { payload }: { payload: { text: string } },
        ) => payload.text);
        return { state, position: { epoch, offset: items.at(-1).offset } };
      },
    },
  );
  const stop = live.start(client);
  client.connect();
  return { client, live, stop };
}

async function post(
  server: TestServer,
  sessionId: string,
  what: string,
  count: number,
): Promise<string[]> {
  const texts = Array.from({ length: count }, (_, n) => `${what} ${n}`);
  for (const text of texts) await server.post(sessionId, text);
  return texts;
}

/** Waits until every reader shows as many, and compares what it shows. */
async function all(
  readers: readonly Reader[],
  expected: readonly string[],
): Promise<void> {
  await Promise.all(readers.map(async ({ live }) => {
    const shown = Promise.withResolvers<void>();
    const last = expected.at(-1);
    const stop = live.state.subscribe((texts) => {
      if (texts.at(-1) === last) shown.resolve();
    });
    await shown.promise;
    stop();
    assertEquals(live.state.value, expected);
  }));
}

/** Runs `deno task NAME` and hands back its exit code; what it said is shown when it is 2 or more. */
async function task(name: string, ...args: string[]): Promise<number> {
  const { code, stdout, stderr } = await new Deno.Command("deno", {
    args: ["task", name, ...args],
    cwd: new URL("../../", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  if (code > 1) {
    const text = new TextDecoder();
    console.error(text.decode(stdout), text.decode(stderr));
  }
  return code;
}
