/** The checkpoints kept in the SQLite file. */
import type { KeyObject } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import {
  hashCheckpoint,
  signCheckpoint,
  type SignedCheckpoint,
} from "./checkpoint.ts";
import type { Row } from "./sqlite_rows.ts";
import type { SqliteTables } from "./sqlite_tables.ts";

export class CheckpointTable {
  readonly #db: DatabaseSync;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** Channels with entries that no checkpoint covers yet. */
  channelsSinceLast(): string[] {
    const rows = this.#db.prepare(
      `SELECT DISTINCT n.name FROM entries e JOIN names n ON n.id = e.channel
       WHERE e.seq > (SELECT coalesce(max(seq), 0) FROM checkpoints)`,
    ).all();
    return rows.map((row) => String(row.name));
  }

  /** Signs the heads that changed and keeps the checkpoint; undefined when none changed. */
  sign(
    tables: SqliteTables,
    key: KeyObject,
    at: number,
  ): SignedCheckpoint | undefined {
    const heads = [...tables.changed].sort()
      .map((channel) => ({ channel, ...tables.head(channel) }))
      .filter((head) => head.offset > 0);
    if (heads.length === 0) return undefined;
    const row = this.#db.prepare(
      "SELECT * FROM checkpoints ORDER BY number DESC LIMIT 1",
    ).get();
    const previous = hashCheckpoint(row && signedOf(row));
    const number = Number(row?.number ?? 0) + 1;
    const { epoch, cursor } = tables;
    const signed = signCheckpoint(
      { format: 2, number, at, epoch, previous, heads },
      key,
    );
    this.#db.prepare("INSERT INTO checkpoints VALUES (?, ?, ?, ?, ?)")
      .run(number, cursor, signed.text, signed.publicKey, signed.signature);
    return signed;
  }

  all(): SignedCheckpoint[] {
    return this.#db.prepare("SELECT * FROM checkpoints ORDER BY number").all()
      .map(signedOf);
  }
}

function signedOf(row: Row): SignedCheckpoint {
  return {
    text: String(row.text),
    publicKey: String(row.public_key),
    signature: String(row.signature),
  };
}
