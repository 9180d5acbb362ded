/**
 * Restores into Postgres: the log of a backup, in a new epoch, put into an empty database as a
 * whole or not at all. It is made ready in a folder first, as for the embedded log.
 */
import { join } from "node:path";
import { COOKIE_SECRET } from "../nodes/kept_secret.ts";
import type { Database } from "../postgres/database.ts";
import { migrate } from "../postgres/migrate.ts";
import { parseSigningKey, publicKeyOf } from "./checkpoint.ts";
import { exists } from "./durable_files.ts";
import {
  BadBackup,
  restoreBackup,
  type Restored,
  type RestoreOptions,
} from "./restore.ts";
import { DATABASE_FILE, KEY_FILE, SECRET_FILE } from "./sqlite_folder.ts";
import { openToRead } from "./sqlite_schema.ts";
import { copyToPostgres } from "./sqlite_to_postgres.ts";
import { verifyWithin } from "./verify_postgres.ts";

export type PostgresRestoreOptions = Omit<RestoreOptions, "force">;

export interface RestoredToPostgres extends Restored {
  /** The key of its checkpoints, which every node needs from now on: PKCS#8. */
  readonly signingKey: string;
}

/**
 * Makes the database what the log was when the backup was made, in a new epoch.
 *
 * @throws {RangeError} If it is no backup, a log is in the way, or there is no key @throws {BadBackup}
 * @throws {LogUnavailable} If a node runs on it, or it is none for us
 */
export async function restoreToPostgres(
  file: string,
  database: Pick<Database, "line">,
  options: PostgresRestoreOptions,
): Promise<RestoredToPostgres> {
  const ready = await Deno.makeTempDir({ prefix: "regulens_restore_" });
  try {
    const restored = await restoreBackup(file, ready, options);
    const signingKey = Deno.readTextFileSync(join(ready, KEY_FILE));
    await migrate(database);
    await put(ready, database, { file, signingKey });
    return { ...restored, signingKey };
  } finally {
    await Deno.remove(ready, { recursive: true });
  }
}

async function put(
  ready: string,
  database: Pick<Database, "line">,
  { file, signingKey }: { readonly file: string; readonly signingKey: string },
): Promise<void> {
  const trustedKey = publicKeyOf(parseSigningKey(signingKey));
  const path = join(ready, SECRET_FILE);
  const secret = exists(path) ? Deno.readTextFileSync(path) : undefined;
  const db = openToRead(join(ready, DATABASE_FILE));
  const line = await database.line();
  try {
    await copyToPostgres(line, db, async (ask) => {
      const verification = await verifyWithin(ask, { trustedKey });
      if (!verification.ok) throw new BadBackup(file, verification);
      if (secret === undefined) return;
      await ask((sql) =>
        sql`
        INSERT INTO regulens.kept_secrets (name, value)
        VALUES (${COOKIE_SECRET}, ${secret})
        ON CONFLICT (name) DO UPDATE SET value = excluded.value`
      );
    });
    await line.close();
  } finally {
    line.cut();
    db.close();
  }
}
