/** Rows of the SQLite file as the log's own values. */
import type { SQLOutputValue } from "node:sqlite";
import type { Known } from "./apply.ts";
import type { Record as LogRecord } from "./record.ts";

export type Row = { readonly [column: string]: SQLOutputValue };

export const RECORD_COLUMNS =
  "channel, offset, at, actor, type, v, subject, message_id, salt, body, body_hash, hash";

export function recordOf(row: Row, epoch: string): LogRecord {
  return {
    epoch,
    channel: String(row.channel),
    offset: Number(row.offset),
    at: Number(row.at),
    actor: String(row.actor),
    type: String(row.type),
    v: Number(row.v),
    subject: String(row.subject),
    messageId: textOrNull(row.message_id),
    bodyHash: String(row.body_hash),
    salt: row.salt instanceof Uint8Array ? row.salt : null,
    bodyText: textOrNull(row.body),
    hash: String(row.hash),
  };
}

export function knownOf(row: Row): Known {
  return {
    requestHash: textOrNull(row.request_hash),
    positions: JSON.parse(String(row.positions)),
    result: textOrNull(row.result),
  };
}

export function textOrNull(value: SQLOutputValue): string | null {
  return value === null ? null : String(value);
}
