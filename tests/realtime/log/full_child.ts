/** A process whose files may not grow far: it commits until it cannot, and prints what it saw. */
import { openSqliteLog } from "../../../realtime/log/sqlite.ts";
import { notes } from "./log_contract.ts";

const [folder] = Deno.args;
const log = await openSqliteLog({ folder, views: [] });
let acknowledged = 0;
let refusal = "";
while (refusal === "") {
  await log.commit(notes("a", ["x".repeat(20_000)])).then(
    () => acknowledged++,
    (error) => refusal = `${error.name}: ${error.message}`,
  );
}
const writable = log.writable();
const { offset } = await log.head("a");
await log.close();
console.log(JSON.stringify({ acknowledged, offset, refusal, writable }));
