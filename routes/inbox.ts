/**
 * The inbox: a person's own channel and the alerts, read backwards from the durable log and
 * merged by time. No copy is kept, so what was erased from the log is gone from here too.
 */
import { may } from "../domain/access.ts";
import { inbox } from "../domain/inbox/commands.ts";
import {
  ALERTS_CHANNEL,
  type Inbox,
  INBOX_SUBJECT,
  type Status,
  statusOf,
} from "../domain/inbox/inbox.ts";
import {
  type Notification,
  notificationOf,
} from "../domain/inbox/notification.ts";
import { userChannel } from "../domain/user_id.ts";
import type { Commands } from "../realtime/commands.ts";
import type { ChannelPosition, Entry, Log } from "../realtime/log/log.ts";
import type { User } from "../realtime/user.ts";
import { isInHand, settledAt } from "./inbox_settled.ts";

/** Entries of each channel, newest first, among which the unread are counted. */
export const UNREAD_SCAN = 200;
/** Notifications that stay and are put on a page again until they are dismissed. */
const MAX_STICKY = 10;
/** Entries read at once while going back. */
const CHUNK = 100;
/** Entries looked at for one page: records lie between the notifications. */
const MAX_SCAN = 2_000;

const CURSOR = /^\d{1,15}(\.\d{1,15})?$/;

export interface InboxParts {
  readonly commands: Pick<Commands, "state">;
  readonly log: Pick<Log, "read" | "head">;
}

export interface InboxItem extends Notification, Status {
  readonly channel: string;
  readonly offset: number;
  /** ms since 1970. */
  readonly at: number;
  readonly sender: string | null;
  readonly unread: boolean;
}

export interface InboxPage {
  readonly items: readonly InboxItem[];
  readonly nextCursor: string | null;
}

export interface InboxQuery {
  readonly limit: number;
  readonly cursor?: string;
  readonly unreadOnly?: boolean;
}

/** What every page shows of the inbox, and where its live part goes on. */
export interface InboxSummary {
  readonly unread: number;
  /** There may be more than were counted. */
  readonly more: boolean;
  readonly positions: readonly ChannelPosition[];
  /** Unread ones that stay until they are dismissed, oldest first. */
  readonly sticky: readonly InboxItem[];
}

/** One page, newest first. @throws {RangeError} If the cursor was not made here */
export async function readInbox(
  parts: InboxParts,
  user: User,
  { limit, cursor, unreadOnly = false }: InboxQuery,
): Promise<InboxPage> {
  const channels = channelsOf(user);
  const state = await stateOf(parts, channels[0]);
  const from = cursor === undefined ? [] : parseCursor(cursor);
  const budget = { left: MAX_SCAN };
  const sources = await Promise.all(channels.map(async (channel, n) => {
    const next = from[n] ?? (await parts.log.head(channel)).offset + 1;
    const keep = async (entry: Entry) => {
      const item = await itemOf(parts, { entry, user, state });
      return item && (item.unread || !unreadOnly) ? item : undefined;
    };
    return new Backwards(parts.log, { channel, before: next, keep, budget });
  }));
  const items: InboxItem[] = [];
  for (;;) {
    await Promise.all(sources.map((source) => source.fill()));
    const newest = sources.filter(({ first }) => first !== undefined)
      .sort((a, b) => (b.first?.at ?? 0) - (a.first?.at ?? 0))[0];
    // Without one of them the order would be a guess.
    const isStuck = sources.some(({ state }) => state === "stopped");
    if (newest === undefined || isStuck || items.length >= limit) break;
    const item = newest.take();
    if (item) items.push(item);
  }
  const goesOn = sources.some(({ state }) => state !== "done");
  const nextCursor = goesOn
    ? sources.map(({ before }) => before).join(".")
    : null;
  return { items, nextCursor };
}

