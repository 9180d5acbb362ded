/** What audits read from the SQLite file: lists of entries, and one channel as a whole. */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { AuditPage, AuditQuery, AuditRow } from "./audit_messages.ts";
import type { SignedCheckpoint } from "./checkpoint.ts";
import type { ExportSource } from "./export.ts";
import { PLACED, SEQS_BY_OFFSET } from "./sqlite_places.ts";
import {
  FROM_ENTRIES,
  hex,
  recordOf,
  type Row,
  SELECT_RECORDS,
  textOrNull,
} from "./sqlite_rows.ts";
import { epochsOf } from "./sqlite_epochs.ts";

/** Entries looked at for one page: what is asked for may be rare, and the page then short. */
const MAX_LOOKED_AT = 100_000;
/** No limit, in SQLite's words. */
const ALL = -1;
/** Rows of an export read at a time. */
const STRETCH = 200;

const SELECT_ROWS = `
  SELECT e.seq, c.name AS channel, e.offset, e.at, a.actor, a.user_id,
    t.name AS type, e.v, s.name AS subject, e.message_id, ${hex("e.hash")},
    e.body IS NULL AS erased,
    CASE WHEN json_valid(e.body) THEN json_extract(e.body, '$.event') END AS event
  ${FROM_ENTRIES}`;

/** Newest first. Looks through one channel as a whole, through all of them a stretch at a time. */
export function listEntries(
  db: DatabaseSync,
  query: AuditQuery,
  { maxLookedAt = MAX_LOOKED_AT }: { readonly maxLookedAt?: number } = {},
): AuditPage {
  const { channel, actor, subject, since, limit } = query;
  const newest = db.prepare("SELECT max(seq) AS seq FROM entries").get();
  const before = query.before ?? Number(newest?.seq ?? 0) + 1;
  const floor = channel === undefined ? before - maxLookedAt : 0;
  const where = ["e.seq < ?", "e.seq >= ?"];
  const values: SQLInputValue[] = [before, floor];
  if (channel !== undefined) {
    const id = "(SELECT id FROM names WHERE name = ?)";
    where.push(`e.seq IN (
      SELECT seq FROM places WHERE channel = ${id}
      UNION ALL
      SELECT seq FROM entries WHERE seq > ${PLACED} AND channel = ${id})`);
    values.push(channel, channel);
  }
  if (actor !== undefined) {
    where.push("(a.user_id = ? OR a.actor = ?)");
    values.push(actor, actor);
  }
  if (subject !== undefined) {
    where.push("s.name = ?");
    values.push(subject);
  }
  if (since !== undefined) {
    where.push("e.at >= ?");
    values.push(since);
  }
  const rows = db.prepare(
    `${SELECT_ROWS} WHERE ${where.join(" AND ")} ORDER BY e.seq DESC LIMIT ?`,
  ).all(...values, limit).map(auditRowOf);
  const full = rows.length === limit ? rows.at(-1)?.cursor : undefined;
  return { rows, cursor: full ?? (floor > 1 ? floor : null) };
}

/**
 * One channel, read a stretch at a time: a read that is held open would keep erasures, which
 * clear the file, and with them every write, waiting. What is written meanwhile is left out;
 * a body erased meanwhile ends the export, whose end could no longer say so.
 */
export function exportSource(
  db: DatabaseSync,
  channel: string,
): ExportSource {
  const epochs = epochsOf(db);
  const inOrder = `e.seq IN (${SEQS_BY_OFFSET}) ORDER BY e.seq LIMIT ?3`;
  const rows = db.prepare(
    `SELECT ${hex("e.hash")}, e.body IS NULL AS erased FROM entries e
     WHERE ${inOrder}`,
  ).all(channel, 0, ALL);
  const hashes = rows.map((row) => String(row.hash));
  const erased = rows.map((row) => row.erased === 1);
  return {
    epoch: epochs.current,
    channel,
    hashes: () => hashes,
    *records() {
      const read = db.prepare(`${SELECT_RECORDS} WHERE ${inOrder}`);
      let index = 0;
      for (let after = 0; index < hashes.length;) {
        const stretch = read.all(channel, after, STRETCH)
          .map((row) => recordOf(row, epochs.of(Number(row.seq))));
        const last = stretch.at(-1)?.offset ?? after;
        // Offsets that do not grow are no log: what there was is for verify to judge.
        if (last <= after) return;
        after = last;
        for (const record of stretch.slice(0, hashes.length - index)) {
          if (record.bodyText === null && !erased[index]) {
            throw new Error(
              "a body was erased while it was exported: ask again",
            );
          }
          index++;
          yield record;
        }
      }
    },
    actors() {
      return db.prepare(
        `SELECT actor, user_id FROM actors WHERE user_id IS NOT NULL AND id IN (
           SELECT e.actor FROM entries e WHERE e.seq IN (${SEQS_BY_OFFSET}))
         ORDER BY actor`,
      ).all(channel, 0, hashes.length).map((row) => ({
        actor: String(row.actor),
        userId: String(row.user_id),
      }));
    },
    *checkpoints() {
      // Most are of other channels: looked through in SQLite, where it costs least.
      const next = db.prepare(
        `SELECT * FROM checkpoints WHERE number > ? AND instr(text, ?) > 0
         ORDER BY number LIMIT ${STRETCH}`,
      );
      const named = `{"channel":${JSON.stringify(channel)},`;
      for (let after = 0;;) {
        const stretch = next.all(after, named);
        if (stretch.length === 0) return;
        after = Number(stretch.at(-1)?.number);
        for (const row of stretch) yield signedOf(row);
      }
    },
  };
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
    erased: row.erased === 1,
    hash: String(row.hash),
  };
}

function signedOf(row: Row): SignedCheckpoint {
  return {
    text: String(row.text),
    publicKey: String(row.public_key),
    signature: String(row.signature),
  };
}
