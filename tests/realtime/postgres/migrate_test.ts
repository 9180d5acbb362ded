/** Migrations: once each, whoever starts at the same time, and never behind a newer program. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { LogUnavailable } from "../../../realtime/log/log.ts";
import { SILENT } from "../../../realtime/logger.ts";
import {
  type Database,
  openDatabase,
} from "../../../realtime/postgres/database.ts";
import { migrate } from "../../../realtime/postgres/migrate.ts";
import { postgresTest } from "../../support/postgres.ts";

async function withDatabase(
  url: string,
  run: (database: Database) => Promise<void>,
): Promise<void> {
  const database = openDatabase(url, { logger: SILENT });
  try {
    await run(database);
  } finally {
    await database.close();
  }
}

const namesIn = async (database: Database) =>
  (await database.ask((sql) =>
    sql`SELECT name FROM regulens.migrations ORDER BY name`
  )).map(({ name }) => String(name));

postgresTest(
  "[L7] nodes that start at once run each migration once",
  (url) =>
    withDatabase(url, async (database) => {
      await Promise.all(Array.from({ length: 4 }, () => migrate(database)));
      const names = await namesIn(database);
      assertEquals(names[0], "0001_log.sql");
      assertEquals(names, [...new Set(names)]);
      const [row] = await database.ask((sql) =>
        sql`SELECT count(*)::int AS count FROM regulens.counter`
      );
      assertEquals(row.count, 1);
      await migrate(database);
      assertEquals(await namesIn(database), names);
    }),
);

postgresTest(
  "[L10] a database of a newer program is refused, and left as it is",
  (url) =>
    withDatabase(url, async (database) => {
      await migrate(database);
      await database.ask((sql) =>
        sql`INSERT INTO regulens.migrations (name) VALUES ('9999_later.sql')`
      );
      await assertRejects(
        () => migrate(database),
        LogUnavailable,
        "Cannot use the database: it holds 9999_later.sql of a newer Regulens; start the newer version, or give another database",
      );
      assert((await namesIn(database)).includes("9999_later.sql"));
    }),
);
