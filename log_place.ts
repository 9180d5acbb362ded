/** Where the log is that a task works on, and its key: as the server would find them. */
import { parseSigningKey, publicKeyOf } from "./realtime/log/checkpoint.ts";
import { exists } from "./realtime/log/durable_files.ts";
import { KEY_FILE } from "./realtime/log/sqlite_folder.ts";
import { SILENT } from "./realtime/logger.ts";
import { isPostgresUrl } from "./realtime/postgres/address.ts";
import { type Database, openDatabase } from "./realtime/postgres/database.ts";

const DEFAULT_FOLDER = "./data";

export interface LogPlace {
  readonly isDatabase: boolean;
  /** A folder, or the URL of a database, which holds its password. */
  readonly at: string;
}

/** @param given A folder or a URL. @default `DATABASE_URL`, else `REGULENS_DATA`, else `./data` */
export function logPlace(given: string | undefined): LogPlace {
  // An empty value counts as unset, as at the start of the server.
  const at = given ?? (Deno.env.get("DATABASE_URL") || dataFolder());
  return { isDatabase: isPostgresUrl(at), at };
}

export function dataFolder(): string {
  return Deno.env.get("REGULENS_DATA") || DEFAULT_FOLDER;
}

/** What signs a log in Postgres, when it is handed in from outside: PKCS#8. */
export function givenKey(): string | undefined {
  return Deno.env.get("REGULENS_SIGNING_KEY") || undefined;
}

/** The same when the server keeps it in its data folder. */
export function keptKey(): string | undefined {
  const path = `${dataFolder()}/${KEY_FILE}`;
  return exists(path) ? Deno.readTextFileSync(path) : undefined;
}

/** The public half of either; undefined where there is none. */
export function trustedKeyOf(): string | undefined {
  const key = givenKey() ?? keptKey();
  return key && publicKeyOf(parseSigningKey(key));
}

export async function withDatabase<Answer>(
  url: string,
  run: (database: Database) => Promise<Answer>,
): Promise<Answer> {
  const database = openDatabase(url, { logger: SILENT, max: 1 });
  try {
    return await run(database);
  } finally {
    await database.close();
  }
}
