/** How long a channel is kept: a legal hold on it, and days of its own. The fold of its events. */
import type { Json, RecordedEvent, ViewRow } from "../decider.ts";
import { createRowIndexer, type RowIndexer } from "../row_indexer.ts";
import { numberOf, textOf } from "../read_json.ts";

/** The channel of what is done to the record itself; admins read it. */
export const AUDIT_CHANNEL = "audit";
/** What the subjects begin with; the channel that is kept follows. */
export const KEEPING_SUBJECT = "keeping:";
/** Type of the messages. */
export const AUDIT = "AUDIT";
/** Rows by channel: nothing of it is erased while its row stands (L12). */
export const HOLDS_VIEW = "holds";
/** Rows by channel and subject: days other than everybody's. */
export const RETENTIONS_VIEW = "retentions";

/** Raise the version when the rows change: the store then rebuilds the view. */
export const KEEPING_VIEWS = [[HOLDS_VIEW, 1], [RETENTIONS_VIEW, 1]] as const;

export interface Hold {
  readonly userId: string;
  readonly name: string;
  /** ms since 1970. */
  readonly at: number;
  readonly reason: string;
  /** Placed by an admin: only an admin lifts it. */
  readonly byAdmin: boolean;
}

export interface Keeping {
  readonly hold: Hold | null;
  /** Days after closing, null: for ever; by subject, `""` for the whole channel. */
  readonly days: ReadonlyMap<string, number | null>;
}

export const initial = (): Keeping => ({ hold: null, days: new Map() });

export function evolve(state: Keeping, event: RecordedEvent): Keeping {
  const { type, v, body, at, sender } = event;
  if (type !== AUDIT || v !== 1 || body === null) return state;
  switch (body.event) {
    case "hold_placed":
      return {
        ...state,
        hold: {
          userId: textOf(body.userId) ?? sender ?? "",
          name: textOf(body.name) ?? "",
          at,
          reason: textOf(body.reason) ?? "",
          byAdmin: body.byAdmin === true,
        },
      };
    case "hold_lifted":
      return { ...state, hold: null };
    case "retention_set": {
      const days = new Map(state.days);
      const subject = textOf(body.subject) ?? "";
      if (body.days === "default") days.delete(subject);
      else days.set(subject, numberOf(body.days));
      return { ...state, days };
    }
    default:
      return state;
  }
}

export function keepingSubject(channel: string): string {
  return KEEPING_SUBJECT + channel;
}

/** Rows that change with an event; `state` is the state after it. */
export function index(
  state: Keeping,
  { body }: RecordedEvent,
): readonly ViewRow[] {
  const channel = textOf(body?.channel);
  if (body === null || channel === null) return [];
  switch (body.event) {
    case "hold_placed":
    case "hold_lifted": {
      const row = { view: HOLDS_VIEW, key: channel };
      const { hold } = state;
      return [
        hold === null
          ? { ...row, data: null }
          : { ...row, sort: hold.at, data: { channel, ...hold } },
      ];
    }
    case "retention_set": {
      const subject = textOf(body.subject) ?? "";
      const days = state.days.get(subject);
      const key = subject === "" ? channel : `${channel} ${subject}`;
      const data: Json = days === undefined
        ? null
        : { channel, subject: subject || null, days };
      return [{ view: RETENTIONS_VIEW, key, data }];
    }
    default:
      return [];
  }
}

/** Makes the same rows from the log alone: for rebuilding a view under a new version. */
export function createKeepingIndexer(): RowIndexer {
  return createRowIndexer({ initial, evolve, index }, {
    prefix: KEEPING_SUBJECT,
  });
}
