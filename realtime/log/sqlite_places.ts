/**
 * Where the entries of a channel are. An index over (channel, offset) costs a page per channel
 * and flush, which for many channels is more than the entries themselves. So new entries wait
 * in a short tail, and are placed many at a time; who reads looks into both.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Entries in the tail at which they are placed: each read may look at so many rows. */
export const MAX_TAIL_ENTRIES = 1_024;

/** Everything up to this seq has its place. */
export const PLACED = "(SELECT coalesce(max(seq), 0) FROM placed)";

/** The number of the channel that is parameter 1 by name. */
const CHANNEL = "(SELECT id FROM names WHERE name = ?1)";

/** Seqs of channel ?1 behind offset ?2, ?3 of them and maybe more. */
export const SEQS_BY_OFFSET = seqs(`channel = ${CHANNEL} AND offset > ?2`);

/** The same for the subject that is parameter 4 by name. */
export const SEQS_BY_SUBJECT = seqs(
  `channel = ${CHANNEL} AND subject = (SELECT id FROM names WHERE name = ?4) AND offset > ?2`,
);

/** Seq of the entry of channel ?1 at offset ?2. */
export const SEQ_AT = `coalesce(
  (SELECT seq FROM places WHERE channel = ${CHANNEL} AND offset = ?2),
  (SELECT seq FROM entries WHERE seq > ${PLACED} AND channel = ${CHANNEL} AND offset = ?2))`;

/** Seq of the last entry of channel ?1. */
export const SEQ_OF_HEAD = `coalesce(
  (SELECT seq FROM entries WHERE seq > ${PLACED} AND channel = ${CHANNEL}
   ORDER BY seq DESC LIMIT 1),
  (SELECT seq FROM places WHERE channel = ${CHANNEL} ORDER BY offset DESC LIMIT 1))`;

/** Moves the tail's entries to their places. */
export class Places {
  readonly #cursor: StatementSync;
  readonly #place: StatementSync;
  readonly #setPlaced: StatementSync;
  readonly #maxTail: number;
  #placed = 0;

  constructor(db: DatabaseSync, maxTail: number) {
    this.#maxTail = maxTail;
    this.#cursor = db.prepare(`SELECT ${PLACED} AS seq`);
    // Sorted, so that each page is met once.
    this.#place = db.prepare(
      `INSERT INTO places SELECT channel, offset, subject, seq FROM entries
       WHERE seq > ? AND seq <= ? ORDER BY channel, offset`,
    );
    this.#setPlaced = db.prepare("UPDATE placed SET seq = ?");
  }

  /** To be called before anything else, and after a rollback. */
  reload(): void {
    this.#placed = Number(this.#cursor.get()?.seq);
  }

  /** To be called at the end of every transaction. */
  placeUpTo(cursor: number): void {
    if (cursor - this.#placed < this.#maxTail) return;
    this.#place.run(this.#placed, cursor);
    this.#setPlaced.run(cursor);
    this.#placed = cursor;
  }
}

function seqs(condition: string): string {
  // Within a channel, seq and offset have the same order.
  return `
    SELECT seq FROM (
      SELECT seq FROM places WHERE ${condition} ORDER BY offset LIMIT ?3)
    UNION ALL
    SELECT seq FROM (
      SELECT seq FROM entries WHERE seq > ${PLACED} AND ${condition}
      ORDER BY seq LIMIT ?3)`;
}
