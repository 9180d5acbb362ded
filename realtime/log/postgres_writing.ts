/** Ends a transaction of the Postgres log: writes what its commits came to, in one flight. */
import postgres, { type Row } from "postgres";
import type { Sql } from "../postgres/driver.ts";
import { compareKeys } from "./paging.ts";
import type { PackedRow } from "./packed.ts";
import type { Changes, Loaded } from "./postgres_tables.ts";

export interface Ending {
  readonly loaded: Loaded;
  readonly changes: Changes;
  /** The fence this node knows: see `regulens.counter`. */
  readonly fence: number;
}

/** A transaction that waits for a standby has to wait: cut short, it would say it was not needed. */
const COMMIT = "SET LOCAL statement_timeout = 0; COMMIT";

/** What a commit is known to have come to, when it was answered at all. */
export type Answered =
  /** `cursor` is the number of the last entry. */
  | { readonly state: "committed"; readonly cursor: number }
  | { readonly state: "rolled_back"; readonly error: unknown }
  /** The connection was lost with the question still open. */
  | { readonly state: "unknown"; readonly error: unknown };

/**
 * Writes and commits. The counter is locked after everything else, and then only for as long as
 * the entries and the flush take. Never rejects.
 */
export async function writeAndCommit(
  sql: Sql,
  ending: Ending,
): Promise<Answered> {
  const seqs = sql`
    SELECT regulens.take_seqs(${ending.changes.records.length}, ${ending.fence}) AS seq`;
  const commit = sql.unsafe(COMMIT);
  const landings = await Promise.allSettled([
    ...writesBefore(sql, ending),
    seqs,
    ...writesAfter(sql, ending),
    commit,
  ]);
  const [error] = landings.flatMap((landing) =>
    landing.status === "rejected" ? [landing.reason] : []
  );
  const last = landings.at(-1);
  if (last?.status !== "fulfilled") {
    // While the connection stands, an error of COMMIT says that it took nothing back.
    return { state: isAlive(last?.reason) ? "rolled_back" : "unknown", error };
  }
  // After a failure COMMIT succeeds, and says that it rolled back.
  if ((await commit).command !== "COMMIT") {
    return { state: "rolled_back", error };
  }
  return { state: "committed", cursor: Number((await seqs)[0].seq) };
}

/** Reports whether this is an error after which the server goes on with the connection. */
function isAlive(error: unknown): boolean {
  return error instanceof postgres.PostgresError &&
    error.severity === "ERROR";
}

function writesBefore(
  sql: Sql,
  { loaded, changes }: Ending,
): PromiseLike<readonly Row[]>[] {
  const { records, heads, actors, known, rows, erased } = changes;
  const flight: PromiseLike<readonly Row[]>[] = [];
  if (actors.size > 0) {
    const made = [...actors].map(([user, actor]) => ({ user, actor }))
      .sort((a, b) => compareKeys(a.user, b.user));
    flight.push(sql`
      INSERT INTO regulens.actors (actor, user_id)
      SELECT actor, "user" FROM json_to_recordset(${
      JSON.stringify(made)
    }::text::json)
        AS made (actor uuid, "user" text)`);
  }
  flight.push(...rowWrites(sql, [...rows.values()]));
  if (known.size > 0) {
    const kept = [...known.values()].map((
      [actor, scope, id, { requestHash, positions, result }],
    ) => ({
      a: actor,
      s: scope,
      i: id,
      h: requestHash,
      p: JSON.stringify(positions),
      r: result,
    }));
    flight.push(sql`
      INSERT INTO regulens.known (actor, scope, message_id, request_hash, positions, result)
      SELECT a, s, i, h, p, r FROM json_to_recordset(${
      JSON.stringify(kept)
    }::text::json)
        AS kept (a uuid, s text, i text, h text, p text, r text)`);
  }
  if (erased.length > 0) {
    const id = loaded.channels.get(erased[0].channel)?.id ?? 0;
    const offsets = erased.map(({ offset }) => offset);
    flight.push(sql`
      UPDATE regulens.entries SET salt = NULL, body = NULL
      WHERE channel = ${id} AND "offset" = ANY(${offsets}::bigint[])`);
    const told = erased.filter(({ messageId }) => messageId !== null)
      .map(({ actor, messageId }) => ({ a: actor, i: messageId }));
    flight.push(sql`
      UPDATE regulens.known k SET result = NULL
      FROM json_to_recordset(${JSON.stringify(told)}::text::json)
        AS told (a uuid, i text)
      WHERE k.actor = told.a AND k.message_id = told.i`);
  }
  if (records.length > 0) {
    const ends = [...heads].map(([name, { offset, hash }]) => ({
      c: loaded.channels.get(name)?.id,
      o: offset,
      h: hash,
    }));
    flight.push(sql`
      UPDATE regulens.channels c SET head_offset = o, head_hash = decode(h, 'hex')
      FROM json_to_recordset(${JSON.stringify(ends)}::text::json)
        AS ends (c bigint, o bigint, h text)
      WHERE c.id = ends.c`);
  }
  return flight;
}

