/** The epochs of a Postgres log, as its table has them. */
import type { Sql } from "../postgres/driver.ts";
import { Epochs } from "./epochs.ts";

export async function epochsIn(sql: Sql): Promise<Epochs> {
  const rows = await sql`
    SELECT epoch, after_seq FROM regulens.epochs ORDER BY number`;
  // Each ended with the last entry before the next one.
  const ended = rows.slice(1).map((next, i) => ({
    epoch: String(rows[i].epoch),
    seq: Number(next.after_seq),
  }));
  return new Epochs(String(rows.at(-1)?.epoch), ended);
}
