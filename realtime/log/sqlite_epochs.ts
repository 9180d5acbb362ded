/** The epochs of a SQLite log, as its file keeps them. */
import type { DatabaseSync } from "node:sqlite";
import { Epochs } from "./epochs.ts";

const CURRENT = "epoch";
/** In `meta`: JSON of `EndedEpoch[]`, oldest first. Absent in a log that was never restored. */
const ENDED = "ended_epochs";

export function epochsOf(db: DatabaseSync): Epochs {
  const read = db.prepare("SELECT value FROM meta WHERE key = ?");
  const ended = read.get(ENDED)?.value;
  return new Epochs(
    String(read.get(CURRENT)?.value),
    ended === undefined ? [] : JSON.parse(String(ended)),
  );
}

/** Starts a new epoch for every channel; entries keep theirs. To be called while nobody else has the file. */
export function startEpoch(db: DatabaseSync): Epochs {
  const row = db.prepare("SELECT coalesce(max(seq), 0) AS seq FROM entries")
    .get();
  const epochs = epochsOf(db).next(Number(row?.seq));
  db.exec("BEGIN IMMEDIATE");
  try {
    keepEpochs(db, epochs);
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
  return epochs;
}

/** Within a transaction. */
export function keepEpochs(db: DatabaseSync, epochs: Epochs): void {
  const put = db.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)");
  put.run(ENDED, JSON.stringify(epochs));
  put.run(CURRENT, epochs.current);
}
