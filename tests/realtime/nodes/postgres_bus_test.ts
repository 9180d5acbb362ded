/** The bus over Postgres: its contract, and what only a database can do to it. */
import { assertEquals } from "@std/assert";
import { SILENT } from "../../../realtime/logger.ts";
import { openPostgresBus } from "../../../realtime/nodes/postgres_bus.ts";
import { PostgresInbox } from "../../../realtime/nodes/postgres_inbox.ts";
import {
  type Database,
  openDatabase,
} from "../../../realtime/postgres/database.ts";
import { KeptLine } from "../../../realtime/postgres/kept_line.ts";
import type { Line } from "../../../realtime/postgres/line.ts";
import { migrate } from "../../../realtime/postgres/migrate.ts";
import { postgresTest } from "../../support/postgres.ts";
import { busContract } from "./bus_contract.ts";
import { Heard } from "./heard.ts";
import { ProxiedHouse } from "./proxied_house.ts";

function house(url: string): ProxiedHouse {
  return new ProxiedHouse([url], async ([address], settings) => {
    const database = openDatabase(address, { logger: SILENT });
    await migrate(database);
    const bus = await openPostgresBus({ ...settings, database });
    return { bus, close: () => database.close() };
  });
}

busContract((name, run) =>
  postgresTest(`Postgres: ${name}`, async (url) => {
    await using nodes = house(url);
    await run(nodes);
  })
);

/** Reads as node `b`, and only when the test says so. */
async function inboxOf(database: Database) {
  const line = new KeptLine(database, 5_000);
  const heard: string[] = [];
  const inbox = new PostgresInbox({
    node: "b",
    line,
    after: () => () => {},
    take: (from, { seq, body }) => heard.push(`${from}${seq}:${body}`),
    lost: () => heard.push("lost"),
  });
  await inbox.start();
  /** Resolves when it has looked at what was there. */
  const look = async () => {
    inbox.look();
    await inbox.idle();
    return heard;
  };
  const close = async () => {
    await inbox.stop();
    await line.close();
  };
  return { inbox, look, close };
}

/** Publishes one message as the bus does. */
function publishOn(
  line: Pick<Line, "sql">,
  sender: string,
  seq: number,
  to: string | null = null,
) {
  return line.sql`SELECT regulens.bus_publish(${sender},
    ${[seq]}::bigint[], ${[to]}::text[], ${["s"]}::text[], ${["1"]}::text[])`;
}

/** A test on a migrated database, with an inbox of node `b`. */
function inboxTest(
  name: string,
  run: (parts: {
    readonly database: Database;
    readonly look: () => Promise<string[]>;
  }) => Promise<void>,
): void {
  postgresTest(name, async (url) => {
    const database = openDatabase(url, { logger: SILENT });
    await migrate(database);
    const { look, close } = await inboxOf(database);
    try {
      await run({ database, look });
    } finally {
      await close();
      await database.close();
    }
  });
}

inboxTest(
  "[N2] no message becomes visible after a later one",
  async ({ database, look }) => {
    const [slow, fast] = [await database.line(), await database.line()];
    await slow.sql.unsafe("BEGIN");
    await publishOn(slow, "a", 1);
    let isWritten = false;
    const second = publishOn(fast, "c", 1).then(() => isWritten = true);
    assertEquals(await look(), []);
    // The second has to wait: with a later id it would be seen first.
    assertEquals(isWritten, false);
    await slow.sql.unsafe("COMMIT");
    await second;
    assertEquals(await look(), ["a1:1", "c1:1"]);
    await Promise.all([slow.close(), fast.close()]);
  },
);

inboxTest(
  "[N1] a node reads what is for it or for all, and nothing of its own",
  async ({ database, look }) => {
    const line = await database.line();
    await publishOn(line, "a", 1);
    await publishOn(line, "a", 2, "b");
    await publishOn(line, "a", 3, "c");
    await publishOn(line, "b", 1);
    assertEquals(await look(), ["a1:1", "a2:1"]);
    await publishOn(line, "a", 4);
    assertEquals(await look(), ["a1:1", "a2:1", "a4:1"]);
    await line.close();
  },
);

inboxTest(
  "[N3] a node that has not read what was deleted is told once",
  async ({ database, look }) => {
    const line = await database.line();
    await publishOn(line, "a", 1);
    assertEquals(await look(), ["a1:1"]);
    await line.sql`SELECT regulens.bus_trim('0 seconds', 100)`;
    assertEquals(await look(), ["a1:1"]);
    await publishOn(line, "a", 2);
    await publishOn(line, "a", 3);
    const [{ gone }] = await line
      .sql`SELECT regulens.bus_trim('0 seconds', 1) AS gone`;
    assertEquals(gone, 1);
    assertEquals(await look(), ["a1:1", "lost", "a3:1"]);
    await publishOn(line, "a", 4);
    assertEquals(await look(), ["a1:1", "lost", "a3:1", "a4:1"]);
    await line.close();
  },
);

inboxTest(
  "[N3] what is not old is not deleted, and two nodes do not delete at once",
  async ({ database, look }) => {
    const [line, other] = [await database.line(), await database.line()];
    await publishOn(line, "a", 1);
    const trim = (by: Line, age: string) =>
      by.sql`SELECT regulens.bus_trim(${age}::interval, 100) AS gone`;
    assertEquals((await trim(line, "30 seconds"))[0].gone, 0);
    await other.sql.unsafe("BEGIN");
    assertEquals((await trim(other, "30 seconds"))[0].gone, 0);
    assertEquals((await trim(line, "0 seconds"))[0].gone, 0);
    await other.sql.unsafe("COMMIT");
    assertEquals(await look(), ["a1:1"]);
    assertEquals((await trim(line, "0 seconds"))[0].gone, 1);
    await Promise.all([line.close(), other.close()]);
  },
);

inboxTest(
  "[N2] more messages than one look takes are read in order, to the end",
  async ({ database, look }) => {
    const line = await database.line();
    const seqs = Array.from({ length: 2_500 }, (_, i) => i + 1);
    const none = seqs.map(() => null);
    const text = seqs.map(() => "1");
    await line.sql`SELECT regulens.bus_publish('a',
    ${seqs}::bigint[], ${none}::text[], ${text}::text[], ${text}::text[])`;
    assertEquals(await look(), seqs.map((seq) => `a${seq}:1`));
    await line.close();
  },
);

inboxTest(
  "[N3] a node finds out that the server has lost all messages",
  async ({ database, look }) => {
    const line = await database.line();
    await publishOn(line, "a", 1);
    await publishOn(line, "a", 2);
    assertEquals(await look(), ["a1:1", "a2:1"]);
    // As a crash does to tables that are not logged.
    await line
      .sql`TRUNCATE regulens.bus, regulens.bus_state RESTART IDENTITY`;
    assertEquals(await look(), ["a1:1", "a2:1", "lost"]);
    await publishOn(line, "a", 3);
    assertEquals(await look(), ["a1:1", "a2:1", "lost", "a3:1"]);
    await line.close();
  },
);

postgresTest(
  "[N1] without NOTIFY messages arrive all the same",
  async (url) => {
    const database = openDatabase(url, { logger: SILENT });
    await migrate(database);
    const options = { database, listens: false };
    const a = await openPostgresBus({ ...options, node: "a" });
    const b = await openPostgresBus({ ...options, node: "b" });
    const heard = new Heard(b);
    a.publish("s", 1);
    await heard.until(({ messages }) => messages.length === 1);
    await Promise.all([a.close(), b.close()]);
    await database.close();
  },
);
