/**
 * Rows about who was delivered, shown and has acknowledged what everybody is told of. They
 * follow from what people recorded on their own channels, and go with it.
 */
import type { Json, RecordedEvent, ViewRow } from "../decider.ts";
import { numberOf, recordOf, textOf } from "../read_json.ts";
import { createRowIndexer, type RowIndexer } from "../row_indexer.ts";
import { userOfChannel } from "../user_id.ts";
import { itemsOf } from "./events.ts";
import {
  ALERTS_CHANNEL,
  evolve,
  type Inbox,
  INBOX_SUBJECT,
  initial,
  notificationKey,
  type Status,
} from "./inbox.ts";

/** Rows by entry, then person. */
export const READERS_VIEW = "readers";
/** A row for each person who has acknowledged all up to an offset. */
export const READ_THROUGH_VIEW = "read_through";

/** Raise a version when the view's rows change: the store then rebuilds it. */
export const READER_VIEWS = [[READERS_VIEW, 1], [
  READ_THROUGH_VIEW,
  1,
]] as const;

/** What all keys of an entry's readers begin with. */
export function readersPrefix(offset: number): string {
  return `${notificationKey(ALERTS_CHANNEL, offset)}|`;
}

/** Rows that change with an event; `inbox` is the state after it. */
export function index(
  inbox: Inbox,
  { channel, body }: RecordedEvent,
): readonly ViewRow[] {
  const userId = userOfChannel(channel);
  if (userId === undefined) return [];
  const name = textOf(body?.name) ?? userId;
  return itemsOf(body).flatMap((item): ViewRow[] => {
    if (item.channel !== ALERTS_CHANNEL) return [];
    if (item.through) {
      const through = inbox.through.get(item.channel);
      if (through === undefined) return [];
      const data = { userId, name, offset: through.offset, at: through.at };
      return [{ view: READ_THROUGH_VIEW, key: userId, data }];
    }
    const record = inbox.records.get(
      notificationKey(item.channel, item.offset),
    );
    if (record === undefined) return [];
    const { delivered, shown, acknowledged } = record;
    const data = { userId, name, delivered, shown, acknowledged };
    return [{
      view: READERS_VIEW,
      key: readersPrefix(item.offset) + userId,
      data,
    }];
  });
}

/** Makes the same rows from the log alone: for rebuilding a view under a new version. */
export function createReaderIndexer(): RowIndexer {
  return createRowIndexer({ initial, evolve, index }, {
    prefix: INBOX_SUBJECT,
  });
}

export interface ReaderRow extends Status {
  readonly userId: string;
  readonly name: string;
}

/** A row of either view; undefined for what is none, and where it ends before `offset`. */
export function readReaderRow(
  data: Json,
  offset: number,
): ReaderRow | undefined {
  const row = recordOf(data);
  const userId = textOf(row?.userId);
  if (row === null || userId === null) return undefined;
  const name = textOf(row.name) ?? userId;
  const through = numberOf(row.offset);
  if (through === null) {
    return {
      userId,
      name,
      delivered: numberOf(row.delivered),
      shown: numberOf(row.shown),
      acknowledged: numberOf(row.acknowledged),
    };
  }
  if (through < offset) return undefined;
  const at = numberOf(row.at);
  return { userId, name, delivered: at, shown: at, acknowledged: at };
}
