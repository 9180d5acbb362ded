/** A log that tells how long its commits take. */
import type { Clock } from "../clock.ts";
import { Histogram } from "../histogram.ts";
import type { Log } from "./log.ts";

export interface MeasuredLog extends Log {
  /** From asking for a commit to its being kept; commits that fail are not in it. */
  readonly appendMs: Histogram;
  readonly commits: { readonly failed: number };
}

const none = Promise.resolve(() => {});

/** The same log, measured. */
export function measured(
  log: Log,
  { monotonicMs }: Pick<Clock, "monotonicMs">,
): MeasuredLog {
  const appendMs = new Histogram();
  const commits = { failed: 0 };
  return {
    // A server's settings may change while we are connected to it again.
    get level() {
      return log.level;
    },
    appendMs,
    commits,
    commit: async (commit) => {
      const askedAt = monotonicMs();
      try {
        const committed = await log.commit(commit);
        appendMs.record(monotonicMs() - askedAt);
        return committed;
      } catch (error) {
        commits.failed++;
        throw error;
      }
    },
    recall: (recall) => log.recall(recall),
    read: (...asked) => log.read(...asked),
    readSubject: (...asked) => log.readSubject(...asked),
    head: (channel) => log.head(channel),
    query: (...asked) => log.query(...asked),
    feed: (...asked) => log.feed(...asked),
    erase: (...asked) => log.erase(...asked),
    remove: (removal) => log.remove(removal),
    turn: log.turn && ((channel) => log.turn?.(channel) ?? none),
    forget: (userId) => log.forget(userId),
    verify: (channel) => log.verify(channel),
    writable: () => log.writable(),
    close: () => log.close(),
  };
}
