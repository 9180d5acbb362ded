/** Equal work under way at once is done once: whoever else asks shares it. */
import type { Json } from "../../realtime/json.ts";

export interface RunOptions {
  /** Whoever aborts gets nothing; the work ends when nobody is left who wants it. */
  readonly signal: AbortSignal;
  readonly progress: (done: number, total: number) => void;
  readonly part: (part: Json) => void;
}

interface Shared {
  readonly result: Promise<Json>;
  readonly abort: AbortController;
  readonly sharers: Set<RunOptions>;
}

export class SharedRuns {
  readonly #running = new Map<string, Shared>();

  /** What `start` comes to, or what equal work under way does. @throws The signal's reason */
  async run(
    key: string,
    options: RunOptions,
    start: (options: RunOptions) => Promise<Json>,
  ): Promise<Json> {
    const { signal } = options;
    signal.throwIfAborted();
    const shared = this.#running.get(key) ?? this.#start(key, start);
    shared.sharers.add(options);
    const aborted = Promise.withResolvers<never>();
    const leave = () => aborted.reject(signal.reason);
    signal.addEventListener("abort", leave);
    try {
      return await Promise.race([shared.result, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", leave);
      shared.sharers.delete(options);
      if (shared.sharers.size === 0) {
        // Not joined any more: it is over, or about to be.
        if (this.#running.get(key) === shared) this.#running.delete(key);
        shared.abort.abort(signal.reason);
      }
    }
  }

  #start(
    key: string,
    start: (options: RunOptions) => Promise<Json>,
  ): Shared {
    const abort = new AbortController();
    const sharers = new Set<RunOptions>();
    const result = start({
      signal: abort.signal,
      progress: (done, total) =>
        sharers.forEach(({ progress }) => progress(done, total)),
      // Who joins late misses the first parts; the result has them all.
      part: (part) => sharers.forEach((one) => one.part(part)),
    });
    // Whoever shares it hears of a failure; nobody may be left to.
    result.catch(() => {});
    const shared = { result, abort, sharers };
    this.#running.set(key, shared);
    return shared;
  }
}
