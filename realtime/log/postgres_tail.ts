/**
 * Follows the log in the database: reads what came behind the feed's cursor whenever there is
 * word of it, and looks by itself often enough that no word is needed.
 */
import { pause } from "../postgres/pause.ts";
import type { Feed, FeedPage } from "./feed.ts";
import { LogUnavailable } from "./log.ts";

/** How often it looks by itself, in ms: a notification that was lost costs no more than that. */
const POLL_MS = 200;
/** After a failed read, in ms. */
const RETRY_MS = 100;
const PAGE_ENTRIES = 500;

export interface TailOptions {
  readonly feed: Feed;
  readonly read: (after: number, limit: number) => Promise<FeedPage>;
  /** Called before entries are delivered. */
  readonly onEntries: () => void;
}

interface Waiting {
  readonly seq: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class PostgresTail {
  readonly #options: TailOptions;
  readonly #closed = new AbortController();
  readonly #running: Promise<void>;
  #waiting = new Set<Waiting>();
  #rest = new AbortController();
  #isWanted = false;

  constructor(options: TailOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** There is word of this entry, or of any: looks at once unless it was told of before. */
  wake(seq = Infinity): void {
    if (seq <= this.#options.feed.cursor) return;
    this.#isWanted = true;
    this.#rest.abort();
  }

  /** Resolves once the feed was told of everything up to this entry. @throws {LogUnavailable} */
  reach(seq: number): Promise<void> {
    if (seq <= this.#options.feed.cursor) return Promise.resolve();
    if (this.#closed.signal.aborted) return Promise.reject(closed());
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.add({ seq, resolve, reject });
    this.wake(seq);
    return promise;
  }

  async close(): Promise<void> {
    this.#closed.abort();
    this.#rest.abort();
    await this.#running;
    this.#settle((waiting) => waiting.reject(closed()));
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      const restMs = await this.#look();
      if (this.#isWanted && restMs !== RETRY_MS) continue;
      this.#rest = new AbortController();
      await pause(restMs, AbortSignal.any([this.#rest.signal, signal]));
    }
  }

  /** Reads to the end of the log, and says how long to rest. */
  async #look(): Promise<number> {
    const { feed, read, onEntries } = this.#options;
    this.#isWanted = false;
    try {
      for (;;) {
        const page = await read(feed.cursor, PAGE_ENTRIES);
        if (this.#closed.signal.aborted) return 0;
        if (page.entries.length > 0) {
          onEntries();
          feed.publish(page.entries, page.cursor);
        }
        this.#settle(({ seq, resolve }) => {
          if (seq > feed.cursor) return false;
          resolve();
        });
        if (page.entries.length < PAGE_ENTRIES) return POLL_MS;
      }
    } catch (error) {
      this.#settle(({ reject }) => reject(error));
      return RETRY_MS;
    }
  }

  /** @param settle Returns false for who goes on waiting. */
  #settle(settle: (waiting: Waiting) => void | false): void {
    for (const waiting of this.#waiting) {
      if (settle(waiting) !== false) this.#waiting.delete(waiting);
    }
  }
}

function closed(): LogUnavailable {
  return new LogUnavailable("Cannot use the log: it is closed");
}
