/** The memory log against the contract. */
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { logContract, VIEWS } from "./log_contract.ts";

logContract("memory", () => {
  const log = createMemoryLog({ views: VIEWS });
  return Promise.resolve({ log, dispose: () => log.close() });
});
