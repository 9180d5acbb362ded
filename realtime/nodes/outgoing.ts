/**
 * What waits to leave a node: one batch is on its way, and what is published meanwhile is the
 * next. The queue is bounded; when it is full the oldest go, and receivers are told of it.
 */
import { type Logger, SILENT } from "../logger.ts";
import type { After } from "../timer.ts";

/** Told by a sender that gave up some of its messages: receivers may have lost them (N3). */
export const LOST_SUBJECT = "bus.lost";

/** One message on its way. */
export interface OutMessage {
  /** Grows by one with every message of this node; what was sent again has its first. */
  readonly seq: number;
  /** The one that is to hear it; null: everybody. */
  readonly to: string | null;
  readonly subject: string;
  /** JSON. */
  readonly body: string;
}

export interface OutgoingOptions {
  /**
   * Hands a batch over. Settles in bounded time; after a rejection the same batch is handed
   * over again, so receivers skip what they know by its `seq`.
   */
  readonly send: (batch: readonly OutMessage[]) => Promise<void>;
  readonly after: After;
  /** @default silent */
  readonly logger?: Logger;
  /** @default 10_000 */
  readonly maxWaiting?: number;
  /** In UTF-16 units, about bytes. @default 16 MiB */
  readonly maxWaitingBytes?: number;
}

const MAX_BATCH = 1_000;
const MAX_BATCH_BYTES = 1024 * 1024;
const LEAST_PAUSE_MS = 50;
const MOST_PAUSE_MS = 1_000;

type Waiting = Omit<OutMessage, "seq">;

export class Outgoing {
  readonly counts = { sent: 0, dropped: 0 };
  readonly #options: OutgoingOptions;
  readonly #maxWaiting: number;
  readonly #maxWaitingBytes: number;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  /** Some were dropped, and receivers do not know yet. */
  #isGap = false;
  #seq = 0;
  #running?: Promise<void>;
  #isStopped = false;
  #wake = () => {};

  constructor(options: OutgoingOptions) {
    this.#options = options;
    this.#maxWaiting = options.maxWaiting ?? 10_000;
    this.#maxWaitingBytes = options.maxWaitingBytes ?? 16 * 1024 * 1024;
  }

  /** Never waits and never throws (N4). */
  push(message: Waiting): void {
    if (this.#isStopped) return;
    this.counts.sent++;
    this.#waiting.push(message);
    this.#waitingBytes += sizeOf(message);
    this.#dropOldest();
    this.#running ??= this.#run();
  }

  /** Resolves when all has left, or after `graceMs`; what is left then is given up. */
  async close(graceMs: number): Promise<void> {
    const stopTimer = this.#options.after(graceMs, () => this.stop());
    await this.#running;
    stopTimer();
    this.stop();
  }

  /** Sends nothing more; the batch that is on its way may still arrive. */
  stop(): void {
    this.#isStopped = true;
    this.#wake();
  }

  #dropOldest(): void {
    let dropped = 0;
    while (
      this.#waiting.length - dropped > this.#maxWaiting ||
      this.#waitingBytes > this.#maxWaitingBytes
    ) {
      this.#waitingBytes -= sizeOf(this.#waiting[dropped++]);
    }
    if (dropped === 0) return;
    this.#waiting.splice(0, dropped);
    this.counts.dropped += dropped;
    this.#isGap = true;
  }

  async #run(): Promise<void> {
    // What is published in this same turn belongs to the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0 || this.#isGap) {
      await this.#deliver(this.#take());
      if (this.#isStopped) break;
    }
    this.#running = undefined;
  }

  async #deliver(batch: readonly OutMessage[]): Promise<void> {
    let pauseMs = LEAST_PAUSE_MS;
    while (!this.#isStopped) {
      try {
        return await this.#options.send(batch);
      } catch (error) {
        const { logger = SILENT } = this.#options;
        logger.debug("messages to other nodes wait", { error });
      }
      await this.#pause(pauseMs);
      pauseMs = Math.min(2 * pauseMs, MOST_PAUSE_MS);
    }
  }

  #take(): readonly OutMessage[] {
    let bytes = 0;
    const end = this.#waiting.findIndex((message, index) => {
      bytes += sizeOf(message);
      return index === MAX_BATCH || index > 0 && bytes > MAX_BATCH_BYTES;
    });
    const taken = this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
    for (const message of taken) this.#waitingBytes -= sizeOf(message);
    const gap = { to: null, subject: LOST_SUBJECT, body: "null" };
    const batch = this.#isGap ? [gap, ...taken] : taken;
    this.#isGap = false;
    return batch.map((message) => ({ ...message, seq: ++this.#seq }));
  }

  #pause(ms: number): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = this.#options.after(ms, resolve);
    this.#wake = () => {
      stop();
      resolve();
    };
    return promise;
  }
}

function sizeOf({ subject, body }: Waiting): number {
  return subject.length + body.length;
}