/** Counts what is unread among the newest, and finds what still has to be shown. */
export async function inboxSummary(
  parts: InboxParts,
  user: User,
): Promise<InboxSummary> {
  const channels = channelsOf(user);
  const state = await stateOf(parts, channels[0]);
  const found = await Promise.all(channels.map(async (channel) => {
    const position = await parts.log.head(channel);
    const read = state.through.get(channel)?.offset ?? 0;
    const after = Math.max(read, position.offset - UNREAD_SCAN);
    const entries = after < position.offset
      ? await parts.log.read(channel, after, position.offset - after)
      : [];
    return { position: { ...position, channel }, entries, more: after > read };
  }));
  const entries = found.flatMap(({ entries }) => entries);
  const all = await Promise.all(
    entries.map((entry) => itemOf(parts, { entry, user, state })),
  );
  const items = all.filter((item) => item !== undefined)
    .filter(({ unread }) => unread);
  return {
    unread: items.length,
    more: found.some(({ more }) => more),
    positions: found.map(({ position }) => position),
    sticky: items.filter(({ sticky }) => sticky)
      .sort((a, b) => a.at - b.at).slice(-MAX_STICKY),
  };
}

/** The person's own channel first, then those whose notifications everybody gets. */
function channelsOf(user: User): readonly [string, ...string[]] {
  const own = userChannel(user.userId) ?? "";
  const alerts = { kind: "channel", channel: ALERTS_CHANNEL } as const;
  return may(user, "read", alerts) ? [own, ALERTS_CHANNEL] : [own];
}

async function stateOf(
  { commands }: InboxParts,
  channel: string,
): Promise<Inbox> {
  return (await commands.state(inbox, channel, INBOX_SUBJECT)).state;
}

async function itemOf(
  { commands }: InboxParts,
  { entry, user, state }: {
    readonly entry: Entry;
    readonly user: User;
    readonly state: Inbox;
  },
): Promise<InboxItem | undefined> {
  const { type, channel, offset, at, sender, bodyText } = entry;
  const body: unknown = bodyText === null ? null : JSON.parse(bodyText);
  const told = { type, channel, offset, at, sender, body };
  const raised = notificationOf(told, user);
  if (raised === undefined || raised.isSilent) return undefined;
  const status = statusOf(state, told);
  const item = { ...raised, channel, offset, at, sender, ...status };
  const settled = status.unread
    ? await settledAt(commands, told, user.userId)
    : null;
  if (settled === null && item.sticky && await isInHand(commands, told)) {
    // It stays in the list; it need not stand on every page.
    return { ...item, sticky: false, assertive: false };
  }
  return settled === null ? item : {
    ...item,
    delivered: item.delivered ?? settled,
    shown: item.shown ?? settled,
    acknowledged: settled,
    unread: false,
  };
}

function parseCursor(cursor: string): readonly number[] {
  if (!CURSOR.test(cursor)) {
    throw new RangeError("Cannot go on: the cursor is none of this list");
  }
  return cursor.split(".").map(Number);
}

interface BackwardsOptions {
  readonly channel: string;
  /** Offset after the newest to look at. */
  readonly before: number;
  readonly keep: (entry: Entry) => Promise<InboxItem | undefined>;
  /** Shared by the channels of one page. */
  readonly budget: { left: number };
}

/** One channel from its end to its beginning, what is kept of it. */
class Backwards {
  readonly #log: InboxParts["log"];
  readonly #options: BackwardsOptions;
  /** Newest first. */
  #items: InboxItem[] = [];
  #unread: number;

  constructor(log: InboxParts["log"], options: BackwardsOptions) {
    this.#log = log;
    this.#options = options;
    this.#unread = options.before;
  }

  get first(): InboxItem | undefined {
    return this.#items[0];
  }

  /** `stopped`: nothing found within the budget, though there may be more. */
  get state(): "ready" | "stopped" | "done" {
    if (this.#items.length > 0) return "ready";
    return this.#unread > 1 ? "stopped" : "done";
  }

  /** Where the next page goes on. */
  get before(): number {
    return this.first ? this.first.offset + 1 : this.#unread;
  }

  take(): InboxItem | undefined {
    return this.#items.shift();
  }

  async fill(): Promise<void> {
    const { channel, keep, budget } = this.#options;
    while (this.state === "stopped" && budget.left > 0) {
      const after = Math.max(0, this.#unread - 1 - CHUNK);
      const count = this.#unread - 1 - after;
      budget.left -= count;
      const entries = await this.#log.read(channel, after, count);
      this.#unread = after + 1;
      const kept = await Promise.all(entries.map(keep));
      this.#items = kept.filter((item) => item !== undefined).reverse();
    }
  }
}
