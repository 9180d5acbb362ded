/**
 * Begins a transaction of the Postgres log: locks what it will write to, and reads all that its
 * commits rest on, in one flight.
 */
import type { Row } from "postgres";
import type { Sql } from "../postgres/driver.ts";
import { DatabaseUnavailable } from "../postgres/failure.ts";
import type { Known } from "./apply.ts";
import { knownOf, RECORD_COLUMNS, recordOf } from "./postgres_rows.ts";
import { keyOf, type Loaded } from "./postgres_tables.ts";
import type { Wants } from "./postgres_wants.ts";
import type { Epochs } from "./epochs.ts";

/** A transaction waits no longer for another's lock, in ms: whoever holds one sleeps at most 2 s. */
const LOCK_TIMEOUT_MS = 4_000;
/** A node that stops in the middle of a transaction, in ms, has its locks taken from it. */
const IDLE_TIMEOUT_MS = 2_000;

/** Settings within the transaction alone: a pooler hands the connection on to others. */
const BEGIN = `
  BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE;
  SET LOCAL lock_timeout = ${LOCK_TIMEOUT_MS};
  SET LOCAL statement_timeout = ${LOCK_TIMEOUT_MS};
  SET LOCAL idle_in_transaction_session_timeout = ${IDLE_TIMEOUT_MS};`;

export interface Beginning {
  readonly wants: Wants;
  /** Names this transaction among all of this writer: see `regulens.writers`. */
  readonly writer: string;
  readonly batch: number;
  readonly epochs: Epochs;
}

/**
 * Every statement leaves at once; each sees what was committed when its turn came, the reads
 * therefore all that went before the locks.
 */
export async function beginAndRead(
  sql: Sql,
  { wants, writer, batch, epochs }: Beginning,
): Promise<Loaded> {
  const { channels, subjects, senders, messages, rows, records } = wants;
  const flight = [
    sql.unsafe(BEGIN),
    // Locked for as long as this transaction lives: who waits for it knows how it ended.
    sql`
      UPDATE regulens.writers SET batch = ${batch}, at = now() WHERE writer = ${writer}
      RETURNING writer`,
    sql`
      INSERT INTO regulens.channels (name)
      SELECT wanted.name FROM unnest(${channels}::text[]) AS wanted (name)
      WHERE NOT EXISTS (SELECT FROM regulens.channels c WHERE c.name = wanted.name)
      ORDER BY wanted.name COLLATE "C"
      ON CONFLICT DO NOTHING`,
  ] as const;
  const locked = sql`
    SELECT id, name, head_offset, encode(head_hash, 'hex') AS head_hash
    FROM regulens.channels WHERE name = ANY(${channels}::text[])
    ORDER BY name FOR NO KEY UPDATE`;
  const actors = sql`
    SELECT user_id, actor FROM regulens.actors WHERE user_id = ANY(${senders}::text[])`;
  const lasts = subjects.length === 0 ? [] : sql`
    SELECT wanted.channel, wanted.subject, (
      SELECT max(e."offset") FROM regulens.entries e
      WHERE e.channel = c.id AND e.subject = wanted.subject
    ) AS "offset"
    FROM json_to_recordset(${JSON.stringify(subjects)}::text::json)
      AS wanted (channel text, subject text)
    JOIN regulens.channels c ON c.name = wanted.channel`;
  const known = messages.length === 0 ? [] : sql`
    SELECT k.actor, k.scope, k.message_id, k.request_hash, k.positions, k.result
    FROM json_to_recordset(${JSON.stringify(messages)}::text::json)
      AS wanted (sender text, scope text, id text)
    JOIN regulens.actors a ON a.user_id = wanted.sender
    JOIN regulens.known k ON k.actor = a.actor AND k.scope = wanted.scope
      AND k.message_id = wanted.id`;
  const there = rows.length === 0 ? [] : sql`
    SELECT view, key FROM regulens.view_rows
    WHERE (view, key) IN (
      SELECT wanted.view, wanted.key
      FROM json_to_recordset(${JSON.stringify(rows)}::text::json)
        AS wanted (view text, key text))
    ORDER BY view, key FOR UPDATE`;
  const erasable = records === undefined ? [] : sql`
    SELECT ${sql.unsafe(RECORD_COLUMNS)}
    FROM regulens.entries e
    JOIN regulens.channels c ON c.id = e.channel
    LEFT JOIN regulens.actors a ON a.actor = e.actor
    WHERE c.name = ${records.channel} AND e."offset" = ANY(${[
    ...records.offsets,
  ]}::bigint[])`;
  const [, mine, , ...read] = await landed([
    ...flight,
    locked,
    actors,
    lasts,
    known,
    there,
    erasable,
  ]);
  // Swept away while this node slept for days: a new connection puts it back.
  if (mine.length === 0) throw new DatabaseUnavailable("the writer is unknown");
  return loadedOf(read, epochs);
}

function loadedOf(
  [channels, actors, lasts, known, rows, records]: readonly (readonly Row[])[],
  epochs: Epochs,
): Loaded {
  return {
    channels: new Map(channels.map((row) => [String(row.name), {
      id: Number(row.id),
      offset: Number(row.head_offset),
      hash: String(row.head_hash),
    }])),
    actors: new Map(
      actors.map((row) => [String(row.user_id), String(row.actor)]),
    ),
    subjects: new Map(
      lasts.map((row) => [keyOf(row.channel, row.subject), Number(row.offset)]),
    ),
    known: new Map(
      known.map((row): [string, Known] => [
        keyOf(row.actor, row.scope, row.message_id),
        knownOf(row),
      ]),
    ),
    rows: new Set(rows.map((row) => keyOf(row.view, row.key))),
    records: new Map(
      records.map((row) => [
        Number(row.offset),
        recordOf(row, epochs.of(Number(row.seq))),
      ]),
    ),
  };
}

/**
 * Sends everything at once and waits until all of it was answered. @throws the first failure,
 * which is the one that the later ones follow from
 */
async function landed(
  flight: readonly (PromiseLike<readonly Row[]> | readonly Row[])[],
): Promise<readonly (readonly Row[])[]> {
  const landings = await Promise.allSettled(flight);
  return landings.map((landing) => {
    if (landing.status === "rejected") throw landing.reason;
    return landing.value;
  });
}
