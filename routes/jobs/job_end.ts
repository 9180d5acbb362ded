/** Waits for jobs to end, for those who asked to wait. */
import { JOB_UPDATE } from "../../domain/jobs/events.ts";
import { JOB_SUBJECT } from "../../domain/jobs/view.ts";
import type { Log } from "../../realtime/log/log.ts";

interface Wait {
  readonly signal: AbortSignal;
  readonly isOver: () => Promise<boolean>;
}

export class JobEnd {
  readonly #log: Pick<Log, "feed">;
  readonly #waiting = new Map<string, Set<() => void>>();
  #stopFeed: (() => void) | undefined;
  #isClosed = false;

  constructor(log: Pick<Log, "feed">) {
    this.#log = log;
  }

  /** Resolves when the job is over, or when nobody waits any more. */
  async of(jobId: string, { signal, isOver }: Wait): Promise<void> {
    this.#stopFeed ??= this.#log.feed((entries) => {
      for (const { type, subject } of entries) {
        if (type !== JOB_UPDATE) continue;
        const id = subject.slice(JOB_SUBJECT.length);
        this.#waiting.get(id)?.forEach((wake) => wake());
      }
    });
    while (!signal.aborted && !this.#isClosed) {
      // Before it is asked for: what happens while it is read must not be missed.
      const change = Promise.withResolvers<void>();
      const wakes = this.#waiting.get(jobId) ?? new Set();
      this.#waiting.set(jobId, wakes.add(change.resolve));
      const leave = () => change.resolve();
      signal.addEventListener("abort", leave);
      try {
        if (await isOver()) return;
        await change.promise;
      } finally {
        signal.removeEventListener("abort", leave);
        wakes.delete(change.resolve);
        if (wakes.size === 0) this.#waiting.delete(jobId);
      }
    }
  }

  /** Lets everyone go, and nobody wait any more. */
  close(): void {
    this.#isClosed = true;
    this.#stopFeed?.();
    for (const wakes of this.#waiting.values()) wakes.forEach((wake) => wake());
  }
}
