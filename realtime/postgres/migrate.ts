/** Brings a database's schema up to date: plain numbered SQL files, each run once. */
import { LogUnavailable } from "../log/log.ts";
import type { Database } from "./database.ts";

/** Any number, but ours: nodes that start at once wait for each other by it. */
const ADVISORY_LOCK = 7_261_002_001;

/** How long the files may take together, in ms: another node may be running them, too. */
const TIMEOUT_MS = 120_000;

const FOLDER = new URL("./migrations/", import.meta.url);

/**
 * Runs what was not run yet, all in one transaction. Nodes may call it at once.
 *
 * @throws {LogUnavailable} If the database holds steps of a newer program, or is none for us.
 */
export async function migrate(database: Pick<Database, "line">): Promise<void> {
  const files = await migrationFiles();
  const line = await database.line();
  try {
    await line.within(TIMEOUT_MS, async (sql) => {
      await sql.unsafe(`
        BEGIN;
        SELECT pg_advisory_xact_lock(${ADVISORY_LOCK});
        CREATE SCHEMA IF NOT EXISTS regulens;
        CREATE TABLE IF NOT EXISTS regulens.migrations (
          name text PRIMARY KEY,
          ran_at timestamptz NOT NULL DEFAULT now()
        );
      `);
      const rows = await sql`SELECT name FROM regulens.migrations`;
      const ran = new Set(rows.map((row) => String(row.name)));
      for (const name of ran) {
        if (files.includes(name)) continue;
        throw new LogUnavailable(
          `Cannot use the database: it holds ${name} of a newer Regulens; start the newer version, or give another database`,
        );
      }
      for (const name of files) {
        if (ran.has(name)) continue;
        await sql.unsafe(await Deno.readTextFile(new URL(name, FOLDER)));
        await sql`INSERT INTO regulens.migrations (name) VALUES (${name})`;
      }
      await sql.unsafe("COMMIT");
    });
    await line.close();
  } finally {
    // What failed half way is rolled back with the connection.
    line.cut();
  }
}

async function migrationFiles(): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(FOLDER)) {
    if (/^\d{4}_\w+\.sql$/.test(name)) names.push(name);
  }
  return names.sort();
}
