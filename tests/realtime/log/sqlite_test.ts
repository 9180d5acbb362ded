/** The SQLite log against the contract, and what only it promises. */
import { openSqliteLog } from "../../../realtime/log/sqlite.ts";
import {
  durableLogContract,
  type Fixture,
  logContract,
} from "./log_contract.ts";

async function openFixture(): Promise<Fixture> {
  const folder = await Deno.makeTempDir();
  let log = await openSqliteLog({ folder, views: [] });
  return {
    log,
    reopen: async () => {
      await log.close();
      return log = await openSqliteLog({ folder, views: [] });
    },
    dispose: async () => {
      await log.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

logContract("sqlite", openFixture);
durableLogContract("sqlite", openFixture);
