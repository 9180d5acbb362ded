/** Which bus a configuration gives, and how a start without it ends. */
import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { createNodes } from "../nodes.ts";
import type { Logger } from "../realtime/logger.ts";
import { SILENT } from "../realtime/logger.ts";
import { openDatabase } from "../realtime/postgres/database.ts";
import { migrate } from "../realtime/postgres/migrate.ts";
import { StartError } from "../start_error.ts";
import { Heard } from "./realtime/nodes/heard.ts";
import { natsTest } from "./support/nats.ts";
import { postgresTest } from "./support/postgres.ts";

function logged(): { lines: string[]; logging: { logger: () => Logger } } {
  const lines: string[] = [];
  const info = (message: string) => void lines.push(message);
  return { lines, logging: { logger: () => ({ ...SILENT, info }) } };
}

Deno.test("[N5] without a database a node is alone, under a name of its own", async () => {
  const { logging } = logged();
  const [one, two] = [
    await createNodes({}, { database: undefined, logging }),
    await createNodes({}, { database: undefined, logging }),
  ];
  assertMatch(one.node, /^node-[0-9a-f]{8}$/);
  assertEquals([one.node === two.node, one.peers()], [false, []]);
});

postgresTest(
  "[N5] nodes of one database find each other, and say so",
  async (url) => {
    const database = openDatabase(url, { logger: SILENT });
    await migrate(database);
    const { lines, logging } = logged();
    const one = new Heard(await createNodes({}, { database, logging }));
    const two = await createNodes({}, { database, ...logged() });
    await one.until(({ bus }) => bus.peers().includes(two.node));
    await two.close();
    await one.until(({ bus }) => bus.peers().length === 0);
    await one.bus.close();
    await database.close();
    assertEquals(lines, [
      "joined the nodes of the database",
      "a node came",
      "a node went",
    ]);
  },
);

natsTest(
  "[N3] nodes of two databases on one NATS hear nothing of each other",
  async ({ nats: NATS_URL, postgres: url }) => {
    await withCopy(url, async (copy) => {
      const { logging } = logged();
      const databases = [url, url, copy].map((address) =>
        openDatabase(address, { logger: SILENT })
      );
      for (const database of databases) await migrate(database);
      const [a, b, stranger] = await Promise.all(
        databases.map(async (database) =>
          new Heard(await createNodes({ NATS_URL }, { database, logging }))
        ),
      );
      await a.until(({ bus }) => bus.peers().length === 1);
      stranger.bus.publish("s", "theirs");
      a.bus.publish("s", "ours");
      await b.until(({ messages }) => messages.length === 1);
      assertEquals(b.messages, [`${a.bus.node}:"ours"`]);
      assertEquals([stranger.messages, stranger.bus.peers()], [[], []]);
      for (const { bus } of [a, b, stranger]) await bus.close();
      for (const database of databases) await database.close();
    });
  },
);

postgresTest(
  "[C5] NATS that cannot be reached ends the start, without its password",
  async (url) => {
    const database = openDatabase(url, { logger: SILENT });
    await migrate(database);
    const NATS_URL = `nats://user:s3cret@127.0.0.1:${unusedPort()}`;
    const starting = createNodes({ NATS_URL }, { database, ...logged() });
    const error = await starting.then(() => undefined, (error) => error);
    await assertRejects(() => starting, StartError, "over NATS");
    assertEquals(String(error).includes("s3cret"), false);
    await database.close();
  },
);

/** Another database of the same server, with all that the first one holds. */
async function withCopy(
  url: string,
  run: (url: string) => Promise<void>,
): Promise<void> {
  const source = openDatabase(url, { logger: SILENT });
  await migrate(source);
  await source.close();
  const name = new URL(url).pathname.slice(1);
  const address = new URL(url);
  address.pathname = "/postgres";
  const database = openDatabase(address.href, { logger: SILENT, max: 1 });
  await database.ask((sql) =>
    sql.unsafe(`CREATE DATABASE ${name}_copy TEMPLATE ${name}`)
  );
  try {
    address.pathname = `/${name}_copy`;
    await run(address.href);
  } finally {
    await database.ask((sql) =>
      sql.unsafe(`DROP DATABASE ${name}_copy WITH (FORCE)`)
    );
    await database.close();
  }
}

function unusedPort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
