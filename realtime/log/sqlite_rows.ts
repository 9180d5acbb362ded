/** Rows of the SQLite file as the log's own values. */
import type { SQLOutputValue } from "node:sqlite";
import type { Known } from "./apply.ts";
import type { Record as LogRecord } from "./record.ts";

export type Row = { readonly [column: string]: SQLOutputValue };

/** Entries with their names; a name that is gone leaves its entries to be found by verify. */
export const FROM_ENTRIES = `
  FROM entries e
  LEFT JOIN names c ON c.id = e.channel
  LEFT JOIN names s ON s.id = e.subject
  LEFT JOIN names t ON t.id = e.type
  LEFT JOIN actors a ON a.id = e.actor`;

/** A column of hash bytes as hex digits: written by SQLite, which is cheaper than handing bytes over. */
export function hex(column: string): string {
  return `lower(hex(${column})) AS ${column.replace(/^\w+\./, "")}`;
}

export const SELECT_RECORDS = `
  SELECT e.seq, e.channel AS channel_id, c.name AS channel, e.offset, e.at,
    a.actor, t.name AS type, e.v, s.name AS subject, e.message_id, e.salt,
    e.body, ${hex("e.body_hash")}, ${hex("e.hash")}
  ${FROM_ENTRIES}`;

export function recordOf(row: Row, epoch: string): LogRecord {
  return {
    epoch,
    channel: textOrNull(row.channel) ?? `channel ${row.channel_id}, unnamed`,
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
