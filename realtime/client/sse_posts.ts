/**
 * What goes out beside an event stream (P26): one POST at a time, numbered, and sent again
 * under its number when nobody knows whether it came.
 */
import type { Clock } from "./link.ts";

export interface PostsOptions {
  /** `/sse/{connectionId}`. */
  readonly url: string;
  readonly secret: string;
  readonly credentials: RequestCredentials;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly fetch: typeof fetch;
  /** They can be delivered no more. */
  readonly failed: () => void;
}

/** A third of the least frame every server takes: a UTF-16 unit is at most 3 bytes of UTF-8. */
const MAX_POST_LENGTH = 21_000;
/** How often a POST is tried, and how long to wait after the first failure, in ms. */
const TRIES = 5;
const RETRY_MS = 250;

export class Posts {
  readonly #options: PostsOptions;
  #waiting: string[] = [];
  #sequence = 0;
  #isBusy = false;

  constructor(options: PostsOptions) {
    this.#options = options;
  }

  send(frame: string): void {
    this.#waiting.push(frame);
    if (!this.#isBusy) this.#work();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    const { signal, failed } = this.#options;
    while (this.#waiting.length > 0) {
      const isThere = await this.#deliver(++this.#sequence, this.#next());
      if (signal.aborted) return;
      if (!isThere) return failed();
    }
    this.#isBusy = false;
  }

  /** What waits, as one frame, so far as it fits. */
  #next(): string {
    let frame = this.#waiting.shift() ?? "";
    for (;;) {
      const more = this.#waiting[0];
      if (more === undefined) return frame;
      if (frame.length + more.length >= MAX_POST_LENGTH) return frame;
      frame += `\n${more}`;
      this.#waiting.shift();
    }
  }

  async #deliver(sequence: number, body: string): Promise<boolean> {
    for (let tries = 1;; tries++) {
      const status = await this.#post(sequence, body);
      if (status >= 200 && status < 300) return true;
      // 0: nobody answered. From 500 on a proxy speaks: the number makes it safe to repeat.
      const mayPass = status === 0 || status === 429 || status >= 500;
      if (!mayPass || tries === TRIES || this.#options.signal.aborted) {
        return false;
      }
      await this.#pause(RETRY_MS * 2 ** (tries - 1));
    }
  }

  /** The status of the answer; 0 without one. */
  async #post(sequence: number, body: string): Promise<number> {
    const { url, secret, credentials, signal } = this.#options;
    try {
      const response = await this.#options.fetch(url, {
        method: "POST",
        body,
        credentials,
        cache: "no-store",
        signal,
        headers: {
          "Content-Type": "text/plain;charset=utf-8",
          "Regulens-Connection-Secret": secret,
          "Regulens-Sequence": String(sequence),
        },
      });
      await response.body?.cancel();
      return response.status;
    } catch {
      return 0;
    }
  }

  #pause(ms: number): Promise<void> {
    const { clock, signal } = this.#options;
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      signal.addEventListener("abort", () => {
        cancel();
        resolve();
      }, { once: true });
    });
  }
}
