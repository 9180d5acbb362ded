/**
 * What a person has seen of their notifications: the fold of their own word, never of ours
 * (I3). Bounded: the last thousand records one by one, older ones count as past.
 */
import type { RecordedEvent } from "../decider.ts";
import {
  INBOX_UPDATE,
  itemsOf,
  type Level,
  type RecordedItem,
} from "./events.ts";

/** Records kept one by one. */
export const MAX_RECORDS = 1_000;

/** The subject of the records within a person's channel. */
export const INBOX_SUBJECT = "inbox";

/** The channel whose notifications concern everybody. */
export const ALERTS_CHANNEL = "alerts";

/** When each was first said; ms since 1970, null: not yet. */
export interface Status {
  readonly delivered: number | null;
  readonly shown: number | null;
  readonly acknowledged: number | null;
}

export interface Inbox {
  /** Notifications ever recorded one by one, by level. */
  readonly counts: Readonly<Record<Level, number>>;
  /** By `notificationKey`, the latest recorded last. */
  readonly records: ReadonlyMap<string, Status & Place>;
  /** Per channel: everything up to this offset was acknowledged at once. */
  readonly through: ReadonlyMap<string, { offset: number; at: number }>;
  /** Per channel: the highest offset whose record is no longer kept. */
  readonly past: ReadonlyMap<string, number>;
}

interface Place {
  readonly channel: string;
  readonly offset: number;
}

const UNSEEN: Status = { delivered: null, shown: null, acknowledged: null };

export function initial(): Inbox {
  return {
    counts: { delivered: 0, shown: 0, acknowledged: 0 },
    records: new Map(),
    through: new Map(),
    past: new Map(),
  };
}

/** Folds one entry in; what it does not know changes nothing. */
export function evolve(inbox: Inbox, event: RecordedEvent): Inbox {
  if (event.type !== INBOX_UPDATE || event.v !== 1) return inbox;
  const items = itemsOf(event.body);
  if (items.length === 0) return inbox;
  const draft = {
    counts: { ...inbox.counts },
    records: new Map(inbox.records),
    through: new Map(inbox.through),
    past: new Map(inbox.past),
  };
  for (const item of items) {
    if (item.through) {
      const before = draft.through.get(item.channel)?.offset ?? 0;
      if (item.offset <= before) continue;
      draft.through.set(item.channel, { offset: item.offset, at: event.at });
    } else record(draft, item, event.at);
  }
  return draft;
}

/** Where a notification stands with its reader; `past` when that is no longer kept. */
export function statusOf(
  inbox: Inbox,
  { channel, offset }: Place,
): Status & { readonly unread: boolean } {
  const record = inbox.records.get(notificationKey(channel, offset));
  const through = inbox.through.get(channel);
  const at = through && offset <= through.offset ? through.at : null;
  const { delivered, shown, acknowledged } = record ?? UNSEEN;
  const isPast = !record && offset <= (inbox.past.get(channel) ?? 0);
  return {
    delivered: delivered ?? at,
    shown: shown ?? at,
    acknowledged: acknowledged ?? at,
    unread: acknowledged === null && at === null && !isPast,
  };
}

/** Reports whether an item would add nothing to what is known. */
export function isKnown(inbox: Inbox, item: RecordedItem): boolean {
  if (item.through) {
    return item.offset <= (inbox.through.get(item.channel)?.offset ?? 0);
  }
  const status = statusOf(inbox, item);
  return status[item.level] !== null || !status.unread;
}

/** Names a notification: its entry's place in the log. */
export function notificationKey(channel: string, offset: number): string {
  return `${channel}#${offset}`;
}

interface Draft {
  counts: Record<Level, number>;
  records: Map<string, Status & Place>;
  past: Map<string, number>;
}

function record(
  { counts, records, past }: Draft,
  { channel, offset, level }: RecordedItem,
  at: number,
): void {
  const key = notificationKey(channel, offset);
  const before = records.get(key) ?? UNSEEN;
  const reached = {
    delivered: true,
    shown: level !== "delivered",
    acknowledged: level === "acknowledged",
  };
  const now = (one: Level) => before[one] ?? (reached[one] ? at : null);
  const after = {
    channel,
    offset,
    delivered: now("delivered"),
    shown: now("shown"),
    acknowledged: now("acknowledged"),
  };
  if (before.delivered === null) counts.delivered++;
  if (before.shown === null && after.shown !== null) counts.shown++;
  if (before.acknowledged === null && after.acknowledged !== null) {
    counts.acknowledged++;
  }
  records.delete(key);
  records.set(key, after);
  if (records.size <= MAX_RECORDS) return;
  const [oldestKey, oldest] = records.entries().next().value ?? [key, after];
  records.delete(oldestKey);
  past.set(
    oldest.channel,
    Math.max(oldest.offset, past.get(oldest.channel) ?? 0),
  );
}
