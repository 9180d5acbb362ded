/** Threads that evaluate rules, kept between batches: to start one holds up the calling loop. */
import type { RulesThread } from "./rules_lane.ts";

export interface RulesThreadsOptions {
  readonly createThread: () => RulesThread;
  /** Threads that may wait for a batch; more are ended. */
  readonly maxIdle: number;
}

export class RulesThreads {
  readonly #options: RulesThreadsOptions;
  readonly #idle: RulesThread[] = [];
  #stopped = false;

  constructor(options: RulesThreadsOptions) {
    this.#options = options;
  }

  /** Starts what may wait, before anybody has to wait for it. */
  warm(): void {
    while (this.#idle.length < this.#options.maxIdle && !this.#stopped) {
      this.give(this.#options.createThread());
    }
  }

  /** One that waits, or a new one; whoever takes it gives it back or ends it. */
  take(): RulesThread {
    return this.#idle.pop() ?? this.#options.createThread();
  }

  /** For one that has answered everything: what it knows of rules, the next batch replaces. */
  give(thread: RulesThread): void {
    if (this.#stopped || this.#idle.length >= this.#options.maxIdle) {
      thread.terminate();
      return;
    }
    thread.onmessage = null;
    thread.onerror = (event) => {
      // Unless it is stopped here, it ends the process.
      event.preventDefault();
      thread.terminate();
      const place = this.#idle.indexOf(thread);
      if (place >= 0) this.#idle.splice(place, 1);
    };
    this.#idle.push(thread);
  }

  /** Ends those that wait, and each of the others as it is given back. */
  stop(): void {
    this.#stopped = true;
    for (const thread of this.#idle.splice(0)) thread.terminate();
  }
}
