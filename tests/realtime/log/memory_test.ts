/** The memory log against the contract. */
import { createMemoryLog } from "../../../realtime/log/memory.ts";
import { logContract } from "./log_contract.ts";

logContract("memory", () => {
  const log = createMemoryLog();
  return Promise.resolve({ log, dispose: () => log.close() });
});
