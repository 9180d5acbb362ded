/** The tables of the SQLite log as a commit sees them, inside the writer's transaction. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Head, Known } from "./apply.ts";
import type { ErasableTables } from "./erasure.ts";
import type { PackedRow } from "./packed.ts";
import { NO_HASH, type Record } from "./record.ts";
import { Actors, Names } from "./sqlite_names.ts";
import { PLACED, Places, SEQ_AT } from "./sqlite_places.ts";
import { hex, knownOf, recordOf, SELECT_RECORDS } from "./sqlite_rows.ts";
import type { Epochs } from "./epochs.ts";
import { epochsOf } from "./sqlite_epochs.ts";

/** Heads, subjects, names and actors kept in memory before they are read again from the file. */
const MAX_CACHED = 100_000;

/** A statement copies what it is given, so all rows can share these. */
const hashBytes = new Uint8Array(32);
const bodyHashBytes = new Uint8Array(32);

export class SqliteTables implements ErasableTables {
  readonly epoch: string;
  /** Number of the last entry. */
  cursor = 0;
  /** Channels written to since the last checkpoint; may hold one whose write was rolled back. */
  readonly changed = new Set<string>();
  readonly #epochs: Epochs;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #names: Names;
  readonly #actors: Actors;
  readonly #places: Places;
  readonly #heads = new Map<string, Head>();
  readonly #subjects = new Map<string, Map<string, number>>();
  #cachedSubjects = 0;

  /** @param maxTailEntries See `MAX_TAIL_ENTRIES`. */
  constructor(db: DatabaseSync, maxTailEntries: number) {
    this.#statements = prepare(db);
    this.#names = new Names(db);
    this.#actors = new Actors(db);
    this.#places = new Places(db, maxTailEntries);
    this.#epochs = epochsOf(db);
    this.epoch = this.#epochs.current;
    this.forgetCached();
  }

  /** To be called after a rollback, when memory may know more than the file. */
  forgetCached(): void {
    this.#heads.clear();
    this.#subjects.clear();
    this.#cachedSubjects = 0;
    this.#names.forgetCached();
    this.#actors.forgetCached();
    this.#places.reload();
    this.cursor = Number(this.#statements.cursor.get()?.seq);
    // The tail is always in memory: what is not found there is looked for by place alone.
    for (const row of this.#statements.tail.all()) {
      const channel = String(row.channel);
      const offset = Number(row.offset);
      this.#heads.set(channel, { offset, hash: String(row.hash) });
      this.#cacheSubject(channel, String(row.subject), offset);
    }
  }

  /** To be called between transactions. */
  trimCached(): void {
    const size = this.#heads.size + this.#cachedSubjects +
      this.#names.cached + this.#actors.cached;
    if (size > MAX_CACHED) this.forgetCached();
  }

  /** To be called at the end of every transaction. */
  place(): void {
    this.#places.placeUpTo(this.cursor);
  }

  head(channel: string): Head {
    const cached = this.#heads.get(channel);
    if (cached) return cached;
    const id = this.#names.find(channel);
    const row = id === undefined ? undefined : this.#statements.head.get(id);
    const head = row
      ? { offset: Number(row.offset), hash: String(row.hash) }
      : { offset: 0, hash: NO_HASH };
    this.#heads.set(channel, head);
    return head;
  }

  subjectOffset(channel: string, subject: string): number {
    const cached = this.#subjects.get(channel)?.get(subject);
    if (cached !== undefined) return cached;
    const ids = [this.#names.find(channel), this.#names.find(subject)] as const;
    const row = ids[0] === undefined || ids[1] === undefined
      ? undefined
      : this.#statements.subject.get(ids[0], ids[1]);
    const offset = Number(row?.offset ?? 0);
    this.#cacheSubject(channel, subject, offset);
    return offset;
  }

  findActor(userId: string): string | undefined {
    return this.#actors.find(userId);
  }

  actor(userId: string): string {
    return this.#actors.actor(userId);
  }

  forget(userId: string): boolean {
    return this.#actors.forget(userId);
  }

  hasRow(view: string, key: string): boolean {
    return this.#statements.hasRow.get(view, key) !== undefined;
  }

  known(actor: string, scope: string, messageId: string): Known | undefined {
    const scopeId = this.#names.find(scope);
    if (scopeId === undefined) return undefined;
    const id = this.#actors.id(actor);
    const row = this.#statements.known.get(id, scopeId, messageId);
    return row && knownOf(row);
  }

  append(record: Record): void {
    const { channel, offset, subject, hash } = record;
    hashBytes.setFromHex(hash);
    bodyHashBytes.setFromHex(record.bodyHash);
    // get() and not run(): run() asks for the number of changes, which is felt per entry.
    this.#statements.append.get(
      this.cursor + 1,
      this.#names.id(channel),
      this.#names.id(subject),
      offset,
      record.at,
      this.#actors.id(record.actor),
      this.#names.id(record.type),
      record.v,
      record.messageId,
      record.salt,
      bodyHashBytes,
      hashBytes,
      record.bodyText,
    );
    this.cursor++;
    this.#heads.set(channel, { offset, hash });
    this.#cacheSubject(channel, subject, offset);
    this.changed.add(channel);
  }

  putRow([view, key, sort, data]: PackedRow): void {
    if (data === null) this.#statements.deleteRow.get(view, key);
    else this.#statements.putRow.get(view, key, sort, data);
  }

  remember(
    actor: string,
    scope: string,
    messageId: string,
    { requestHash, positions, result }: Known,
  ): void {
    this.#statements.remember.get(
      this.#actors.id(actor),
      this.#names.id(scope),
      messageId,
      requestHash,
      JSON.stringify(positions),
      result,
    );
  }

