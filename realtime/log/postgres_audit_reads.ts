/** What audits read from Postgres: lists of entries, and one channel as a whole. */
import type { Row } from "postgres";
import type { Database } from "../postgres/database.ts";
import type { AuditPage, AuditQuery, AuditRow } from "./audit_messages.ts";
import type { ExportSource } from "./export.ts";
import type { Record as LogRecord } from "./record.ts";
import { epochsIn } from "./postgres_epochs.ts";
import {
  ENTRY_COLUMNS,
  FROM_ENTRIES,
  RECORD_COLUMNS,
  recordOf,
  signedOf,
  textOrNull,
} from "./postgres_rows.ts";

type Ask = Database["ask"];

/** Entries looked at for one page: what is asked for may be rare, and the page then short. */
const MAX_LOOKED_AT = 100_000;
/** Rows of an export read at a time. */
const STRETCH = 200;
/** Hashes handed over at a time. */
const HASHES = 5_000;

/** Newest first. Looks through one channel as a whole, through all of them a stretch at a time. */
export async function listEntries(
  ask: Ask,
  query: AuditQuery,
  { maxLookedAt = MAX_LOOKED_AT }: { readonly maxLookedAt?: number } = {},
): Promise<AuditPage> {
  const { channel, actor, subject, since, limit } = query;
  const before = query.before ?? await newestSeq(ask) + 1;
  const floor = channel === undefined ? before - maxLookedAt : 0;
  const found = await ask((sql) => {
    const matches = sql`
      e.seq < ${before} AND e.seq >= ${floor}
      ${channel === undefined ? sql`` : sql`AND c.name = ${channel}`}
      ${
      actor === undefined
        ? sql``
        : sql`AND (a.user_id = ${actor} OR a.actor::text = ${actor})`
    }
      ${subject === undefined ? sql`` : sql`AND e.subject = ${subject}`}
      ${since === undefined ? sql`` : sql`AND e.at >= ${since}`}`;
    // Within a channel, seq and offset have the same order, and an index has the latter.
    const order = sql.unsafe(channel === undefined ? "e.seq" : `e."offset"`);
    // The event only of what is shown: it is read out of the body.
    return sql`
      SELECT one.*, body IS NULL AS erased, regulens.event_of(body) AS event
      FROM (
        SELECT ${sql.unsafe(ENTRY_COLUMNS + FROM_ENTRIES)} WHERE ${matches}
        ORDER BY ${order} DESC LIMIT ${limit}
      ) one ORDER BY seq DESC`;
  });
  const rows = found.map(auditRowOf);
  const full = rows.length === limit ? rows.at(-1)?.cursor : undefined;
  return { rows, cursor: full ?? (floor > 1 ? floor : null) };
}

/**
 * One channel, as it was when its hashes were read: one statement, hence one moment. Records
 * are read a stretch at a time; what is written meanwhile is left out, and a body erased
 * meanwhile ends the export, whose end could no longer say so.
 */
export async function exportSource(
  ask: Ask,
  channel: string,
): Promise<ExportSource> {
  const epochs = await ask(epochsIn);
  const erased: boolean[] = [];
  const hashes: string[] = [];
  await ask(async (sql) => {
    const rows = sql`
      SELECT encode(e.hash, 'hex') AS hash, e.body IS NULL AS erased
      FROM regulens.entries e JOIN regulens.channels c ON c.id = e.channel
      WHERE c.name = ${channel} ORDER BY e."offset"`.cursor(HASHES);
    for await (const some of rows) {
      for (const row of some) {
        hashes.push(String(row.hash));
        erased.push(row.erased === true);
      }
    }
  });
  async function* records(): AsyncGenerator<LogRecord> {
    let index = 0;
    for (let after = 0; index < hashes.length;) {
      const rows = await ask((sql) =>
        sql`
        SELECT ${sql.unsafe(RECORD_COLUMNS + FROM_ENTRIES)}
        WHERE c.name = ${channel} AND e."offset" > ${after}
        ORDER BY e."offset" LIMIT ${STRETCH}`
      );
      const stretch = rows.map((row) =>
        recordOf(row, epochs.of(Number(row.seq)))
      );
      // Some were taken away meanwhile: what there was is for verify to judge.
      if (stretch.length === 0) return;
      after = stretch[stretch.length - 1].offset;
      for (const record of stretch.slice(0, hashes.length - index)) {
        if (record.bodyText === null && !erased[index]) {
          throw new Error("a body was erased while it was exported: ask again");
        }
        index++;
        yield record;
      }
    }
  }
  async function* actors() {
    const rows = await ask((sql) =>
      sql`
      SELECT actor, user_id FROM regulens.actors
      WHERE user_id IS NOT NULL AND actor IN (
        SELECT e.actor FROM regulens.entries e
        JOIN regulens.channels c ON c.id = e.channel
        WHERE c.name = ${channel} AND e."offset" <= ${hashes.length})
      ORDER BY actor`
    );
    for (const row of rows) {
      yield { actor: String(row.actor), userId: String(row.user_id) };
    }
  }
  async function* checkpoints() {
    // Most are of other channels: looked through where they are.
    const named = `{"channel":${JSON.stringify(channel)},`;
    for (let after = 0;;) {
      const stretch = await ask((sql) =>
        sql`
        SELECT number, text, public_key, signature FROM regulens.checkpoints
        WHERE number > ${after} AND position(${named} IN text) > 0
        ORDER BY number LIMIT ${STRETCH}`
      );
      if (stretch.length === 0) return;
      after = Number(stretch[stretch.length - 1].number);
      for (const row of stretch) yield signedOf(row);
    }
  }
  const epoch = epochs.current;
  return { epoch, channel, hashes: () => hashes, records, actors, checkpoints };
}

async function newestSeq(ask: Ask): Promise<number> {
  const [newest] = await ask((sql) =>
    sql`SELECT coalesce(max(seq), 0) AS seq FROM regulens.entries`
  );
  return Number(newest.seq);
}

function auditRowOf(row: Row): AuditRow {
  return {
    cursor: Number(row.seq),
    channel: String(row.channel),
    offset: Number(row.offset),
    at: Number(row.at),
    actor: String(row.actor),
    sender: textOrNull(row.user_id),
    type: String(row.type),
    v: Number(row.v),
    subject: String(row.subject),
    messageId: textOrNull(row.message_id),
    event: textOrNull(row.event),
    erased: row.erased === true,
    hash: String(row.hash),
  };
}
