/** The SQLite log against the contract, and what only it promises. */
import { openSqliteLog } from "../../../realtime/log/sqlite.ts";
import {
  durableLogContract,
  type Fixture,
  logContract,
  VIEWS,
} from "./log_contract.ts";

async function openFixture(maxTailEntries?: number): Promise<Fixture> {
  const folder = await Deno.makeTempDir();
  const options = { folder, views: VIEWS, maxTailEntries };
  let log = await openSqliteLog(options);
  return {
    log,
    reopen: async () => {
      await log.close();
      return log = await openSqliteLog(options);
    },
    dispose: async () => {
      await log.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

// New entries are found in the tail, old ones by their place; with 2 most reads meet both.
for (const maxTailEntries of [undefined, 2]) {
  const name = `sqlite, tail of ${maxTailEntries ?? "the usual length"}`;
  logContract(name, () => openFixture(maxTailEntries));
  durableLogContract(name, () => openFixture(maxTailEntries));
}
