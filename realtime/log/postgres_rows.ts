/** Rows of the Postgres log as the log's own values. */
import type { Row } from "postgres";
import type { Known } from "./apply.ts";
import type { SignedCheckpoint } from "./checkpoint.ts";
import type { FeedPage } from "./feed.ts";
import type { Entry } from "./log.ts";
import type { Record as LogRecord } from "./record.ts";

/** What `entryOf` needs, of `entries e`, `channels c` and `actors a`. */
export const ENTRY_COLUMNS = `
  e.seq, c.name AS channel, e."offset", e.at, e.actor, a.user_id, e.type, e.v,
  e.subject, e.message_id, e.body, encode(e.hash, 'hex') AS hash`;

/** What `recordOf` needs, of the same. */
export const RECORD_COLUMNS = `
  ${ENTRY_COLUMNS}, encode(e.salt, 'hex') AS salt,
  encode(e.body_hash, 'hex') AS body_hash`;

export const FROM_ENTRIES = `
  FROM regulens.entries e
  JOIN regulens.channels c ON c.id = e.channel
  LEFT JOIN regulens.actors a ON a.actor = e.actor`;

/** @param epoch The log's epoch of now: that of positions. */
export function entryOf(row: Row, epoch: string): Entry {
  return {
    channel: String(row.channel),
    epoch,
    offset: Number(row.offset),
    at: Number(row.at),
    actor: String(row.actor),
    sender: textOrNull(row.user_id),
    type: String(row.type),
    v: Number(row.v),
    subject: String(row.subject),
    messageId: textOrNull(row.message_id),
    bodyText: textOrNull(row.body),
    hash: String(row.hash),
  };
}

export function pageOf(
  rows: readonly Row[],
  after: number,
  epoch: string,
): FeedPage {
  return {
    entries: rows.map((row) => entryOf(row, epoch)),
    cursor: Number(rows.at(-1)?.seq ?? after),
  };
}

/** @param epoch The one it was written in. */
export function recordOf(row: Row, epoch: string): LogRecord {
  const { sender: _, ...entry } = entryOf(row, epoch);
  const salt = textOrNull(row.salt);
  return {
    ...entry,
    bodyHash: String(row.body_hash),
    salt: salt === null ? null : Uint8Array.fromHex(salt),
  };
}

export function knownOf(row: Row): Known {
  return {
    requestHash: textOrNull(row.request_hash),
    positions: JSON.parse(String(row.positions)),
    result: textOrNull(row.result),
  };
}

export function signedOf(row: Row): SignedCheckpoint {
  return {
    text: String(row.text),
    publicKey: String(row.public_key),
    signature: String(row.signature),
  };
}

export function textOrNull(value: unknown): string | null {
  return value === null ? null : String(value);
}
