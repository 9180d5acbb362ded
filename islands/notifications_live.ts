/** The toasts of this page made live: feed, queue, records, tabs and preferences put together. */
import { batch, computed, effect, type Signal, signal } from "@preact/signals";
import type { RecordedItem } from "../domain/inbox/events.ts";
import { notificationKey } from "../domain/inbox/inbox.ts";
import type { Notification } from "../domain/inbox/notification.ts";
import type { RealtimeClient } from "../realtime/client/client.ts";
import type { Clock } from "../realtime/client/link.ts";
import {
  DIGEST_PREFIX,
  followNotifications,
  type LoadWords,
  PAGE_PREFIX,
} from "./notification_feed.ts";
import type { NotificationState, ToastsModel } from "./notification_model.ts";
import type { Preferences } from "./notification_preferences.ts";
import { type LoadRefusalWords, Refusals } from "./notification_refusals.ts";
import { NotificationRecords } from "./notification_records.ts";
import { NotificationTabs, type TabWire } from "./notification_tabs.ts";
import {
  emptyQueue,
  nextEnd,
  reduce,
  shown,
  type Toast,
  type ToastAction,
  type ToastQueue,
  waiting,
} from "./toast_queue.ts";

/** Channels overtake each other, and what was missed is told a moment later: by so much at most. */
const OVERTAKEN_MS = 10_000;

/** An action of the queue without its time: the clock is asked here. */
type Untimed = ToastAction extends infer Action
  ? Action extends ToastAction ? Omit<Action, "now"> : never
  : never;

export interface LiveToastsOptions {
  readonly client: Pick<
    RealtimeClient,
    "follow" | "onView" | "command" | "on"
  >;
  readonly clock: Clock;
  readonly state: NotificationState;
  readonly preferences: Signal<Preferences>;
  readonly wire: TabWire | undefined;
  readonly tab: string;
  /** ms since 1970, the same for all tabs. */
  readonly now: () => number;
  /** Says it in a live region. */
  readonly announce: (text: string, assertive: boolean) => void;
  readonly sound: (critical: boolean) => void;
  readonly words: LoadWords;
  readonly refusalWords: LoadRefusalWords;
  /** Asks the server how many are unread; undefined when it cannot be told. */
  readonly countUnread: () => Promise<number | undefined>;
}

export interface LiveToasts extends ToastsModel {
  readonly unread: Signal<number>;
  readonly tabs: NotificationTabs;
  /** Sends what waits: the page is hidden or left. */
  flush(): void;
  resize(capacity: number): void;
  stop(): void;
}

