/** Tells the server what was delivered, shown and acknowledged: in batches, the urgent at once (T3). */
import type { Level } from "../domain/inbox/events.ts";
import type { Clock } from "../realtime/client/link.ts";

/** At most one batch in this time, unless something is urgent. */
export const BATCH_EVERY_MS = 2_000;
/** Records of one batch; the command takes no more. */
const MAX_BATCH = 500;

export interface RecordItem {
  readonly channel: string;
  readonly offset: number;
  readonly delivered?: true;
  readonly shown?: true;
  readonly acknowledged?: true;
}

export interface RecordsOptions {
  readonly clock: Clock;
  readonly send: (items: readonly RecordItem[]) => void;
}

export class NotificationRecords {
  readonly #options: RecordsOptions;
  /** What is not sent yet, by key; each the furthest that was said. */
  readonly #pending = new Map<string, Level>();
  /** What was sent of each, so that it is not sent again. */
  readonly #sent = new Map<string, Level>();
  #lastAt = -Infinity;
  #cancel: (() => void) | undefined;
  #urgent = false;

  constructor(options: RecordsOptions) {
    this.#options = options;
  }

  /** @param key `channel#offset` */
  add(key: string, level: Level, urgent = false): void {
    const known = this.#pending.get(key) ?? this.#sent.get(key);
    if (known !== undefined && rank(known) >= rank(level)) return;
    this.#pending.set(key, level);
    if (urgent) this.#soon();
    else this.#later();
  }

  /** Sends what waits, now: the page may not be there later. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#urgent = false;
    if (this.#pending.size === 0) return;
    this.#lastAt = this.#options.clock.now();
    const all = [...this.#pending];
    this.#pending.clear();
    for (const [key, level] of all) this.#sent.set(key, level);
    for (let from = 0; from < all.length; from += MAX_BATCH) {
      const batch = all.slice(from, from + MAX_BATCH);
      this.#options.send(batch.map(([key, level]) => itemOf(key, level)));
    }
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** At the end of this turn: what is delivered is often shown in the same. */
  #soon(): void {
    if (this.#urgent) return;
    this.#urgent = true;
    queueMicrotask(() => {
      if (this.#urgent) this.flush();
    });
  }

  #later(): void {
    if (this.#cancel || this.#urgent) return;
    const { clock } = this.#options;
    // The first waits as long as the next ones would: shown mostly follows delivered.
    const dueAt = Math.max(this.#lastAt, clock.now()) + BATCH_EVERY_MS;
    this.#cancel = clock.after(dueAt - clock.now(), () => this.flush());
  }
}

/** Splits `channel#offset`. */
export function placeOf(key: string): { channel: string; offset: number } {
  const at = key.lastIndexOf("#");
  return { channel: key.slice(0, at), offset: Number(key.slice(at + 1)) };
}

function itemOf(key: string, level: Level): RecordItem {
  const place = placeOf(key);
  switch (level) {
    case "delivered":
      return { ...place, delivered: true };
    case "shown":
      return { ...place, shown: true };
    case "acknowledged":
      return { ...place, acknowledged: true };
  }
}

function rank(level: Level): number {
  return level === "delivered" ? 0 : level === "shown" ? 1 : 2;
}
