/** A process that commits with 20 writers and prints every acknowledgement, until it is killed. */
import { openSqliteLog } from "../../../realtime/log/sqlite.ts";
import { notes } from "./log_contract.ts";

const [folder, round] = Deno.args;
const log = await openSqliteLog({
  folder,
  views: [],
  checkpointIntervalMs: 50,
  // So that kills also meet entries being placed.
  maxTailEntries: 100,
});
const encoder = new TextEncoder();

await Promise.all(Array.from({ length: 20 }, async (_, writer) => {
  const channel = `session:${writer % 4}`;
  for (let i = 0;; i++) {
    const messageId = `${round}-${writer}-${i}`;
    const { positions } = await log.commit(
      notes(channel, [messageId], { messageId, sender: `user-${writer}` }),
    );
    // Written in one piece and at once: what was printed was acknowledged.
    const line = `${channel} ${positions[0].offset} ${messageId}\n`;
    Deno.stdout.writeSync(encoder.encode(line));
  }
}));
