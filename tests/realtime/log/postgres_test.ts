/** The Postgres log against the contract, and what only it promises. */
import { SILENT } from "../../../realtime/logger.ts";
import { openPostgresLog } from "../../../realtime/log/postgres.ts";
import { openDatabase } from "../../../realtime/postgres/database.ts";
import {
  dropPostgres,
  HAS_POSTGRES,
  NO_POSTGRES,
  postgresForTests,
} from "../../support/postgres.ts";
import {
  durableLogContract,
  type Fixture,
  logContract,
  VIEWS,
} from "./log_contract.ts";

async function openFixture(): Promise<Fixture> {
  const url = await postgresForTests();
  if (url === undefined) throw new Error(NO_POSTGRES);
  const logger = SILENT;
  const open = () => {
    const database = openDatabase(url, { logger });
    return {
      database,
      log: openPostgresLog({ database, views: VIEWS, logger }),
    };
  };
  let opened = open();
  const close = async () => {
    await (await opened.log).close();
    await opened.database.close();
  };
  return {
    log: await opened.log,
    reopen: async () => {
      await close();
      opened = open();
      return await opened.log;
    },
    dispose: async () => {
      await close();
      await dropPostgres(url);
    },
  };
}

if (HAS_POSTGRES) {
  logContract("postgres", openFixture);
  durableLogContract("postgres", openFixture);
} else {
  Deno.test.ignore(
    `[L1] the Postgres log keeps the contract (${NO_POSTGRES})`,
    () => {},
  );
}
