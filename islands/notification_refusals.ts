/**
 * Messages that outlived their page and were refused later: nobody waits for the answer at
 * the control any more, so a toast gives the words back to whoever wrote them (P23).
 */
import type { Notification } from "../domain/inbox/notification.ts";
import type { Refused } from "../realtime/client/client_events.ts";
import type { Clock } from "../realtime/client/link.ts";
import { isRecord, stringOf } from "../realtime/client/wire.ts";
import { PAGE_PREFIX } from "./notification_feed.ts";

/** A tab that still waits for the answer has this long to say that it tells of it itself. */
export const ASKER_SPEAKS_WITHIN_MS = 1_000;

export interface RefusalsOptions {
  readonly clock: Clock;
  readonly tell: (notification: Notification) => void;
  /** Tells the other tabs that this one has told of it. */
  readonly seenTo: (key: string) => void;
}

export class Refusals {
  readonly #options: RefusalsOptions;
  readonly #told = new Set<string>();
  readonly #waiting = new Map<string, () => void>();

  constructor(options: RefusalsOptions) {
    this.#options = options;
  }

  take(refused: Refused): void {
    const notification = notificationOf(refused);
    if (!notification) return;
    const { clock, tell, seenTo } = this.#options;
    const { key } = notification;
    if (refused.asked) return seenTo(key);
    // The tab that waits for it may have spoken before we heard of it.
    if (this.#told.has(key)) return;
    const cancel = clock.after(ASKER_SPEAKS_WITHIN_MS, () => {
      this.#waiting.delete(key);
      tell(notification);
    });
    this.#waiting.set(key, cancel);
  }

  /** Other tabs have told of these. */
  told(keys: readonly string[]): void {
    for (const key of keys) {
      if (!key.startsWith(PREFIX)) continue;
      this.#told.add(key);
      this.#waiting.get(key)?.();
      this.#waiting.delete(key);
    }
  }

  stop(): void {
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }
}

const PREFIX = `${PAGE_PREFIX}refused#`;

/** Undefined for what nobody wrote: records of what was shown are the page's own. */
function notificationOf(
  { messageId, message, sent }: Refused,
): Notification | undefined {
  const payload = isRecord(sent.payload) ? sent.payload : {};
  const input = isRecord(payload.input) ? payload.input : {};
  if (payload.command === "record_notifications") return undefined;
  const words = stringOf(input.text) ?? stringOf(payload.body);
  const sessionId = stringOf(input.sessionId);
  return {
    key: PREFIX + messageId,
    dedupeKey: PREFIX + messageId,
    severity: "high",
    title: "Your message was not sent",
    body: words === undefined ? message : `${message}. You wrote: “${words}”`,
    href: sessionId === undefined
      ? "/inbox"
      : `/sessions/${encodeURIComponent(sessionId)}`,
    sticky: true,
    assertive: false,
  };
}
