/**
 * From the client's publications to what is to be shown: each entry once, in order, from
 * where the page was made; after a loss of the connection one digest, never a storm (T5).
 */
import {
  INBOX_UPDATE,
  itemsOf,
  type RecordedItem,
} from "../domain/inbox/events.ts";
import type {
  Notification,
  notificationOf,
} from "../domain/inbox/notification.ts";
import { notificationKey } from "../domain/inbox/inbox.ts";
import type { Subscription } from "../realtime/client/channels.ts";
import type { RealtimeClient } from "../realtime/client/client.ts";
import type { Clock } from "../realtime/client/link.ts";
import type { NamedPosition, Publication } from "../realtime/client/wire.ts";
import { count } from "./format.ts";

/** After the connection is good again, what was missed is still on its way for a moment. */
export const SETTLE_MS = 1_000;
/** Begins the key of a word of the page itself, which is no entry. */
export const PAGE_PREFIX = "page#";
/** Begins the key of a digest. */
export const DIGEST_PREFIX = `${PAGE_PREFIX}digest#`;

/** How a publication reads. Few pages get one, so the words may come with the first. */
export type LoadWords = () =>
  | typeof notificationOf
  | Promise<typeof notificationOf>;

export interface FeedOptions {
  readonly client: Pick<RealtimeClient, "follow" | "onView">;
  readonly clock: Clock;
  readonly userId: string;
  readonly words: LoadWords;
  /** The channels of the inbox, where the page read them. */
  readonly positions: readonly NamedPosition[];
  /** An entry has come; said once for each. */
  readonly delivered: (notification: Notification) => void;
  /** To be shown now. */
  readonly arrived: (notification: Notification) => void;
  /** One's own word, of this tab or another. */
  readonly recorded: (items: readonly RecordedItem[]) => void;
  readonly away: (away: boolean) => void;
}

/** Hands back the stop. */
export function followNotifications(options: FeedOptions): () => void {
  const { client, clock, userId } = options;
  const stops: (() => void)[] = [];
  /** Missed while away; undefined while nothing is gathered. */
  let missed: Notification[] | undefined;
  let cancel: (() => void) | undefined;

  let words: typeof notificationOf | undefined;
  /** What has come while the words were loaded. */
  const early: Publication[] = [];

  const read = (publication: Publication) => {
    if (words) return take(publication, words);
    early.push(publication);
    if (early.length === 1) void loadWords();
  };

  const loadWords = async () => {
    const loading = options.words();
    if (typeof loading === "function") words = loading;
    else words = await loading.catch(() => undefined);
    // Without words it is said that there is something; they are asked for again next time.
    for (const one of early.splice(0)) take(one, words ?? wordless);
  };

  const take = (publication: Publication, words: typeof notificationOf) => {
    if (publication.type === INBOX_UPDATE) {
      const items = itemsOf(publication.body);
      if (items.length > 0) return options.recorded(items);
    }
    const notification = words(publication, { userId });
    if (!notification) return;
    if (notification.isSilent) return options.arrived(notification);
    options.delivered(notification);
    if (!missed || notification.assertive) options.arrived(notification);
    else missed.push(notification);
  };

  const flush = () => {
    cancel = undefined;
    if (early.length > 0) {
      cancel = clock.after(SETTLE_MS, flush);
      return;
    }
    const gathered = missed ?? [];
    missed = undefined;
    // What stays has to be seen by itself; one alone needs no digest.
    const own = gathered.length === 1
      ? gathered
      : gathered.filter(({ sticky }) => sticky);
    for (const notification of own) options.arrived(notification);
    const digested = gathered.length - own.length;
    if (digested > 0) options.arrived(digest(digested, clock.now()));
  };

  for (const { channel, ...since } of options.positions) {
    const follow = (from?: typeof since) => {
      const subscription: Subscription = client.follow(channel, {
        publication: read,
        reset: () => {
          // The log was replaced: what was before is not ours to tell apart.
          subscription.stop();
          stops.push(follow());
        },
      }, from);
      return () => subscription.stop();
    };
    stops.push(follow(since));
  }

  stops.push(client.onView(({ state }) => {
    const away = state === "reconnecting" || state === "offline" ||
      state === "denied";
    options.away(away);
    if (away) missed ??= [];
    if (!missed) return;
    const isGood = state === "live" || state === "slow";
    if (!isGood) {
      cancel?.();
      cancel = undefined;
    } else cancel ??= clock.after(SETTLE_MS, flush);
  }));
  return () => {
    cancel?.();
    for (const stop of stops.splice(0)) stop();
  };
}

/** For a page whose words the server no longer has: it was made by another build. */
const wordless: typeof notificationOf = (told, { userId }) => {
  const { channel, offset, sender, body } = told;
  if (sender === userId || body === null) return undefined;
  return {
    key: notificationKey(channel, offset),
    dedupeKey: "wordless",
    severity: "info",
    title: "Something new in your inbox",
    body: "",
    href: "/inbox",
    sticky: false,
    assertive: false,
  };
};

/** One word for all that was missed; it stands for no entry. */
export function digest(updates: number, now: number): Notification {
  return {
    key: `${DIGEST_PREFIX}${now}`,
    dedupeKey: `digest:${now}`,
    severity: "info",
    title: "Reconnected",
    body: `${count(updates, "update", "updates")} received.`,
    href: "/inbox",
    sticky: false,
    assertive: false,
  };
}
