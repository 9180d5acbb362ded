/** Checks of a SQLite log beside the chains: the file itself, and the answers kept with messageIds. */
import type { DatabaseSync } from "node:sqlite";
import type { Bad } from "./chain.ts";
import { positionsIn } from "./known_positions.ts";
import { NO_HASH } from "./record.ts";
import { SEQ_AT } from "./sqlite_places.ts";
import { hex } from "./sqlite_rows.ts";

/** Tables and indexes that do not agree, and pages that are none, would be met by reads only. */
export function checkFile(db: DatabaseSync): Bad | undefined {
  const row = db.prepare("PRAGMA integrity_check(1)").get();
  if (row?.integrity_check === "ok") return undefined;
  return { channel: "", offset: 0, reason: "damaged_file" };
}

/** An answer given again must be of entries that there are: a retry would be told another place. */
export function checkKnown(db: DatabaseSync, only?: string): Bad | undefined {
  const placed = db.prepare(
    `SELECT ${hex("hash")} FROM entries WHERE seq = ${SEQ_AT}
       AND channel = (SELECT id FROM names WHERE name = ?1) AND offset = ?2`,
  );
  for (const row of db.prepare("SELECT positions FROM known").iterate()) {
    const positions = positionsIn(String(row.positions));
    if (!positions) return { channel: "", offset: 0, reason: "altered_answer" };
    for (const [channel, offset, hash] of positions) {
      if (only !== undefined && channel !== only) continue;
      // A commit without entries is answered with a head that may be before the first.
      const there = offset === 0 ? NO_HASH : placed.get(channel, offset)?.hash;
      if (there === hash) continue;
      return { channel, offset, reason: "altered_answer" };
    }
  }
}
