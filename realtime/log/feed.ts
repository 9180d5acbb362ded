/** The feed (L6): hands every commit to its listeners, from now on or from a cursor on. */
import type { Entry, FeedListener } from "./log.ts";

/** Entries in the order of the whole log, and the cursor after the last of them. */
export interface FeedPage {
  readonly entries: readonly Entry[];
  readonly cursor: number;
}

const PAGE_ENTRIES = 500;
const RETRY_MS = 250;

interface Follower {
  readonly listener: FeedListener;
  state: "catching_up" | "live" | "stopped";
  cursor: number;
  retry?: ReturnType<typeof setTimeout>;
}

export class Feed {
  readonly #read: (after: number, limit: number) => Promise<FeedPage>;
  readonly #followers = new Set<Follower>();
  #cursor: number;

  /** @param cursor Number of the last entry kept so far. */
  constructor(
    read: (after: number, limit: number) => Promise<FeedPage>,
    cursor: number,
  ) {
    this.#read = read;
    this.#cursor = cursor;
  }

  start(listener: FeedListener, after?: number): () => void {
    const follower: Follower = {
      listener,
      state: after === undefined ? "live" : "catching_up",
      cursor: after ?? this.#cursor,
    };
    this.#followers.add(follower);
    if (after !== undefined) this.#catchUp(follower);
    return () => this.#stop(follower);
  }

  /** Number of the last entry told of. */
  get cursor(): number {
    return this.#cursor;
  }

  /**
   * Delivers entries that follow each other without holes; `cursor` is the last one's number.
   * What was told before is left out; the first one may lie no further than right behind it.
   */
  publish(entries: readonly Entry[], cursor: number): void {
    this.#cursor = Math.max(this.#cursor, cursor);
    for (const follower of [...this.#followers]) {
      if (follower.state !== "live") continue;
      // A catch-up may have read further than what was published by then.
      const unseen = Math.min(entries.length, cursor - follower.cursor);
      if (unseen <= 0) continue;
      const rest = entries.slice(entries.length - unseen);
      this.#deliver(follower, { entries: rest, cursor });
    }
  }

  close(): void {
    for (const follower of [...this.#followers]) this.#stop(follower);
  }

  async #catchUp(follower: Follower): Promise<void> {
    try {
      while (follower.state === "catching_up") {
        const page = await this.#read(follower.cursor, PAGE_ENTRIES);
        if (follower.state !== "catching_up") return;
        if (page.entries.length > 0) this.#deliver(follower, page);
        // Nothing may be awaited between this check and going live.
        const done = page.entries.length === 0 ||
          follower.cursor >= this.#cursor;
        if (done && follower.state === "catching_up") follower.state = "live";
      }
    } catch {
      if (follower.state !== "catching_up") return;
      // The store cannot read just now; nothing may be skipped, so ask again.
      follower.retry = setTimeout(() => this.#catchUp(follower), RETRY_MS);
    }
  }

  #deliver(follower: Follower, { entries, cursor }: FeedPage): void {
    follower.cursor = cursor;
    try {
      follower.listener(entries, cursor);
    } catch (fault) {
      // One faulty listener must not keep the others from what is already durable.
      reportError(fault);
    }
  }

  #stop(follower: Follower): void {
    follower.state = "stopped";
    clearTimeout(follower.retry);
    this.#followers.delete(follower);
  }
}
