/** Every read of the Postgres log, over the pool: none waits for the writer, each ends in time. */
import type { Database } from "../postgres/database.ts";
import {
  DatabaseUnavailable,
  isUnavailable,
  reasonOf,
} from "../postgres/failure.ts";
import { pause } from "../postgres/pause.ts";
import type { Sql } from "../postgres/driver.ts";
import { recalled } from "./apply.ts";
import type { SignedCheckpoint } from "./checkpoint.ts";
import type { FeedPage } from "./feed.ts";
import {
  type Committed,
  type Entry,
  LogUnavailable,
  type Position,
  type Query,
  type Recall,
  type Rows,
} from "./log.ts";
import { refusedOrKnown } from "./packed.ts";
import { DEFAULT_LIMIT, formatPage, parseCursor } from "./paging.ts";
import {
  ENTRY_COLUMNS,
  entryOf,
  FROM_ENTRIES,
  knownOf,
  pageOf,
  signedOf,
} from "./postgres_rows.ts";
import { NO_HASH, shortHash } from "./record.ts";

const PATIENCE_MS = 1_500;
const RETRY_MS = 50;

export class PostgresReads {
  readonly #database: Database;
  readonly #epoch: string;
  readonly #underWay = new Map<string, Promise<readonly Entry[]>>();
  #generation = 0;
  #isClosed = false;
  /** On the monotonic clock, ms. */
  #failingSince?: number;

  constructor(database: Database, epoch: string) {
    this.#database = database;
    this.#epoch = epoch;
  }

  /** To be called for every entry heard of: a read sent before must not answer one asked after. */
  changed(): void {
    this.#generation++;
  }

  /** Entries of a channel, or of one subject of it. Identical reads under way share one answer. */
  read(
    channel: string,
    subject: string | null,
    after: number,
    limit: number,
  ): Promise<readonly Entry[]> {
    const atMost = Math.max(0, Math.min(limit, Number.MAX_SAFE_INTEGER));
    const key = JSON.stringify([
      this.#generation,
      channel,
      subject,
      after,
      atMost,
    ]);
    const underWay = this.#underWay.get(key);
    if (underWay) return underWay;
    const read = this.#ask((sql) =>
      sql`
      SELECT ${sql.unsafe(ENTRY_COLUMNS)} ${sql.unsafe(FROM_ENTRIES)}
      WHERE c.name = ${channel} AND e."offset" > ${after}
        ${subject === null ? sql`` : sql`AND e.subject = ${subject}`}
      ORDER BY e."offset" LIMIT ${atMost}`
    )
      .then((rows) => rows.map((row) => entryOf(row, this.#epoch)))
      .finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, read);
    return read;
  }

  /** Entries of the whole log with a number > `after`. */
  async page(after: number, limit: number): Promise<FeedPage> {
    const rows = await this.#ask((sql) =>
      sql`
      SELECT ${sql.unsafe(ENTRY_COLUMNS)} ${sql.unsafe(FROM_ENTRIES)}
      WHERE e.seq > ${after} ORDER BY e.seq LIMIT ${limit}`
    );
    return pageOf(rows, after, this.#epoch);
  }

  async head(channel: string): Promise<Position> {
    const [row] = await this.#ask((sql) =>
      sql`
      SELECT head_offset, encode(head_hash, 'hex') AS hash
      FROM regulens.channels WHERE name = ${channel}`
    );
    const hash = row ? String(row.hash) : NO_HASH;
    const offset = Number(row?.head_offset ?? 0);
    return { epoch: this.#epoch, offset, hash: shortHash(hash) };
  }

  async query(view: string, query: Query): Promise<Rows> {
    const { key, prefix, from, to, cursor, descending, limit } = query;
    const place = cursor === undefined ? undefined : parseCursor(cursor);
    const atMost = (limit ?? DEFAULT_LIMIT) + 1;
    const rows = await this.#ask((sql) => {
      const nothing = sql``;
      const way = descending ? sql`DESC` : nothing;
      const behind = place &&
        (descending
          ? sql`AND (sort, key) < (${place.sort}::float8, ${place.key}::text)`
          : sql`AND (sort, key) > (${place.sort}::float8, ${place.key}::text)`);
      return sql`
        SELECT key, sort, data FROM regulens.view_rows WHERE view = ${view}
        ${key === undefined ? nothing : sql`AND key = ${key}`}
        ${
        // No text starts with the prefix and sorts behind prefix + the last code point.
        prefix
          ? sql`AND key >= ${prefix} AND key <= ${`${prefix}\u{10FFFF}`}`
          : nothing}
        ${from === undefined ? nothing : sql`AND sort >= ${from}`}
        ${to === undefined ? nothing : sql`AND sort <= ${to}`}
        ${behind ?? nothing}
        ORDER BY sort ${way}, key ${way} LIMIT ${atMost}`;
    });
    const kept = rows.map((row) => ({
      key: String(row.key),
      sort: Number(row.sort),
      data: String(row.data),
    }));
    return formatPage(kept, query);
  }

  async recall(
    { sender, scope, messageId, requestHash }: Recall,
  ): Promise<Committed | undefined> {
    const [row] = await this.#ask((sql) =>
      sql`
      SELECT k.request_hash, k.positions, k.result
      FROM regulens.actors a JOIN regulens.known k ON k.actor = a.actor
      WHERE a.user_id = ${sender} AND k.scope = ${scope} AND k.message_id = ${messageId}`
    );
    return row && refusedOrKnown(
      recalled(knownOf(row), requestHash ?? null),
      this.#epoch,
    );
  }

  async checkpoints(): Promise<readonly SignedCheckpoint[]> {
    const rows = await this.#ask((sql) =>
      sql`SELECT * FROM regulens.checkpoints ORDER BY number`
    );
    return rows.map(signedOf);
  }

  /** Breaks the tie to a person; false for one who is not known. */
  async forget(userId: string): Promise<boolean> {
    const rows = await this.#ask((sql) =>
      sql`
      UPDATE regulens.actors SET user_id = NULL WHERE user_id = ${userId} RETURNING actor`
    );
    return rows.length > 0;
  }

  /** What is asked from now on is refused. */
  close(): void {
    this.#isClosed = true;
  }

  /** A cut that is short goes unnoticed; in a longer one whoever asks is told at once. */
  async #ask<Answer>(ask: (sql: Sql) => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        const answer = await this.#database.ask(ask);
        this.#failingSince = undefined;
        return answer;
      } catch (error) {
        if (!isUnavailable(error) && !this.#isClosed) throw error;
        const now = performance.now();
        this.#failingSince ??= now;
        const isOver = now - this.#failingSince > PATIENCE_MS;
        if (isOver || this.#isClosed || error instanceof DatabaseUnavailable) {
          const reason = reasonOf(error);
          const message = `Cannot read the log: ${reason}`;
          throw new LogUnavailable(message, { cause: error });
        }
        await pause(RETRY_MS);
      }
    }
  }
}
