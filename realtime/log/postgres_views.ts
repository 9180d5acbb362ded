/**
 * Rebuilds the views whose version changed, in one transaction: one node at a time, and at its
 * end no other can have written anything that the rebuilt rows lack.
 */
import type { Database } from "../postgres/database.ts";
import type { Sql } from "../postgres/driver.ts";
import { LogUnavailable, type View } from "./log.ts";
import { rebuildViews } from "./rebuild_views.ts";
import { ENTRY_COLUMNS, FROM_ENTRIES, pageOf } from "./postgres_rows.ts";

/** Any number, but ours. */
const ADVISORY_LOCK = 7_261_002_002;
/** How long one statement may take, in ms: another node may be rebuilding. */
const TIMEOUT_MS = 600_000;

export interface RebuildOptions {
  readonly views: readonly View[];
  readonly epoch: string;
}

/**
 * Answers with the fence that holds from now on: a node that knows another one was started with
 * other views and must not write.
 *
 * @throws {LogUnavailable} If the rows were written by a newer program.
 */
export async function openViews(
  database: Pick<Database, "line">,
  { views, epoch }: RebuildOptions,
): Promise<number> {
  const line = await database.line();
  try {
    const fence = await line.within(TIMEOUT_MS, async (sql) => {
      await sql.unsafe(
        `BEGIN; SELECT pg_advisory_xact_lock(${ADVISORY_LOCK})`,
      );
      const versions = await versionsIn(sql);
      for (const { name, version } of views) {
        if ((versions[name] ?? 0) <= version) continue;
        throw new LogUnavailable(
          `Cannot use the database: its view ${name} was written by a newer Regulens; start the newer version, or delete the rows of regulens.views to have them written anew`,
        );
      }
      const isCurrent = views.every(({ name, version }) =>
        versions[name] === version
      );
      if (!isCurrent) await rebuild(sql, { views, epoch, versions });
      const [row] = await sql`SELECT fence FROM regulens.counter`;
      await sql.unsafe("COMMIT");
      return Number(row.fence);
    });
    await line.close();
    return fence;
  } finally {
    // What failed half way is rolled back with the connection.
    line.cut();
  }
}

async function rebuild(
  sql: Sql,
  { views, epoch, versions }: RebuildOptions & {
    readonly versions: Readonly<Record<string, number>>;
  },
): Promise<void> {
  // Writers lock the counter last: from here on none can end, and none that ended is missed.
  await sql`UPDATE regulens.counter SET fence = fence + 1`;
  await rebuildViews({
    versions,
    read: async (after, limit) => {
      const rows = await sql`
        SELECT ${sql.unsafe(ENTRY_COLUMNS)} ${sql.unsafe(FROM_ENTRIES)}
        WHERE e.seq > ${after} ORDER BY e.seq LIMIT ${limit}`;
      return pageOf(rows, after, epoch);
    },
    put: async (view, rows, { clear, version }) => {
      if (clear) {
        await sql`DELETE FROM regulens.view_rows WHERE view = ${view}`;
        await sql`DELETE FROM regulens.views WHERE name = ${view}`;
      }
      for (const [, key, sort, data] of rows) {
        if (data === null) {
          await sql`DELETE FROM regulens.view_rows WHERE view = ${view} AND key = ${key}`;
        } else {
          await sql`
            INSERT INTO regulens.view_rows (view, key, sort, data)
            VALUES (${view}, ${key}, ${sort}, ${data})
            ON CONFLICT (view, key) DO UPDATE SET sort = excluded.sort, data = excluded.data`;
        }
      }
      if (version !== null) {
        await sql`INSERT INTO regulens.views (name, version) VALUES (${view}, ${version})`;
      }
    },
  }, views);
}

async function versionsIn(sql: Sql): Promise<Record<string, number>> {
  const rows = await sql`SELECT name, version FROM regulens.views`;
  return Object.fromEntries(
    rows.map((row) => [String(row.name), Number(row.version)]),
  );
}
