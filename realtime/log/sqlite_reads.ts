/** Every read of the SQLite log, as prepared statements over one connection. */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { Query, Recall, Rows } from "./log.ts";
import { DEFAULT_LIMIT, formatPage, parseCursor } from "./paging.ts";
import { NO_HASH } from "./record.ts";
import { CheckpointTable } from "./sqlite_checkpoints.ts";
import type {
  PackedRecord,
  ReaderReply,
  ReaderRequest,
} from "./sqlite_messages.ts";
import {
  SEQ_OF_HEAD,
  SEQS_BY_OFFSET,
  SEQS_BY_SUBJECT,
} from "./sqlite_places.ts";
import {
  FROM_ENTRIES,
  hex,
  knownOf,
  type Row,
  textOrNull,
} from "./sqlite_rows.ts";

const SELECT_ENTRIES = `
  SELECT e.seq, c.name AS channel, e.offset, e.at, a.actor, a.user_id,
    t.name AS type, e.v, s.name AS subject, e.message_id, e.body, ${
  hex("e.hash")
}
  ${FROM_ENTRIES}`;

export class SqliteReads {
  readonly #db: DatabaseSync;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(db: DatabaseSync) {
    this.#db = db;
    this.#statements = prepare(db);
  }

  answer(
    request: Exclude<ReaderRequest, { do: "open" | "verify" | "close" }>,
  ): ReaderReply {
    switch (request.do) {
      case "read": {
        const { channel, subject, after, limit } = request;
        const rows = subject === null
          ? this.#statements.read.all(channel, after, limit)
          : this.#statements.readSubject.all(channel, after, limit, subject);
        return entries(rows, after);
      }
      case "page":
        return entries(
          this.#statements.page.all(request.after, request.limit),
          request.after,
        );
      case "head": {
        const row = this.#statements.head.get(request.channel);
        const hash = row ? String(row.hash) : NO_HASH;
        return { state: "head", offset: Number(row?.offset ?? 0), hash };
      }
      case "query":
        return {
          state: "rows",
          rows: this.#query(request.view, request.query),
        };
      case "recall":
        return { state: "known", known: this.#recall(request.recall) };
      case "checkpoints": {
        const checkpoints = new CheckpointTable(this.#db).all();
        return { state: "checkpoints", checkpoints };
      }
    }
  }

  #recall({ sender, scope, messageId }: Recall) {
    const row = this.#statements.known.get(sender, scope, messageId);
    return row ? knownOf(row) : null;
  }

  #query(view: string, query: Query): Rows {
    const { key, prefix, from, to, cursor, descending } = query;
    const where = ["view = ?"];
    const values: SQLInputValue[] = [view];
    const add = (condition: string, ...more: SQLInputValue[]) => {
      where.push(condition);
      values.push(...more);
    };
    if (key !== undefined) add("key = ?", key);
    // No text starts with the prefix and sorts behind prefix + the last code point.
    if (prefix) add("key >= ? AND key <= ?", prefix, `${prefix}\u{10FFFF}`);
    if (from !== undefined) add("sort >= ?", from);
    if (to !== undefined) add("sort <= ?", to);
    if (cursor !== undefined) {
      const place = parseCursor(cursor);
      const order = descending ? "<" : ">";
      add(`(sort, key) ${order} (?, ?)`, place.sort, place.key);
    }
    const way = descending ? "DESC" : "ASC";
    // The few shapes this can take are cached as statements by their text.
    const statement = this.#statements.query(
      `SELECT key, sort, data FROM view_rows WHERE ${where.join(" AND ")}
       ORDER BY sort ${way}, key ${way} LIMIT ?`,
    );
    const rows = statement.all(...values, (query.limit ?? DEFAULT_LIMIT) + 1);
    return formatPage(
      rows.map((row) => ({
        key: String(row.key),
        sort: Number(row.sort),
        data: String(row.data),
      })),
      query,
    );
  }
}

function entries(rows: readonly Row[], after: number): ReaderReply {
  const cursor = Number(rows.at(-1)?.seq ?? after);
  return { state: "entries", records: rows.map(packedOf), cursor };
}

function packedOf(row: Row): PackedRecord {
  return [
    String(row.channel),
    Number(row.offset),
    Number(row.at),
    String(row.actor),
    textOrNull(row.user_id),
    String(row.type),
    Number(row.v),
    String(row.subject),
    textOrNull(row.message_id),
    textOrNull(row.body),
    String(row.hash),
  ];
}

function prepare(db: DatabaseSync) {
  const queries = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  return {
    read: db.prepare(
      `${SELECT_ENTRIES} WHERE e.seq IN (${SEQS_BY_OFFSET}) ORDER BY e.seq LIMIT ?3`,
    ),
    readSubject: db.prepare(
      `${SELECT_ENTRIES} WHERE e.seq IN (${SEQS_BY_SUBJECT}) ORDER BY e.seq LIMIT ?3`,
    ),
    page: db.prepare(
      `${SELECT_ENTRIES} WHERE e.seq > ? ORDER BY e.seq LIMIT ?`,
    ),
    head: db.prepare(
      `SELECT offset, ${hex("hash")} FROM entries WHERE seq = ${SEQ_OF_HEAD}`,
    ),
    known: db.prepare(
      `SELECT k.request_hash, k.positions, k.result
       FROM actors a JOIN known k ON k.actor = a.id
       JOIN names n ON n.id = k.scope
       WHERE a.user_id = ? AND n.name = ? AND k.message_id = ?`,
    ),
    query(text: string) {
      let statement = queries.get(text);
      if (!statement) queries.set(text, statement = db.prepare(text));
      return statement;
    },
  };
}