  record(channel: string, offset: number): Record | undefined {
    const row = this.#statements.record.get(channel, offset);
    return row && recordOf(row, this.#epochs.of(Number(row.seq)));
  }

  erase({ channel, offset, actor, messageId }: Record): void {
    this.#statements.erase.run(channel, offset);
    if (messageId === null) return;
    this.#statements.unremember.run(this.#actors.id(actor), messageId);
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
    tail: sql(
      `SELECT c.name AS channel, s.name AS subject, e.offset, ${hex("e.hash")}
       FROM entries e JOIN names c ON c.id = e.channel
       JOIN names s ON s.id = e.subject
       WHERE e.seq > ${PLACED} ORDER BY e.seq`,
    ),
    head: sql(
      `SELECT offset, ${hex("hash")} FROM entries WHERE seq =
         (SELECT seq FROM places WHERE channel = ? ORDER BY offset DESC LIMIT 1)`,
    ),
    subject: sql(
      "SELECT max(offset) AS offset FROM places WHERE channel = ? AND subject = ?",
    ),
    hasRow: sql("SELECT 1 FROM view_rows WHERE view = ? AND key = ?"),
    known: sql(
      "SELECT request_hash, positions, result FROM known WHERE actor = ? AND scope = ? AND message_id = ?",
    ),
    append: sql("INSERT INTO entries VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"),
    putRow: sql("INSERT OR REPLACE INTO view_rows VALUES (?, ?, ?, ?)"),
    deleteRow: sql("DELETE FROM view_rows WHERE view = ? AND key = ?"),
    remember: sql("INSERT INTO known VALUES (?, ?, ?, ?, ?, ?)"),
    record: sql(`${SELECT_RECORDS} WHERE e.seq = ${SEQ_AT}`),
    erase: sql(
      `UPDATE entries SET salt = NULL, body = NULL WHERE seq = ${SEQ_AT}`,
    ),
    unremember: sql(
      "UPDATE known SET result = NULL WHERE actor = ? AND message_id = ?",
    ),
  };
}
