/**
 * Group commit that sizes itself: one batch is in flight, and what arrives meanwhile is the
 * next. An idle log answers after one flush; a busy one shares each flush among many commits.
 */
import type { Feed } from "./feed.ts";
import { type Committed, type Entry, LogUnavailable } from "./log.ts";
import {
  committedOf,
  entriesOf,
  type PackedCommit,
  refusedOrKnown,
} from "./packed.ts";
import type { BatchOutcome } from "./sqlite_messages.ts";

export interface WrittenBatch {
  readonly outcomes: readonly BatchOutcome[];
  readonly cursor: number;
}

interface Waiting {
  readonly packed: PackedCommit;
  readonly resolve: (committed: Committed) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions {
  readonly epoch: string;
  readonly feed: Feed;
  /** Writes a batch as one; rejects when it is not known to be durable. */
  readonly write: (commits: readonly PackedCommit[]) => Promise<WrittenBatch>;
}

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #pending: Waiting[] = [];
  #running?: Promise<void>;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  add(packed: PackedCommit): Promise<Committed> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ packed, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when everything added so far was answered. */
  async drain(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // What is added in this same turn belongs to the first batch.
    await Promise.resolve();
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      await this.#write(batch);
    }
    this.#running = undefined;
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    const { write } = this.#options;
    try {
      this.#settle(batch, await write(batch.map(({ packed }) => packed)));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  #settle(batch: readonly Waiting[], { outcomes, cursor }: WrittenBatch): void {
    const { epoch, feed } = this.#options;
    const entries: Entry[] = [];
    batch.forEach(({ packed }, i) => {
      const outcome = outcomes[i];
      if (outcome.state !== "committed") return;
      for (const entry of entriesOf(packed, outcome, epoch)) {
        entries.push(entry);
      }
    });
    // Before the promises, so that who is answered has been told (L6).
    if (entries.length > 0) feed.publish(entries, cursor);
    batch.forEach(({ packed, resolve, reject }, i) => {
      try {
        resolve(answerOf(packed, outcomes[i], epoch));
      } catch (refusal) {
        reject(refusal);
      }
    });
  }
}

function answerOf(
  packed: PackedCommit,
  outcome: BatchOutcome,
  epoch: string,
): Committed {
  switch (outcome.state) {
    case "committed":
      return committedOf(packed, outcome, epoch);
    case "fault":
      throw new LogUnavailable(outcome.message);
    default:
      return refusedOrKnown(outcome, epoch);
  }
}
