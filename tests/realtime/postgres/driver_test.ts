/** What the driver makes of our parameters. */
import { assertEquals } from "@std/assert";
import { SILENT } from "../../../realtime/logger.ts";
import { openDatabase } from "../../../realtime/postgres/database.ts";
import { postgresTest } from "../../support/postgres.ts";

postgresTest(
  "lists arrive as they are, whatever is in their texts",
  async (url) => {
    const database = openDatabase(url, { logger: SILENT, max: 1 });
    const texts = ["", "NULL", null, 'a "quoted" \\ {one}, two', "\n\u{1f5f3}"];
    const numbers = [0, -1, Number.MAX_SAFE_INTEGER, null, 5];
    const rows = await database.ask((sql) =>
      sql`SELECT t, n FROM unnest(${texts}::text[], ${numbers}::bigint[]) AS l (t, n)`
    );
    const none = await database.ask((sql) =>
      sql`SELECT cardinality(${[]}::text[]) AS length`
    );
    assertEquals(rows.map(({ t }) => t), texts);
    assertEquals(rows.map(({ n }) => n), numbers);
    assertEquals(none[0].length, 0);
    await database.close();
  },
);
