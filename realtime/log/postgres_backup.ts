/**
 * Backups of a log in Postgres: the same file as of a data folder, so that either can be
 * restored to the other. Made beside running nodes, which write on meanwhile.
 */
import { COOKIE_SECRET } from "../nodes/kept_secret.ts";
import type { Database } from "../postgres/database.ts";
import { type Backup, writeBackupOf } from "./backup.ts";
import { parseSigningKey, publicKeyOf } from "./checkpoint.ts";
import { copyToSqlite } from "./postgres_to_sqlite.ts";
import { KEY_FILE, SECRET_FILE } from "./sqlite_folder.ts";

export interface PostgresBackupOptions {
  /** ms since 1970. */
  readonly at: number;
  /** The key of its checkpoints, PKCS#8, when it was handed in from outside: it stays outside. */
  readonly signingKey?: string;
  /** The same when it is kept in a data folder: it goes along. */
  readonly keptKey?: string;
}

/** @throws {RangeError} If the file exists @throws when it is no database of ours, or gives no answer */
export async function writePostgresBackup(
  file: string,
  database: Pick<Database, "ask" | "line">,
  { at, signingKey, keptKey }: PostgresBackupOptions,
): Promise<Backup> {
  const files = new Map<string, string>();
  const [secret] = await database.ask((sql) =>
    sql`SELECT value FROM regulens.kept_secrets WHERE name = ${COOKIE_SECRET}`
  );
  if (secret) files.set(SECRET_FILE, String(secret.value));
  if (signingKey === undefined && keptKey !== undefined) {
    files.set(KEY_FILE, keptKey);
  }
  const trustedKey = signingKey && publicKeyOf(parseSigningKey(signingKey));
  const line = await database.line();
  try {
    const copy = (part: string) => copyToSqlite(line, part);
    return await writeBackupOf({ copy, files, trustedKey }, file, { at });
  } finally {
    await line.close();
  }
}
