/** The log in memory: for tests and for what need not outlive the process. */
import type { AckLevel } from "../codes.ts";
import { applyCommit, recalled } from "./apply.ts";
import { type Bad, checkChain } from "./chain.ts";
import { applyErasure, noSuchBody } from "./erasure.ts";
import { Feed } from "./feed.ts";
import {
  type Commit,
  type Committed,
  type Entry,
  type FeedListener,
  type Log,
  LogUnavailable,
  type Position,
  type Query,
  type Recall,
  type Rows,
  type Verification,
} from "./log.ts";
import { MemoryTables } from "./memory_tables.ts";
import {
  committedOf,
  type CommittedOutcome,
  duplicateOf,
  entriesOf,
  packCommit,
  type PackedCommit,
  refusedOrKnown,
} from "./packed.ts";
import { compareKeys, pageOf } from "./paging.ts";
import { type Record, shortHash } from "./record.ts";

export interface MemoryLogOptions {
  /** ms since 1970, for erasures. @default Date.now */
  readonly now?: () => number;
}

/** A log that lives as long as the process; every promise is settled without a wait. */
export function createMemoryLog(options: MemoryLogOptions = {}): Log {
  return new MemoryLog(options.now ?? Date.now);
}

class MemoryLog implements Log {
  readonly level: AckLevel = "accepted";
  readonly #tables = new MemoryTables();
  readonly #feed = new Feed((after, limit) => {
    const records = this.#tables.all.slice(after, after + limit);
    return Promise.resolve({
      entries: this.#entries(records),
      cursor: after + records.length,
    });
  }, 0);
  readonly #now: () => number;
  #open = true;

  constructor(now: () => number) {
    this.#now = now;
  }

  // Each method is async only so that a refusal is a rejection, as with any other store.
  // deno-lint-ignore require-await
  async commit(commit: Commit): Promise<Committed> {
    this.#requireOpen();
    const packed = packCommit(commit);
    const outcome = applyCommit(this.#tables, packed);
    if (outcome.state !== "committed") {
      return refusedOrKnown(outcome, this.#tables.epoch);
    }
    this.#publish(packed, outcome);
    return committedOf(packed, outcome, this.#tables.epoch);
  }

  // deno-lint-ignore require-await
  async recall(recall: Recall): Promise<Committed | undefined> {
    this.#requireOpen();
    const { sender, scope, messageId, requestHash = null } = recall;
    const actor = this.#tables.findActor(sender);
    if (actor === undefined) return undefined;
    const known = this.#tables.known(actor, scope, messageId);
    return known &&
      refusedOrKnown(recalled(known, requestHash), this.#tables.epoch);
  }

  // deno-lint-ignore require-await
  async read(channel: string, after: number, limit: number) {
    this.#requireOpen();
    const records = this.#tables.channels.get(channel) ?? [];
    const from = Math.max(0, after);
    return this.#entries(records.slice(from, from + Math.max(0, limit)));
  }

  // deno-lint-ignore require-await
  async readSubject(
    channel: string,
    subject: string,
    after: number,
    limit: number,
  ) {
    this.#requireOpen();
    const records = this.#tables.channels.get(channel) ?? [];
    const wanted = records.filter((record) =>
      record.subject === subject && record.offset > after
    );
    return this.#entries(wanted.slice(0, Math.max(0, limit)));
  }

  // deno-lint-ignore require-await
  async head(channel: string): Promise<Position> {
    this.#requireOpen();
    const { offset, hash } = this.#tables.head(channel);
    return { epoch: this.#tables.epoch, offset, hash: shortHash(hash) };
  }

  // deno-lint-ignore require-await
  async query(view: string, query: Query = {}): Promise<Rows> {
    this.#requireOpen();
    return pageOf([...this.#tables.views.get(view)?.values() ?? []], query);
  }

  feed(listener: FeedListener, options: { after?: number } = {}): () => void {
    this.#requireOpen();
    return this.#feed.start(listener, options.after);
  }

  // deno-lint-ignore require-await
  async erase(
    channel: string,
    offset: number,
    sender: string,
  ): Promise<Committed> {
    this.#requireOpen();
    const { epoch } = this.#tables;
    const erasure = { channel, offset, sender, at: this.#now() };
    const erased = applyErasure(this.#tables, erasure);
    switch (erased.state) {
      case "absent":
        throw noSuchBody(channel, offset);
      case "erased_before":
        return duplicateOf({ ...erased, result: null }, epoch);
      case "erased":
        this.#publish(erased.commit, erased.outcome);
        return committedOf(erased.commit, erased.outcome, epoch);
    }
  }

  // deno-lint-ignore require-await
  async forget(userId: string): Promise<boolean> {
    this.#requireOpen();
    return this.#tables.forget(userId);
  }

  // deno-lint-ignore require-await
  async verify(channel?: string): Promise<Verification> {
    this.#requireOpen();
    const names = channel === undefined
      ? [...this.#tables.channels.keys()].sort(compareKeys)
      : [channel];
    let count = 0;
    let firstBad: Bad | undefined;
    for (const name of names) {
      const records = this.#tables.channels.get(name) ?? [];
      count += records.length;
      firstBad ??= checkChain(name, records);
    }
    const counts = { count, channels: names.length };
    return firstBad
      ? { ok: false, ...counts, firstBad }
      : { ok: true, ...counts };
  }

  writable(): boolean {
    return this.#open;
  }

  close(): Promise<void> {
    this.#open = false;
    this.#feed.close();
    return Promise.resolve();
  }

  #publish(packed: PackedCommit, outcome: CommittedOutcome): void {
    const entries = entriesOf(packed, outcome, this.#tables.epoch);
    if (entries.length > 0) {
      this.#feed.publish(entries, this.#tables.all.length);
    }
  }

  #entries(records: readonly Record[]): Entry[] {
    return records.map(({ salt: _, bodyHash: __, ...record }) => ({
      ...record,
      sender: this.#tables.userOf(record.actor),
    }));
  }

  #requireOpen(): void {
    if (!this.#open) {
      throw new LogUnavailable("Cannot use the log: it is closed");
    }
  }
}
