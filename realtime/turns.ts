/**
 * Which channels several nodes decide on at the same time. There a pipeline waits for its turn
 * before it decides, instead of finding out each time that another node was first.
 */
import type { Log } from "./log/log.ts";

/** So long after another node was first a channel counts as contended, in ms. */
const CONTENDED_MS = 2_000;
/** Channels remembered at most; what is older than `CONTENDED_MS` goes. */
const MAX_CHANNELS = 1_000;

export class Turns {
  readonly #log: Pick<Log, "turn">;
  /** When another node was last found to have been first, by channel; oldest first. */
  readonly #metAt = new Map<string, number>();
  readonly #now: () => number;

  /** @param now ms on a clock that is never set */
  constructor(log: Pick<Log, "turn">, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  /** Whether other nodes write to this store at all. */
  get areShared(): boolean {
    return this.#log.turn !== undefined;
  }

  /** Another node was first on this channel. */
  met(channel: string): void {
    if (!this.areShared) return;
    this.#metAt.delete(channel);
    this.#metAt.set(channel, this.#now());
    if (this.#metAt.size <= MAX_CHANNELS) return;
    const [oldest] = this.#metAt.keys();
    this.#metAt.delete(oldest);
  }

  isContended(channel: string): boolean {
    const metAt = this.#metAt.get(channel);
    if (metAt === undefined) return false;
    if (this.#now() - metAt < CONTENDED_MS) return true;
    this.#metAt.delete(channel);
    return false;
  }

  /** Waits for the turn where the channel is contended; hands back its end. Never rejects. */
  async take(channel: string): Promise<(() => void) | undefined> {
    if (!this.isContended(channel)) return undefined;
    return await this.#log.turn?.(channel);
  }
}
