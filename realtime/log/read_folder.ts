/** Reads subjects out of a data folder: for whoever checks it. */
import type { DatabaseSync } from "node:sqlite";
import { DATABASE_FILE } from "./sqlite_folder.ts";
import { FROM_ENTRIES, textOrNull } from "./sqlite_rows.ts";
import { openToRead } from "./sqlite_schema.ts";
import {
  type PlacedEntry,
  type Prefixes,
  type Subject,
  subjectsOf,
} from "./subjects.ts";

/**
 * The subjects whose channel and name begin so, by channel, one at a time, from one snapshot.
 *
 * @throws {Error} If the folder holds no log that can be read.
 */
export async function* readSubjects(
  folder: string,
  prefixes: Prefixes,
): AsyncGenerator<Subject> {
  const db = openToRead(`${folder}/${DATABASE_FILE}`);
  try {
    yield* subjectsOf(entriesIn(db, prefixes));
  } finally {
    db.close();
  }
}

function* entriesIn(
  db: DatabaseSync,
  { channel, subject }: Prefixes,
): Generator<PlacedEntry> {
  const rows = db.prepare(`
    SELECT c.name AS channel, s.name AS subject, e.offset, e.at, a.user_id,
      t.name AS type, e.v, e.body
    ${FROM_ENTRIES}
    WHERE substr(c.name, 1, ${channel.length}) = ?
      AND substr(s.name, 1, ${subject.length}) = ?
    ORDER BY c.name, s.name, e.offset
  `).iterate(channel, subject);
  for (const row of rows) {
    yield {
      channel: String(row.channel),
      subject: String(row.subject),
      offset: Number(row.offset),
      at: Number(row.at),
      sender: textOrNull(row.user_id),
      type: String(row.type),
      v: Number(row.v),
      bodyText: textOrNull(row.body),
    };
  }
}
