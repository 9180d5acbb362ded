/** Checks a SQLite log from end to end: every chain, then every checkpoint against the chains. */
import type { DatabaseSync } from "node:sqlite";
import { type Bad, ChainCheck } from "./chain.ts";
import {
  type Checkpoint,
  type CheckpointHead,
  openCheckpoint,
  type SignedCheckpoint,
} from "./checkpoint.ts";
import type { Verification } from "./log.ts";
import { CheckpointTable } from "./sqlite_checkpoints.ts";
import { RECORD_COLUMNS, recordOf } from "./sqlite_rows.ts";
import { epochOf } from "./sqlite_schema.ts";

export interface VerifyOptions {
  /** Only this channel. @default all of them */
  readonly channel?: string;
  /** Public key the checkpoints must carry. @default the first checkpoint's */
  readonly trustedKey?: string;
  /** A checkpoint kept elsewhere, which the database must still hold. */
  readonly latest?: SignedCheckpoint;
}

/** Reads one snapshot, however long it takes and whatever is written meanwhile. */
export function verifyDatabase(
  db: DatabaseSync,
  options: VerifyOptions = {},
): Verification {
  db.exec("BEGIN");
  try {
    const { bad, ...counts } = checkChains(db, options.channel);
    const firstBad = bad ?? checkCheckpoints(db, options);
    return firstBad
      ? { ok: false, ...counts, firstBad }
      : { ok: true, ...counts };
  } finally {
    db.exec("ROLLBACK");
  }
}

function checkChains(db: DatabaseSync, only?: string) {
  const epoch = epochOf(db);
  const select = `SELECT ${RECORD_COLUMNS} FROM entries`;
  const order = "ORDER BY channel, offset";
  const rows = only === undefined
    ? db.prepare(`${select} ${order}`).iterate()
    : db.prepare(`${select} WHERE channel = ? ${order}`).iterate(only);
  let count = 0;
  let channels = 0;
  let current: { channel: string; check: ChainCheck } | undefined;
  for (const row of rows) {
    const record = recordOf(row, epoch);
    if (current?.channel !== record.channel) {
      const bad = current?.check.end();
      if (bad) return { count, channels, bad };
      const { channel } = record;
      current = { channel, check: new ChainCheck(channel) };
      channels++;
    }
    const bad = current.check.add(record);
    if (bad) return { count, channels, bad };
    count++;
  }
  return { count, channels, bad: current?.check.end() };
}

function checkCheckpoints(
  db: DatabaseSync,
  { channel, trustedKey, latest }: VerifyOptions,
): Bad | undefined {
  const epoch = epochOf(db);
  let before: SignedCheckpoint | undefined;
  let held = latest === undefined;
  for (const signed of new CheckpointTable(db).all()) {
    const checkpoint = openCheckpoint(signed, before, trustedKey);
    if (checkpoint?.epoch !== epoch) return badCheckpoint(signed);
    const bad = checkHeads(db, checkpoint.heads, channel);
    if (bad) return bad;
    held ||= signed.text === latest?.text;
    before = signed;
  }
  if (held || !latest) return undefined;
  // Checkpoints were taken away: what the kept one says of the entries tells why.
  const { heads }: Checkpoint = JSON.parse(latest.text);
  return checkHeads(db, heads, channel) ?? badCheckpoint(latest);
}

function checkHeads(
  db: DatabaseSync,
  heads: readonly CheckpointHead[],
  only?: string,
): Bad | undefined {
  const at = db.prepare(
    "SELECT hash FROM entries WHERE channel = ? AND offset = ?",
  );
  for (const { channel, offset, hash } of heads) {
    if (only !== undefined && channel !== only) continue;
    const kept = at.get(channel, offset)?.hash;
    if (kept === hash) continue;
    if (kept !== undefined) return { channel, offset, reason: "broken_chain" };
    const end = db.prepare(
      "SELECT coalesce(max(offset), 0) AS offset FROM entries WHERE channel = ?",
    ).get(channel)?.offset;
    return { channel, offset: Number(end) + 1, reason: "truncated" };
  }
}

/** Names the first head it speaks of, as far as its text can be read at all. */
function badCheckpoint({ text }: SignedCheckpoint): Bad {
  const match = text.match(
    /"heads":\[\{"channel":"([^"]*)","hash":"[^"]*","offset":(\d+)/,
  );
  const channel = match?.[1] ?? "";
  return { channel, offset: Number(match?.[2] ?? 0), reason: "bad_checkpoint" };
}
