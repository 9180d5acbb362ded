/** Logs over one Postgres database, as the nodes of a house have them. */
import type { Entry, View } from "../../../realtime/log/log.ts";
import {
  openPostgresLog,
  type PostgresLog,
} from "../../../realtime/log/postgres.ts";
import type { PostgresLogOptions } from "../../../realtime/log/postgres_options.ts";
import { SILENT } from "../../../realtime/logger.ts";
import {
  type Database,
  openDatabase,
} from "../../../realtime/postgres/database.ts";

/** One node's log, and everything its feed has told. */
export interface Node extends AsyncDisposable {
  readonly database: Database;
  readonly log: PostgresLog;
  readonly heard: Entry[];
  /** Resolves once the feed has told so many entries in all. */
  heardSoMany(count: number): Promise<void>;
}

export async function openNode(
  url: string,
  { views = [], deaf = false, ...options }:
    & { readonly views?: readonly View[]; readonly deaf?: boolean }
    & Partial<PostgresLogOptions> = {},
): Promise<Node> {
  const opened = openDatabase(url, { logger: SILENT });
  const database = deaf ? { ...opened, listen: () => () => {} } : opened;
  const logger = SILENT;
  const log = await openPostgresLog({ database, views, logger, ...options })
    .catch(async (error) => {
      await database.close();
      throw error;
    });
  const heard: Entry[] = [];
  const waiting = new Set<() => void>();
  const stop = log.feed((entries) => {
    heard.push(...entries);
    for (const look of [...waiting]) look();
  });
  return {
    database,
    log,
    heard,
    heardSoMany: (count) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => {
        if (heard.length < count) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      return promise;
    },
    [Symbol.asyncDispose]: async () => {
      stop();
      await log.close();
      await database.close();
    },
  };
}
