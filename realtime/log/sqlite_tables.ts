/** The tables of the SQLite log as a commit sees them, inside the writer's transaction. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Head, Known } from "./apply.ts";
import type { ErasableTables } from "./erasure.ts";
import type { PackedRow } from "./packed.ts";
import { NO_HASH, type Record } from "./record.ts";
import { epochOf } from "./sqlite_schema.ts";
import { knownOf, RECORD_COLUMNS, recordOf } from "./sqlite_rows.ts";

/** Heads, subjects and actors kept in memory before they are read again from the file. */
const MAX_CACHED = 100_000;

export class SqliteTables implements ErasableTables {
  readonly epoch: string;
  /** Number of the last entry. */
  cursor: number;
  /** Channels written to since the last checkpoint; may hold one whose write was rolled back. */
  readonly changed = new Set<string>();
  readonly #statements: ReturnType<typeof prepare>;
  readonly #heads = new Map<string, Head>();
  readonly #subjects = new Map<string, Map<string, number>>();
  readonly #actors = new Map<string, string>();
  #cachedSubjects = 0;

  constructor(db: DatabaseSync) {
    this.#statements = prepare(db);
    this.epoch = epochOf(db);
    this.cursor = Number(this.#statements.cursor.get()?.seq);
  }

  /** To be called after a rollback, when memory may know more than the file. */
  forgetCached(): void {
    this.#heads.clear();
    this.#subjects.clear();
    this.#actors.clear();
    this.#cachedSubjects = 0;
    this.cursor = Number(this.#statements.cursor.get()?.seq);
  }

  /** To be called between transactions. */
  trimCached(): void {
    const size = this.#heads.size + this.#actors.size + this.#cachedSubjects;
    if (size > MAX_CACHED) this.forgetCached();
  }

  head(channel: string): Head {
    const cached = this.#heads.get(channel);
    if (cached) return cached;
    const row = this.#statements.head.get(channel);
    const head = row
      ? { offset: Number(row.offset), hash: String(row.hash) }
      : { offset: 0, hash: NO_HASH };
    this.#heads.set(channel, head);
    return head;
  }

  subjectOffset(channel: string, subject: string): number {
    const cached = this.#subjects.get(channel)?.get(subject);
    if (cached !== undefined) return cached;
    const row = this.#statements.subject.get(channel, subject);
    const offset = Number(row?.offset ?? 0);
    this.#cacheSubject(channel, subject, offset);
    return offset;
  }

  findActor(userId: string): string | undefined {
    const cached = this.#actors.get(userId);
    if (cached !== undefined) return cached;
    const row = this.#statements.findActor.get(userId);
    if (!row) return undefined;
    const actor = String(row.actor);
    this.#actors.set(userId, actor);
    return actor;
  }

  actor(userId: string): string {
    const known = this.findActor(userId);
    if (known !== undefined) return known;
    const actor = crypto.randomUUID();
    this.#statements.addActor.run(actor, userId);
    this.#actors.set(userId, actor);
    return actor;
  }

  forget(userId: string): boolean {
    this.#actors.delete(userId);
    return Number(this.#statements.forget.run(userId).changes) > 0;
  }

  hasRow(view: string, key: string): boolean {
    return this.#statements.hasRow.get(view, key) !== undefined;
  }

  known(actor: string, scope: string, messageId: string): Known | undefined {
    const row = this.#statements.known.get(actor, scope, messageId);
    return row && knownOf(row);
  }

  append(record: Record): void {
    const { channel, offset, subject, hash } = record;
    this.#statements.append.run(
      this.cursor + 1,
      channel,
      offset,
      record.at,
      record.actor,
      record.type,
      record.v,
      subject,
      record.messageId,
      record.salt,
      record.bodyText,
      record.bodyHash,
      hash,
    );
    this.cursor++;
    this.#heads.set(channel, { offset, hash });
    this.#cacheSubject(channel, subject, offset);
    this.changed.add(channel);
  }

  putRow([view, key, sort, data]: PackedRow): void {
    if (data === null) this.#statements.deleteRow.run(view, key);
    else this.#statements.putRow.run(view, key, sort, data);
  }

  remember(
    actor: string,
    scope: string,
    messageId: string,
    { requestHash, positions, result }: Known,
  ): void {
    const text = JSON.stringify(positions);
    this.#statements.remember
      .run(actor, scope, messageId, requestHash, text, result);
  }

  record(channel: string, offset: number): Record | undefined {
    const row = this.#statements.record.get(channel, offset);
    return row && recordOf(row, this.epoch);
  }

  erase({ channel, offset, actor, messageId }: Record): void {
    this.#statements.erase.run(channel, offset);
    if (messageId !== null) this.#statements.unremember.run(actor, messageId);
  }

  #cacheSubject(channel: string, subject: string, offset: number): void {
    let subjects = this.#subjects.get(channel);
    if (!subjects) this.#subjects.set(channel, subjects = new Map());
    if (!subjects.has(subject)) this.#cachedSubjects++;
    subjects.set(subject, offset);
  }
}

function prepare(db: DatabaseSync) {
  const sql = (text: string): StatementSync => db.prepare(text);
  return {
    cursor: sql("SELECT coalesce(max(seq), 0) AS seq FROM entries"),
    head: sql(
      "SELECT offset, hash FROM entries WHERE channel = ? ORDER BY offset DESC LIMIT 1",
    ),
    subject: sql(
      "SELECT max(offset) AS offset FROM entries WHERE channel = ? AND subject = ?",
    ),
    findActor: sql("SELECT actor FROM actors WHERE user_id = ?"),
    addActor: sql("INSERT INTO actors VALUES (?, ?)"),
    forget: sql("UPDATE actors SET user_id = NULL WHERE user_id = ?"),
    hasRow: sql("SELECT 1 FROM view_rows WHERE view = ? AND key = ?"),
    known: sql(
      "SELECT request_hash, positions, result FROM known WHERE actor = ? AND scope = ? AND message_id = ?",
    ),
    append: sql("INSERT INTO entries VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"),
    putRow: sql("INSERT OR REPLACE INTO view_rows VALUES (?, ?, ?, ?)"),
    deleteRow: sql("DELETE FROM view_rows WHERE view = ? AND key = ?"),
    remember: sql("INSERT INTO known VALUES (?, ?, ?, ?, ?, ?)"),
    record: sql(
      `SELECT ${RECORD_COLUMNS} FROM entries WHERE channel = ? AND offset = ?`,
    ),
    erase: sql(
      "UPDATE entries SET salt = NULL, body = NULL WHERE channel = ? AND offset = ?",
    ),
    unremember: sql(
      "UPDATE known SET result = NULL WHERE actor = ? AND message_id = ?",
    ),
  };
}