function writesAfter(
  sql: Sql,
  { loaded, changes: { records } }: Ending,
): PromiseLike<readonly Row[]>[] {
  if (records.length === 0) return [];
  const kept = records.map((record, index) => ({
    n: index + 1 - records.length,
    c: loaded.channels.get(record.channel)?.id,
    o: record.offset,
    at: record.at,
    a: record.actor,
    t: record.type,
    v: record.v,
    s: record.subject,
    m: record.messageId,
    sa: record.salt?.toHex(),
    bh: record.bodyHash,
    h: record.hash,
    b: record.bodyText,
  }));
  return [sql`
      INSERT INTO regulens.entries (seq, channel, "offset", at, actor, type, v, subject,
        message_id, salt, body_hash, hash, body)
      SELECT counter.seq + n, c, o, at, a, t, v, s, m, decode(sa, 'hex'), decode(bh, 'hex'),
        decode(h, 'hex'), b
      FROM regulens.counter, json_to_recordset(${
    JSON.stringify(kept)
  }::text::json) AS kept (n bigint, c bigint, o bigint, at bigint, a uuid,
        t text, v bigint, s text, m text, sa text, bh text, h text, b text)`];
}

/** The last write to each row, in the order of keys: so two nodes lock them in the same order. */
function rowWrites(
  sql: Sql,
  rows: readonly PackedRow[],
): PromiseLike<readonly Row[]>[] {
  const ordered = rows.toSorted((a, b) =>
    compareKeys(a[0], b[0]) || compareKeys(a[1], b[1])
  );
  const textOf = (wanted: readonly PackedRow[]) =>
    JSON.stringify(wanted.map(([w, k, s, d]) => ({ w, k, s, d })));
  const flight: PromiseLike<readonly Row[]>[] = [];
  // One that was not there before need not go.
  const deleted = ordered.filter(([, , , data, isNew]) =>
    data === null && !isNew
  );
  if (deleted.length > 0) {
    flight.push(sql`
      DELETE FROM regulens.view_rows r
      USING json_to_recordset(${
      textOf(deleted)
    }::text::json) AS gone (w text, k text)
      WHERE r.view = gone.w AND r.key = gone.k`);
  }
  const put = ordered.filter(([, , , data]) => data !== null);
  const added = put.filter(([, , , , isNew]) => isNew);
  if (added.length > 0) {
    // One that another node has added meanwhile fails the transaction, which is tried again.
    flight.push(sql`
      INSERT INTO regulens.view_rows (view, key, sort, data)
      SELECT w, k, s, d FROM json_to_recordset(${
      textOf(added)
    }::text::json) AS added (w text, k text, s double precision, d text)`);
  }
  const replaced = put.filter(([, , , , isNew]) => !isNew);
  if (replaced.length > 0) {
    flight.push(sql`
      INSERT INTO regulens.view_rows (view, key, sort, data)
      SELECT w, k, s, d FROM json_to_recordset(${
      textOf(replaced)
    }::text::json) AS put (w text, k text, s double precision, d text)
      ON CONFLICT (view, key) DO UPDATE SET sort = excluded.sort, data = excluded.data`);
  }
  return flight;
}
