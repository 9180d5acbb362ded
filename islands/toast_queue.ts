/**
 * Which toasts there are, which are shown, and how long each still stays: pure, so that
 * every interleaving can be tested. Time comes in with each action and runs only while a
 * toast can be seen; what is left of it is kept (T4).
 */
import type { Notification } from "../domain/inbox/notification.ts";
import type { Severity } from "../domain/inbox/words.ts";

/** Shown at once on a wide screen, and on a phone. */
export const CAPACITY = { wide: 3, phone: 1 } as const;
/** Toasts kept at most; more are in the inbox. */
export const MAX_TOASTS = 50;
/** Entries one toast remembers to stand for. */
const MAX_KEYS = 100;
/** Reading takes this long for each character, and this long besides; in ms. */
const MS_PER_CHARACTER = 50;
const MS_TO_NOTICE = 2_000;

/** How long each stays at least, in ms. */
const LEAST_MS = {
  critical: Infinity,
  high: Infinity,
  medium: 10_000,
  low: 6_000,
  info: 6_000,
  success: 6_000,
} as const satisfies Record<Severity, number>;

/** Why time stands still. */
export type Pause = "hover" | "focus" | "hidden" | "offline" | "elsewhere";

/** Times the usual duration; `never`: until it is dismissed. */
export type Pace = 1 | 3 | 10 | "never";

export interface Toast extends
  Pick<
    Notification,
    "dedupeKey" | "severity" | "title" | "body" | "href" | "sticky"
  > {
  /** The entries it stands for, oldest first; none for a word of the page itself. */
  readonly keys: readonly string[];
  readonly count: number;
  /** What is left of its time to be seen, in ms; Infinity: it stays. */
  readonly leftMs: number;
}

export interface ToastQueue {
  /** The shown ones first, in the order they are shown. */
  readonly toasts: readonly Toast[];
  /** When the times left were true; ms on the caller's clock. */
  readonly at: number;
  readonly pauses: ReadonlySet<Pause>;
  readonly capacity: number;
  readonly pace: Pace;
}

export type ToastAction =
  & { readonly now: number }
  & (
    | { readonly do: "arrive"; readonly notification: Notification }
    | { readonly do: "tick" }
    | { readonly do: "pause" | "resume"; readonly reason: Pause }
    | { readonly do: "dismiss"; readonly dedupeKey: string }
    /** They were seen to elsewhere. */
    | { readonly do: "forget"; readonly keys: readonly string[] }
    | { readonly do: "resize"; readonly capacity: number }
    | { readonly do: "pace"; readonly pace: Pace }
  );

export function emptyQueue(now: number): ToastQueue {
  return {
    toasts: [],
    at: now,
    pauses: new Set(),
    capacity: CAPACITY.wide,
    pace: 1,
  };
}

/** Lets the time pass up to the action, then does it. */
export function reduce(before: ToastQueue, action: ToastAction): ToastQueue {
  const queue = pass(before, action.now);
  switch (action.do) {
    case "tick":
      return queue;
    case "arrive":
      return bounded(arrive(queue, action.notification));
    case "pause":
      return { ...queue, pauses: new Set([...queue.pauses, action.reason]) };
    case "resume": {
      const pauses = new Set(queue.pauses);
      pauses.delete(action.reason);
      return { ...queue, pauses };
    }
    case "dismiss":
      return keep(queue, (toast) => toast.dedupeKey !== action.dedupeKey);
    case "forget": {
      const keys = new Set(action.keys);
      return keep(
        queue,
        (toast) =>
          toast.keys.length === 0 || !toast.keys.every((key) => keys.has(key)),
      );
    }
    case "resize":
      return { ...queue, capacity: action.capacity };
    case "pace": {
      const { pace } = action;
      const toasts = queue.toasts.map((toast) => ({
        ...toast,
        leftMs: durationMs(toast, pace),
      }));
      return { ...queue, pace, toasts };
    }
  }
}

