/** The one connection over which a node is notified: made anew for ever, and never relied upon. */
import type { Logger } from "../logger.ts";
import { reasonOf } from "./failure.ts";
import type { Line, LineOptions } from "./line.ts";
import { pause } from "./pause.ts";

export interface Listener {
  readonly onNotify: (payload: string) => void;
  /** Notifications come from now on; what was said before may have been missed. */
  readonly onListening?: () => void;
}

export interface ListeningOptions {
  readonly line: (options: LineOptions) => Promise<Line>;
  readonly logger: Logger;
}

const LEAST_PAUSE_MS = 100;
const MOST_PAUSE_MS = 10_000;
/** How often the connection is asked whether it is there. */
const PING_MS = 5_000;
const ANSWER_TIMEOUT_MS = 5_000;

export class Listening {
  readonly #options: ListeningOptions;
  readonly #channels = new Map<string, Set<Listener>>();
  readonly #closed = new AbortController();
  #line?: Line;
  #running?: Promise<void>;

  constructor(options: ListeningOptions) {
    this.#options = options;
  }

  /** Returns the stop. */
  add(channel: string, listener: Listener): () => void {
    const listeners = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, listeners.add(listener));
    if (this.#line) void this.#listen(this.#line, channel, [listener]);
    else if (!this.#closed.signal.aborted) this.#running ??= this.#run();
    return () => void listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    this.#line?.cut();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    let pauseMs = LEAST_PAUSE_MS;
    while (!signal.aborted) {
      try {
        await this.#hold(() => pauseMs = LEAST_PAUSE_MS);
      } catch (error) {
        if (signal.aborted) return;
        this.#options.logger.debug("not notified", { reason: reasonOf(error) });
      }
      await pause(pauseMs * (0.5 + Math.random()), signal);
      pauseMs = Math.min(2 * pauseMs, MOST_PAUSE_MS);
    }
  }

  /** Resolves or rejects once the connection is gone. */
  async #hold(onListening: () => void): Promise<void> {
    const { signal } = this.#closed;
    const line = await this.#options.line({
      connectTimeoutMs: ANSWER_TIMEOUT_MS,
      onNotify: (channel, payload) => this.#tell(channel, payload),
    });
    if (signal.aborted) return line.cut();
    this.#line = line;
    try {
      for (const [channel, listeners] of this.#channels) {
        await this.#listen(line, channel, listeners);
      }
      onListening();
      const ended = AbortSignal.any([line.lost, signal]);
      while (!ended.aborted) {
        await pause(PING_MS, ended);
        if (ended.aborted) break;
        await line.within(ANSWER_TIMEOUT_MS, (sql) => sql`SELECT 1`);
      }
    } finally {
      this.#line = undefined;
      line.cut();
    }
  }

  async #listen(
    line: Line,
    channel: string,
    listeners: Iterable<Listener>,
  ): Promise<void> {
    try {
      await line.within(
        ANSWER_TIMEOUT_MS,
        (sql) => sql`LISTEN ${sql(channel)}`,
      );
      for (const { onListening } of [...listeners]) onListening?.();
    } catch {
      // Then the line is made anew, or the server cannot notify at all.
      line.cut();
    }
  }

  #tell(channel: string, payload: string): void {
    for (const { onNotify } of [...this.#channels.get(channel) ?? []]) {
      try {
        onNotify(payload);
      } catch (fault) {
        this.#options.logger.error("fault in a listener", { fault });
      }
    }
  }
}