export function liveToasts(options: LiveToastsOptions): LiveToasts {
  const { client, clock, state, preferences } = options;
  const queue = signal<ToastQueue>(emptyQueue(clock.now()));
  const unread = signal(state.unread);
  const showing = signal(true);

  const records = new NotificationRecords({
    clock,
    send: (items) => {
      const input = { items: items.map((item) => ({ ...item })) };
      // Refused, e.g. after the sign-in has changed: the inbox stays unread, which is true.
      client.command("record_notifications", input).catch(() => {});
    },
  });

  const act = (action: Untimed) => {
    const timed = { ...action, now: clock.now() };
    const before = queue.peek();
    const after = reduce(before, timed);
    queue.value = after;
    if (action.do === "tick") tabs.seenTo(keysOfEnded(before, after));
  };

  const tabs = new NotificationTabs({
    wire: options.wire,
    tab: options.tab,
    now: options.now,
    changed: (here) =>
      batch(() => {
        showing.value = here;
        act({ do: here ? "resume" : "pause", reason: "elsewhere" });
      }),
    gone: (keys) => {
      refusals.told(keys);
      act({ do: "forget", keys });
    },
  });

  /** What leaves nothing to do, and when that was heard. */
  const endedAt = new Map<string, number>();

  /** Takes away a toast that leaves nothing to do; what it told stays in the inbox. */
  const end = (dedupeKey: string) => {
    endedAt.set(dedupeKey, clock.now());
    const toast = queue.peek().toasts.find((one) =>
      one.dedupeKey === dedupeKey
    );
    if (toast) takeAway(toast, false);
  };

  const arrive = (notification: Notification) => {
    const { ends, isSilent } = notification;
    if (ends !== undefined) {
      end(ends);
      // What comes on the same channel comes in order: nothing overtakes it.
      if (isSilent) return void endedAt.delete(ends);
    }
    const heardAt = endedAt.get(notification.dedupeKey) ?? -Infinity;
    if (clock.now() - heardAt < OVERTAKEN_MS) return;
    if (preferences.peek().quiet && !notification.assertive) return;
    raise(notification);
  };

  const raise = (notification: Notification) => {
    act({ do: "arrive", notification });
    if (!tabs.showing) return;
    if (!notification.key.startsWith(DIGEST_PREFIX)) {
      options.announce(wordsOf(notification), notification.assertive);
    }
    if (preferences.peek().sound) options.sound(notification.assertive);
  };

  const refusals = new Refusals({
    clock,
    // Also to who wants quiet: nobody else knows that it was not sent.
    tell: raise,
    words: options.refusalWords,
    seenTo: (key) => tabs.seenTo([key]),
  });

  const recorded = (items: readonly RecordedItem[]) => {
    const seen = items.filter(({ level }) => level === "acknowledged");
    if (seen.length === 0) return;
    if (seen.some(({ through }) => through)) {
      const upTo = new Map(seen.map((one) => [one.channel, one.offset]));
      act({ do: "forget", keys: keysUpTo(queue.peek(), upTo) });
      void recount();
      return;
    }
    act({ do: "forget", keys: seen.map(keyOf) });
    unread.value = Math.max(0, unread.peek() - seen.length);
  };

  const recount = async () => {
    const counted = await options.countUnread();
    if (counted !== undefined) unread.value = counted;
  };

  const takeAway = (toast: Toast, acknowledged: boolean) => {
    act({ do: "dismiss", dedupeKey: toast.dedupeKey });
    tabs.seenTo(toast.keys);
    if (!acknowledged) return;
    for (const key of entriesOf(toast)) records.add(key, "acknowledged", true);
  };

  // A sticky one of an earlier page stands here again, without being said again.
  for (const notification of state.sticky) {
    if (preferences.peek().quiet && !notification.assertive) continue;
    act({ do: "arrive", notification });
  }

  const visible = computed(() =>
    showing.value && !queue.value.pauses.has("hidden") ? shown(queue.value) : []
  );
  const stops = [
    // What stands on the screen of the tab that is looked at was shown.
    effect(() => {
      for (const toast of visible.value) {
        for (const key of entriesOf(toast)) {
          records.add(key, "shown", toast.sticky);
        }
      }
    }),
    effect(() => {
      const end = nextEnd(queue.value);
      if (end === undefined) return;
      return clock.after(
        Math.max(0, end - clock.now()),
        () => act({ do: "tick" }),
      );
    }),
    effect(() => act({ do: "pace", pace: preferences.value.pace })),
    followNotifications({
      client,
      clock,
      userId: state.userId,
      positions: state.positions,
      words: options.words,
      delivered: ({ key, sticky }) => {
        unread.value += 1;
        if (tabs.showing) records.add(key, "delivered", sticky);
      },
      arrived: arrive,
      recorded,
      away: (away) => {
        const isAway = queue.peek().pauses.has("offline");
        if (away !== isAway) {
          act({ do: away ? "pause" : "resume", reason: "offline" });
        }
      },
    }),
    announceSignOut(options),
    client.on("CONSENSUS_UPDATE", ({ payload }) => {
      // One's own vote, seen where it was cast: the other tabs hear of it from this one.
      if (payload.event === "vote_cast" && payload.userId === state.userId) {
        end(`poll:${payload.pollId}:asked`);
        void recount();
      }
      // Another round asks again.
      if (payload.event === "round_ended") {
        endedAt.delete(`poll:${payload.pollId}:asked`);
      }
    }),
    client.on("refused", (refused) => refusals.take(refused)),
    () => refusals.stop(),
  ];

  return {
    toasts: visible,
    waiting: computed(() =>
      visible.value.length > 0 ? waiting(queue.value) : 0
    ),
    unread,
    tabs,
    // Taking away what goes by itself says that one has read it.
    dismiss: (toast) => takeAway(toast, !toast.sticky),
    acknowledge: (toast) => takeAway(toast, true),
    pause: (reason) => act({ do: "pause", reason }),
    resume: (reason) => act({ do: "resume", reason }),
    resize: (capacity) => act({ do: "resize", capacity }),
    flush: () => records.flush(),
    stop: () => {
      for (const stop of stops) stop();
      records.stop();
      tabs.close();
    },
  };
}

/** Losing the sign-in interrupts: nothing said from now on arrives by itself. */
function announceSignOut(
  { client, announce }: Pick<LiveToastsOptions, "client" | "announce">,
): () => void {
  let said = false;
  return client.onView(({ state, deniedBy }) => {
    if (state === "denied" && !said) {
      announce(
        deniedBy === "signed_out"
          ? "You are signed out. This page no longer updates."
          : "The server ended this connection. This page no longer updates.",
        true,
      );
    }
    said = state === "denied";
  });
}

function wordsOf({ title, body }: Notification): string {
  return body === "" ? title : `${title}. ${body}`;
}

function entriesOf({ keys }: Toast): readonly string[] {
  return keys.filter((key) => !key.startsWith(PAGE_PREFIX));
}

function keysOfEnded(
  before: ToastQueue,
  after: ToastQueue,
): readonly string[] {
  const left = new Set(after.toasts.map(({ dedupeKey }) => dedupeKey));
  return before.toasts.filter(({ dedupeKey }) => !left.has(dedupeKey))
    .flatMap(({ keys }) => keys);
}

function keysUpTo(
  { toasts }: ToastQueue,
  upTo: ReadonlyMap<string, number>,
): readonly string[] {
  return toasts.flatMap(({ keys }) => keys).filter((key) => {
    const at = key.lastIndexOf("#");
    return Number(key.slice(at + 1)) <= (upTo.get(key.slice(0, at)) ?? 0);
  });
}

function keyOf({ channel, offset }: RecordedItem): string {
  return notificationKey(channel, offset);
}
