/** Reads subjects out of a data folder, beside a running server or without: for whoever checks it. */
import { DATABASE_FILE } from "./sqlite_folder.ts";
import { FROM_ENTRIES, textOrNull } from "./sqlite_rows.ts";
import { openToRead } from "./sqlite_schema.ts";

/** One entry, as far as a fold needs it. */
export interface SubjectEntry {
  readonly offset: number;
  readonly at: number;
  /** Null once that person was erased. */
  readonly sender: string | null;
  readonly type: string;
  readonly v: number;
  /** Null when it was erased. */
  readonly bodyText: string | null;
}

/** All entries of one subject, in their order. */
export interface Subject {
  readonly channel: string;
  readonly subject: string;
  readonly entries: readonly SubjectEntry[];
}

export interface Prefixes {
  /** What the names of channels begin with. */
  readonly channel: string;
  /** What the names of subjects begin with. */
  readonly subject: string;
}

/**
 * The subjects whose channel and name begin so, by channel, one at a time, from one snapshot.
 *
 * @throws {Error} If the folder holds no log that can be read.
 */
export function* readSubjects(
  folder: string,
  { channel, subject }: Prefixes,
): Generator<Subject> {
  const db = openToRead(`${folder}/${DATABASE_FILE}`);
  try {
    const rows = db.prepare(`
      SELECT c.name AS channel, s.name AS subject, e.offset, e.at, a.user_id,
        t.name AS type, e.v, e.body
      ${FROM_ENTRIES}
      WHERE substr(c.name, 1, ${channel.length}) = ?
        AND substr(s.name, 1, ${subject.length}) = ?
      ORDER BY c.name, s.name, e.offset
    `).iterate(channel, subject);
    let current: { channel: string; subject: string; entries: SubjectEntry[] } =
      { channel: "", subject: "", entries: [] };
    for (const row of rows) {
      const place = {
        channel: String(row.channel),
        subject: String(row.subject),
      };
      if (
        place.channel !== current.channel || place.subject !== current.subject
      ) {
        if (current.entries.length > 0) yield current;
        current = { ...place, entries: [] };
      }
      current.entries.push({
        offset: Number(row.offset),
        at: Number(row.at),
        sender: textOrNull(row.user_id),
        type: String(row.type),
        v: Number(row.v),
        bodyText: textOrNull(row.body),
      });
    }
    if (current.entries.length > 0) yield current;
  } finally {
    db.close();
  }
}
