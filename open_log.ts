/** The log this program is to keep: Postgres where `DATABASE_URL` names one, else the data folder. */
import type { Config } from "./config.ts";
import type { Log, View } from "./realtime/log/log.ts";
import type { LogWord } from "./realtime/log/postgres_options.ts";
import { openPostgresLog } from "./realtime/log/postgres.ts";
import { openSqliteLog } from "./realtime/log/sqlite.ts";
import { folderSigningKey } from "./realtime/log/sqlite_folder.ts";
import type { Logger } from "./realtime/logger.ts";
import type { Database } from "./realtime/postgres/database.ts";

export interface OpenLogOptions {
  /** Of `DATABASE_URL`; undefined where there is none. */
  readonly database: Database | undefined;
  readonly views: readonly View[];
  readonly logger: Logger;
  /** How other nodes hear of entries. @default by the database */
  readonly word?: LogWord | undefined;
  /** The storage is gone until the program starts anew. */
  readonly onLost?: (reason: string) => void;
}

/** @throws {LogUnavailable} If it cannot be used; the message says why and what to do. */
export async function openLog(
  config: Config,
  { database, views, logger, word, onLost }: OpenLogOptions,
): Promise<Log> {
  const folder = config.REGULENS_DATA;
  if (!database) return await openSqliteLog({ folder, views, onLost });
  const signingKey = signingKeyOf(config);
  return await openPostgresLog({
    database,
    views,
    logger,
    word,
    signingKey,
    folder,
    onLost,
  });
}

/** What signs checkpoints and exports of a log in Postgres; every node needs the same. */
export function signingKeyOf(
  { REGULENS_SIGNING_KEY, REGULENS_DATA: folder }: Config,
): string {
  if (REGULENS_SIGNING_KEY !== undefined) return REGULENS_SIGNING_KEY;
  Deno.mkdirSync(folder, { recursive: true });
  return folderSigningKey(folder);
}
