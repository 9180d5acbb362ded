/** Signs the heads that changed, on whichever node comes first, and keeps the checkpoint. */
import type { KeyObject } from "node:crypto";
import type { Sql } from "../postgres/driver.ts";
import {
  hashCheckpoint,
  publicKeyOf,
  signCheckpoint,
  type SignedCheckpoint,
} from "./checkpoint.ts";
import { signedOf } from "./postgres_rows.ts";

/** Any number, but ours: it is held by the node that signs. */
const ADVISORY_LOCK = 7_261_002_003;

export interface SignOptions {
  readonly key: KeyObject;
  readonly epoch: string;
  /** ms since 1970. */
  readonly at: number;
  /** Nothing is signed when the last checkpoint is younger than this, in ms. @default 0 */
  readonly leastAgeMs?: number;
}

export type Signing =
  | { readonly state: "signed"; readonly signed: SignedCheckpoint }
  /** Nothing has changed, or another node is at it or was just now. */
  | { readonly state: "not_needed" }
  /** The checkpoints so far carry another key: all nodes need the same. */
  | { readonly state: "other_key" };

/** To be called on a line of its own, or between the transactions of another. */
export async function signHeads(
  sql: Sql,
  options: SignOptions,
): Promise<Signing> {
  await sql.unsafe("BEGIN; SET LOCAL statement_timeout = 4000");
  const [lock] = await sql`
    SELECT pg_try_advisory_xact_lock(${ADVISORY_LOCK}) AS is_ours`;
  const signing = lock.is_ours
    ? await sign(sql, options)
    : { state: "not_needed" } as const;
  await sql.unsafe("COMMIT");
  return signing;
}

async function sign(
  sql: Sql,
  { key, epoch, at, leastAgeMs = 0 }: SignOptions,
): Promise<Signing> {
  const [last] = await sql`
    SELECT * FROM regulens.checkpoints ORDER BY number DESC LIMIT 1`;
  const before = last && signedOf(last);
  if (before && before.publicKey !== publicKeyOf(key)) {
    return { state: "other_key" };
  }
  if (before && at - Number(JSON.parse(before.text).at) < leastAgeMs) {
    return { state: "not_needed" };
  }
  // One statement, so that heads and counter are of the same moment.
  const rows = await sql`
    SELECT counter.seq, c.name, c.head_offset, encode(c.head_hash, 'hex') AS head_hash
    FROM regulens.counter, regulens.channels c
    WHERE c.id IN (
      SELECT e.channel FROM regulens.entries e WHERE e.seq > ${
    last?.seq ?? 0
  })`;
  if (rows.length === 0) return { state: "not_needed" };
  const heads = rows.map((row) => ({
    channel: String(row.name),
    offset: Number(row.head_offset),
    hash: String(row.head_hash),
  })).sort((a, b) => a.channel < b.channel ? -1 : 1);
  const number = Number(last?.number ?? 0) + 1;
  const previous = hashCheckpoint(before);
  const signed = signCheckpoint(
    { format: 2, number, at, epoch, previous, heads },
    key,
  );
  await sql`
    INSERT INTO regulens.checkpoints (number, seq, text, public_key, signature)
    VALUES (${number}, ${
    rows[0].seq
  }, ${signed.text}, ${signed.publicKey}, ${signed.signature})`;
  return { state: "signed", signed };
}
