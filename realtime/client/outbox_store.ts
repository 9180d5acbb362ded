/** Where messages wait until they are acknowledged (P23): the port, and the store in memory. */
import type { Json } from "../json.ts";

/** Messages that may wait for one user; one more is refused with `queue_full`. */
export const MAX_QUEUED = 1_000;

/** What may wait: the messages that carry a messageId, so that sending twice takes effect once. */
export type OutboxType = "COMMAND" | "BROADCAST" | "DIRECT_MESSAGE";

export interface OutboxMessage {
  readonly type: OutboxType;
  readonly messageId: string;
  readonly channel?: string;
  readonly payload: Json;
}

export interface OutboxEntry extends OutboxMessage {
  /** Rises with every message added, across tabs and reloads. */
  readonly seq: number;
}

/** One user's waiting messages, in the order they were added. */
export interface OutboxStore {
  /** Adds behind all others. `known`: the messageId waits already and is not added again. */
  add(message: OutboxMessage): Promise<"queued" | "known" | "full">;
  /** What was added after `seq`, in order. */
  after(seq: number): Promise<readonly OutboxEntry[]>;
  remove(seq: number): Promise<void>;
  count(): Promise<number>;
  close(): void;
}

/** Lives as long as the page. */
export class MemoryOutbox implements OutboxStore {
  #entries: readonly OutboxEntry[] = [];
  #seq = 0;

  add(message: OutboxMessage): Promise<"queued" | "known" | "full"> {
    const { messageId } = message;
    if (this.#entries.some((entry) => entry.messageId === messageId)) {
      return Promise.resolve("known");
    }
    if (this.#entries.length >= MAX_QUEUED) return Promise.resolve("full");
    this.#seq += 1;
    this.#entries = [...this.#entries, { ...message, seq: this.#seq }];
    return Promise.resolve("queued");
  }

  after(seq: number): Promise<readonly OutboxEntry[]> {
    return Promise.resolve(this.#entries.filter((entry) => entry.seq > seq));
  }

  remove(seq: number): Promise<void> {
    this.#entries = this.#entries.filter((entry) => entry.seq !== seq);
    return Promise.resolve();
  }

  count(): Promise<number> {
    return Promise.resolve(this.#entries.length);
  }

  close(): void {}
}
