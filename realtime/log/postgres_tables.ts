/**
 * The tables of the Postgres log as a commit sees them: what was read of them beforehand, under
 * locks, and what the commits of this transaction have written since. Nothing is asked in between.
 */
import type { Head, Known } from "./apply.ts";
import type { ErasableTables } from "./erasure.ts";
import type { PackedRow } from "./packed.ts";
import type { Record } from "./record.ts";

/** What a transaction has read, under locks where it must not change until the end. */
export interface Loaded {
  readonly channels: ReadonlyMap<string, Head & { readonly id: number }>;
  /** Last offsets by `keyOf(channel, subject)`; one that is not there is 0. */
  readonly subjects: ReadonlyMap<string, number>;
  readonly actors: ReadonlyMap<string, string>;
  /** By `keyOf(actor, scope, messageId)`. */
  readonly known: ReadonlyMap<string, Known>;
  /** View rows that are there, by `keyOf(view, key)`. */
  readonly rows: ReadonlySet<string>;
  /** Of the one channel that something is erased from, by offset. */
  readonly records: ReadonlyMap<number, Record>;
}

const NOTHING: Loaded = {
  channels: new Map(),
  subjects: new Map(),
  actors: new Map(),
  known: new Map(),
  rows: new Set(),
  records: new Map(),
};

/** What is to be written at the end of the transaction. */
export interface Changes {
  readonly records: readonly Record[];
  readonly heads: ReadonlyMap<string, Head>;
  readonly actors: ReadonlyMap<string, string>;
  readonly known: ReadonlyMap<
    string,
    readonly [
      actor: string,
      scope: string,
      messageId: string,
      known: Known,
    ]
  >;
  /** The last write to each row. */
  readonly rows: ReadonlyMap<string, PackedRow>;
  readonly erased: readonly Record[];
}

export class PostgresTables implements ErasableTables {
  readonly epoch: string;
  #loaded = NOTHING;
  #records: Record[] = [];
  #erased: Record[] = [];
  readonly #heads = new Map<string, Head>();
  readonly #subjects = new Map<string, number>();
  readonly #actors = new Map<string, string>();
  readonly #known = new Map<
    string,
    readonly [string, string, string, Known]
  >();
  readonly #rows = new Map<string, PackedRow>();

  constructor(epoch: string) {
    this.epoch = epoch;
  }

  /** Begins another transaction: what the last one has written is forgotten. */
  load(loaded: Loaded): void {
    this.#loaded = loaded;
    this.#records = [];
    this.#erased = [];
    for (
      const written of [
        this.#heads,
        this.#subjects,
        this.#actors,
        this.#known,
        this.#rows,
      ]
    ) written.clear();
  }

  changes(): Changes {
    return {
      records: this.#records,
      heads: this.#heads,
      actors: this.#actors,
      known: this.#known,
      rows: this.#rows,
      erased: this.#erased,
    };
  }

  head(channel: string): Head {
    const head = this.#heads.get(channel) ??
      this.#loaded.channels.get(channel);
    if (!head) throw notLoaded("channel", channel);
    return { offset: head.offset, hash: head.hash };
  }

  subjectOffset(channel: string, subject: string): number {
    const key = keyOf(channel, subject);
    return this.#subjects.get(key) ?? this.#loaded.subjects.get(key) ?? 0;
  }

  findActor(userId: string): string | undefined {
    return this.#actors.get(userId) ?? this.#loaded.actors.get(userId);
  }

  actor(userId: string): string {
    const found = this.findActor(userId);
    if (found !== undefined) return found;
    const actor = crypto.randomUUID();
    this.#actors.set(userId, actor);
    return actor;
  }

  hasRow(view: string, key: string): boolean {
    const name = keyOf(view, key);
    const written = this.#rows.get(name);
    return written ? written[3] !== null : this.#loaded.rows.has(name);
  }

  known(actor: string, scope: string, messageId: string): Known | undefined {
    const key = keyOf(actor, scope, messageId);
    return this.#known.get(key)?.[3] ?? this.#loaded.known.get(key);
  }

  append(record: Record): void {
    const { channel, subject, offset, hash } = record;
    this.#records.push(record);
    this.#heads.set(channel, { offset, hash });
    this.#subjects.set(keyOf(channel, subject), offset);
  }

  putRow(row: PackedRow): void {
    const [view, key, sort, data, unique] = row;
    const name = keyOf(view, key);
    // A key that was not there must not have come meanwhile, whatever is written to it later.
    const isFirst = unique || this.#rows.get(name)?.[4] === true;
    const isNew = isFirst && !this.#loaded.rows.has(name);
    this.#rows.set(name, [view, key, sort, data, isNew]);
  }

  remember(
    actor: string,
    scope: string,
    messageId: string,
    known: Known,
  ): void {
    const key = keyOf(actor, scope, messageId);
    this.#known.set(key, [actor, scope, messageId, known]);
  }

  record(_channel: string, offset: number): Record | undefined {
    return this.#loaded.records.get(offset);
  }

  erase(record: Record): void {
    this.#erased.push(record);
  }
}

export function keyOf(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

function notLoaded(what: string, name: string): Error {
  return new Error(`Cannot commit: the ${what} ${name} was not read before`);
}
