/**
 * Messages that outlived their page and were refused later: nobody waits for the answer at
 * the control any more, so a toast gives the words back to whoever wrote them (P23).
 */
import type { Notification } from "../domain/inbox/notification.ts";
import type { Refused } from "../realtime/client/client_events.ts";
import type { Clock } from "../realtime/client/link.ts";
import { isRecord } from "../realtime/client/wire.ts";
import { PAGE_PREFIX } from "./notification_feed.ts";

/** A tab that still waits for the answer has this long to say that it tells of it itself. */
export const ASKER_SPEAKS_WITHIN_MS = 1_000;

/** What is said of one refused message. */
export type RefusalWords = Pick<Notification, "title" | "body" | "href">;

/** Few pages see a refusal, so its words come with the first. */
export type LoadRefusalWords = () => Promise<
  (refused: Refused) => Promise<RefusalWords>
>;

export interface RefusalsOptions {
  readonly clock: Clock;
  readonly words: LoadRefusalWords;
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
    if (!isWritten(refused)) return;
    const { clock, seenTo } = this.#options;
    const key = PREFIX + refused.messageId;
    if (refused.asked) return seenTo(key);
    // The tab that waits for it may have spoken before we heard of it.
    if (this.#told.has(key)) return;
    const cancel = clock.after(ASKER_SPEAKS_WITHIN_MS, () => {
      this.#waiting.delete(key);
      void this.#tell(key, refused);
    });
    this.#waiting.set(key, cancel);
  }

  async #tell(key: string, refused: Refused): Promise<void> {
    const { words, tell } = this.#options;
    const read = await words().catch(() => plainWords);
    const said = await read(refused);
    // The tab that waited for it may have spoken meanwhile.
    if (this.#told.has(key)) return;
    tell({
      ...said,
      key,
      dedupeKey: key,
      severity: "high",
      sticky: true,
      assertive: false,
    });
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

/** Records of what was shown are the page's own: nobody wrote them. */
function isWritten({ sent: { payload } }: Refused): boolean {
  return !isRecord(payload) || payload.command !== "record_notifications";
}

/** For a page whose words the server no longer has. */
function plainWords({ message }: Refused): Promise<RefusalWords> {
  const title = "What you sent was refused";
  return Promise.resolve({ title, body: message, href: "/inbox" });
}
