/**
 * Checks a SQLite log from end to end: every chain, every checkpoint against the chains, and
 * the places by which reads find the entries.
 */
import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import { type Bad, ChainCheck } from "./chain.ts";
import type { Checkpoint, CheckpointHead } from "./checkpoint.ts";
import {
  badCheckpoint,
  CheckpointChain,
  type CheckpointTrust,
} from "./checkpoint_chain.ts";
import type { Verification } from "./log.ts";
import { CheckpointTable } from "./sqlite_checkpoints.ts";
import { epochsOf } from "./sqlite_epochs.ts";
import { PLACED, SEQ_AT } from "./sqlite_places.ts";
import { hex, recordOf, type Row, SELECT_RECORDS } from "./sqlite_rows.ts";
import { checkFile, checkKnown } from "./verify_rest.ts";

export interface VerifyOptions extends CheckpointTrust {
  /** Only this channel. @default all of them */
  readonly channel?: string;
}

/** Reads one snapshot, however long it takes and whatever is written meanwhile. */
export function verifyDatabase(
  db: DatabaseSync,
  options: VerifyOptions = {},
): Verification {
  db.exec("BEGIN");
  try {
    const { bad, ...counts } = checkChains(db, options.channel);
    // Places last: when entries were cut off theirs are wrong too, and that says less.
    const firstBad = bad ?? checkCheckpoints(db, options) ??
      checkPlaces(db, options.channel) ?? checkKnown(db, options.channel) ??
      (options.channel === undefined ? checkFile(db) : undefined);
    return firstBad
      ? { ok: false, ...counts, firstBad }
      : { ok: true, ...counts };
  } finally {
    db.exec("ROLLBACK");
  }
}

/** Of several bad channels the first by name is told. */
function checkChains(db: DatabaseSync, only?: string) {
  const epochs = epochsOf(db);
  const checks = new Map<string, ChainCheck>();
  const bads = new Map<string, Bad>();
  let count = 0;
  for (const row of recordRows(db, only)) {
    const record = recordOf(row, epochs.of(Number(row.seq)));
    const { channel } = record;
    count++;
    if (bads.has(channel)) continue;
    const check = checks.get(channel) ?? new ChainCheck(channel);
    checks.set(channel, check);
    const bad = check.add(record);
    if (bad) bads.set(channel, bad);
  }
  for (const [channel, check] of checks) {
    const bad = bads.has(channel) ? undefined : check.end();
    if (bad) bads.set(channel, bad);
  }
  const [first] = [...bads.keys()].sort();
  return { count, channels: checks.size, bad: bads.get(first) };
}

/** In the order they were written, whose way through the file is the shortest. */
function recordRows(db: DatabaseSync, only?: string): Iterable<Row> {
  if (only === undefined) {
    return db.prepare(`${SELECT_RECORDS} ORDER BY e.seq`).iterate();
  }
  // Not by place: a place that was taken away must not hide an entry.
  return db.prepare(
    `${SELECT_RECORDS} WHERE e.channel = (SELECT id FROM names WHERE name = ?)
     ORDER BY e.seq`,
  ).iterate(only);
}

/** An entry without its place, or a place without its entry, would be missed by reads. */
function checkPlaces(db: DatabaseSync, only?: string): Bad | undefined {
  const values: SQLInputValue[] = only === undefined ? [] : [only];
  const unplaced = `
    SELECT e.channel, e.offset FROM entries e
    LEFT JOIN places p ON p.channel = e.channel AND p.offset = e.offset
      AND p.subject = e.subject AND p.seq = e.seq
    WHERE e.seq <= ${PLACED} AND p.seq IS NULL`;
  const empty = `
    SELECT p.channel, p.offset FROM places p
    LEFT JOIN entries e ON e.seq = p.seq AND e.seq <= ${PLACED}
      AND e.channel = p.channel AND e.offset = p.offset
    WHERE e.seq IS NULL`;
  const row = db.prepare(
    `SELECT n.name, wrong.offset
     FROM (${unplaced} UNION ALL ${empty}) wrong
     JOIN names n ON n.id = wrong.channel ${
      only === undefined ? "" : "WHERE n.name = ?"
    }
     ORDER BY n.name, wrong.offset LIMIT 1`,
  ).get(...values);
  return row && {
    channel: String(row.name),
    offset: Number(row.offset),
    reason: "missing_entry",
  };
}

function checkCheckpoints(
  db: DatabaseSync,
  { channel, ...trust }: VerifyOptions,
): Bad | undefined {
  const chain = new CheckpointChain(epochsOf(db), trust);
  for (const signed of new CheckpointTable(db).all()) {
    const heads = chain.add(signed);
    if (!heads) return badCheckpoint(signed);
    const bad = checkHeads(db, heads, channel);
    if (bad) return bad;
  }
  const missing = chain.missing();
  if (!missing) return undefined;
  // Checkpoints were taken away: what the kept one says of the entries tells why.
  const { heads }: Checkpoint = JSON.parse(missing.text);
  return checkHeads(db, heads, channel) ?? badCheckpoint(missing);
}

function checkHeads(
  db: DatabaseSync,
  heads: readonly CheckpointHead[],
  only?: string,
): Bad | undefined {
  const itself =
    "channel = (SELECT id FROM names WHERE name = ?1) AND offset = ?2";
  const select = `SELECT ${hex("hash")} FROM entries WHERE ${itself}`;
  const placed = db.prepare(`${select} AND seq = ${SEQ_AT}`);
  for (const { channel, offset, hash } of heads) {
    if (only !== undefined && channel !== only) continue;
    // Without a right place all entries are looked through: it may be the place that is wrong.
    const row = placed.get(channel, offset) ??
      db.prepare(select).get(channel, offset);
    if (row?.hash === hash) continue;
    if (row) return { channel, offset, reason: "broken_chain" };
    const end = db.prepare(
      `SELECT coalesce(max(offset), 0) AS offset FROM entries
       WHERE channel = (SELECT id FROM names WHERE name = ?)`,
    ).get(channel)?.offset;
    return { channel, offset: Number(end) + 1, reason: "truncated" };
  }
}