/** The toasts that are shown. */
export function shown({ toasts, capacity }: ToastQueue): readonly Toast[] {
  return toasts.slice(0, capacity);
}

/** How many wait for a place. */
export function waiting({ toasts, capacity }: ToastQueue): number {
  return Math.max(0, toasts.length - capacity);
}

/** When the next one ends, on the clock of the actions; undefined while none will. */
export function nextEnd(queue: ToastQueue): number | undefined {
  if (queue.pauses.size > 0) return undefined;
  const leftMs = leastLeft(queue);
  return leftMs === Infinity ? undefined : queue.at + leftMs;
}

/** How long a text stays, in ms. */
export function durationMs(
  { severity, title, body }: Pick<Toast, "severity" | "title" | "body">,
  pace: Pace,
): number {
  if (pace === "never") return Infinity;
  const readMs = MS_TO_NOTICE + MS_PER_CHARACTER * (title.length + body.length);
  return pace * Math.max(LEAST_MS[severity], readMs);
}

/** Time passes for the shown ones; as one ends, the next takes its place from that moment on. */
function pass(queue: ToastQueue, now: number): ToastQueue {
  if (now <= queue.at) return queue;
  if (queue.pauses.size > 0) return { ...queue, at: now };
  let current = queue;
  while (current.at < now) {
    const stepMs = Math.min(now - current.at, leastLeft(current));
    const toasts = current.toasts.map((toast, n) =>
      n < current.capacity ? { ...toast, leftMs: toast.leftMs - stepMs } : toast
    ).filter(({ leftMs }) => leftMs > 0);
    // Adding may round to the same number; what has ended is gone all the same.
    const ended = toasts.length < current.toasts.length;
    const at = ended ? Math.min(now, current.at + stepMs) : now;
    current = { ...current, toasts, at };
  }
  return current;
}

function leastLeft(queue: ToastQueue): number {
  return Math.min(...shown(queue).map(({ leftMs }) => leftMs));
}

function arrive(queue: ToastQueue, notification: Notification): ToastQueue {
  const { key, dedupeKey, severity, title, body, href, sticky } = notification;
  const known = queue.toasts.find((toast) => toast.dedupeKey === dedupeKey);
  if (known?.keys.includes(key)) return queue;
  const isLess = known !== undefined && rank(known.severity) < rank(severity);
  const toast: Toast = {
    dedupeKey,
    // Repeated as less, it has not become less.
    severity: isLess ? known.severity : severity,
    title,
    body,
    href,
    sticky: sticky || known?.sticky === true,
    keys: [...known?.keys ?? [], key].slice(-MAX_KEYS),
    count: (known?.count ?? 0) + 1,
    leftMs: 0,
  };
  const fresh = { ...toast, leftMs: durationMs(toast, queue.pace) };
  if (known && rank(known.severity) === rank(fresh.severity)) {
    const toasts = queue.toasts.map((one) => one === known ? fresh : one);
    return { ...queue, toasts };
  }
  const others = queue.toasts.filter((one) => one !== known);
  const after = others.findIndex((one) => rank(one.severity) > rank(severity));
  const place = after < 0 ? others.length : after;
  return { ...queue, toasts: others.toSpliced(place, 0, fresh) };
}

/** Drops of those that wait the one that has waited longest and is not there to stay. */
function bounded(queue: ToastQueue): ToastQueue {
  if (queue.toasts.length <= MAX_TOASTS) return queue;
  const drop = queue.toasts.findIndex((toast, n) =>
    n >= queue.capacity && !toast.sticky
  );
  const place = drop < 0 ? queue.toasts.length - 1 : drop;
  return { ...queue, toasts: queue.toasts.toSpliced(place, 1) };
}

function keep(
  queue: ToastQueue,
  isKept: (toast: Toast) => boolean,
): ToastQueue {
  return { ...queue, toasts: queue.toasts.filter(isKept) };
}

/** What stays stands before what goes, and critical before all. */
function rank(severity: Severity): number {
  return severity === "critical" ? 0 : severity === "high" ? 1 : 2;
}
