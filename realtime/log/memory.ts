/** The log in memory: for tests and for what need not outlive the process. */
import type { AckLevel } from "../codes.ts";
import { applyCommit, recalled } from "./apply.ts";
import { type Bad, checkChain } from "./chain.ts";
import { answerOf, eraseAll, eraseBody, type ErasingStore } from "./erasing.ts";
import {
  applyErasure,
  type Erasure,
  type ErasureOutcome,
  noSuchBody,
} from "./erasure.ts";
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
  type Removal,
  type Removed,
  type Rows,
  type Verification,
  type View,
  type Write,
} from "./log.ts";
import { MemoryTables } from "./memory_tables.ts";
import {
  committedOf,
  type CommittedOutcome,
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
  /** So that rows follow an erasure. @default none */
  readonly views?: readonly View[];
}

/** A log that lives as long as the process; every promise is settled without a wait. */
export function createMemoryLog(options: MemoryLogOptions = {}): Log {
  return new MemoryLog(options);
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
  readonly #erasing: ErasingStore;
  #open = true;

  constructor({ now = Date.now, views = [] }: MemoryLogOptions) {
    this.#erasing = {
      views,
      now,
      read: (channel, subject, after, limit) =>
        subject === null
          ? this.read(channel, after, limit)
          : this.readSubject(channel, subject, after, limit),
      query: (...wanted) => this.query(...wanted),
      apply: (erasure) => Promise.resolve(this.#erase(erasure)),
    };
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

  async erase(
    channel: string,
    offset: number,
    sender: string,
    writes: readonly Write[] = [],
  ): Promise<Committed> {
    this.#requireOpen();
    const place = { channel, offset, sender, writes };
    const erased = await eraseBody(this.#erasing, place);
    if (!erased) throw noSuchBody(channel, offset);
    return answerOf(erased, this.#tables.epoch);
  }

  async remove(removal: Removal): Promise<Removed> {
    this.#requireOpen();
    const erased = await eraseAll(this.#erasing, removal);
    const answer = answerOf(erased, this.#tables.epoch);
    return { ...answer, erased: erased.erased };
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

  #erase(erasure: Erasure): ErasureOutcome {
    const outcome = applyErasure(this.#tables, erasure);
    if (outcome.state === "erased") {
      this.#publish(outcome.commit, outcome.outcome);
    }
    return outcome;
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
