/** Copies a log in Postgres to a SQLite file, as of one moment: what a backup is made of. */
import type { DatabaseSync } from "node:sqlite";
import type { Line } from "../postgres/line.ts";
import { type Ask, rowsOf } from "./postgres_cursor.ts";
import { epochsIn } from "./postgres_epochs.ts";
import { keepEpochs } from "./sqlite_epochs.ts";
import { Names } from "./sqlite_names.ts";
import { openToWrite } from "./sqlite_schema.ts";

/** How long one stretch may go unanswered, in ms. */
const ANSWER_TIMEOUT_MS = 60_000;

/**
 * Reads one snapshot, whatever is written meanwhile. The rows of lists come along, so that
 * nobody has to rebuild them.
 *
 * @param line Without a transaction; nothing else may be asked over it meanwhile.
 * @param path Of an empty file, or of one that is yet to be made.
 */
export async function copyToSqlite(
  line: Pick<Line, "within">,
  path: string,
): Promise<void> {
  const ask: Ask = (asked) => line.within(ANSWER_TIMEOUT_MS, asked);
  const db = openToWrite(path);
  try {
    await ask((sql) =>
      sql.unsafe("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    );
    db.exec("BEGIN IMMEDIATE");
    keepEpochs(db, await ask(epochsIn));
    const actors = await copyActors(ask, db);
    const names = new Names(db);
    await copyEntries(ask, db, { names, actors });
    await copyKnown(ask, db, { names, actors });
    await copyPlain(ask, db, "views", "name, version");
    await copyPlain(ask, db, "view_rows", "view, key, sort, data");
    const signed = "number, seq, text, public_key, signature";
    await copyPlain(ask, db, "checkpoints", signed);
    db.exec("COMMIT");
    await ask((sql) => sql.unsafe("ROLLBACK"));
  } finally {
    db.close();
  }
}

interface Numbers {
  readonly names: Names;
  /** By actor. */
  readonly actors: ReadonlyMap<string, number>;
}

async function copyActors(
  ask: Ask,
  db: DatabaseSync,
): Promise<ReadonlyMap<string, number>> {
  const put = db.prepare("INSERT INTO actors (actor, user_id) VALUES (?, ?)");
  const actors = new Map<string, number>();
  const rows = rowsOf(ask, "SELECT actor, user_id FROM regulens.actors");
  for await (const { actor, user_id } of rows) {
    actors.set(actor, Number(put.run(actor, user_id).lastInsertRowid));
  }
  return actors;
}

/** What points nowhere is copied as such: that the copy is whole is for verify to say. */
async function copyEntries(
  ask: Ask,
  db: DatabaseSync,
  { names, actors }: Numbers,
): Promise<void> {
  const put = db.prepare(
    "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
  );
  const rows = rowsOf(
    ask,
    `SELECT e.*, coalesce(c.name, 'channel ' || e.channel || ', unnamed') AS channel_name
     FROM regulens.entries e LEFT JOIN regulens.channels c ON c.id = e.channel
     ORDER BY e.seq`,
  );
  for await (const row of rows) {
    put.run(
      row.seq,
      names.id(row.channel_name),
      names.id(row.subject),
      row.offset,
      row.at,
      actors.get(row.actor) ?? 0,
      names.id(row.type),
      row.v,
      row.message_id,
      row.salt,
      row.body_hash,
      row.hash,
      row.body,
    );
  }
  db.exec(`
    INSERT INTO places SELECT channel, offset, subject, seq FROM entries
    ORDER BY channel, offset;
    UPDATE placed SET seq = (SELECT coalesce(max(seq), 0) FROM entries);
  `);
}

async function copyKnown(
  ask: Ask,
  db: DatabaseSync,
  { names, actors }: Numbers,
): Promise<void> {
  const put = db.prepare("INSERT INTO known VALUES (?, ?, ?, ?, ?, ?)");
  for await (const row of rowsOf(ask, "SELECT * FROM regulens.known")) {
    const { message_id, request_hash, positions, result } = row;
    const actor = actors.get(row.actor) ?? 0;
    const scope = names.id(row.scope);
    put.run(actor, scope, message_id, request_hash, positions, result);
  }
}

/** A table that is the same in both. */
async function copyPlain(
  ask: Ask,
  db: DatabaseSync,
  table: string,
  columns: string,
): Promise<void> {
  const names = columns.split(", ");
  const put = db.prepare(
    `INSERT INTO ${table} (${columns}) VALUES (${names.map(() => "?")})`,
  );
  const rows = rowsOf(ask, `SELECT ${columns} FROM regulens.${table}`);
  for await (const row of rows) put.run(...names.map((name) => row[name]));
}
