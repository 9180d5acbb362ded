/** Results kept by what they were worked out of: one bounded memory for all kinds of them. */
import { LRUCache } from "lru-cache";
import { type CacheEntry, KeptResults, type Shelf } from "./kept_results.ts";

/** What an entry takes beside its result, in bytes: its names and figures. */
const ENTRY_BYTES = 300;
/** A result that takes more than this part of the memory is not kept: it would drive out the others. */
const LARGEST_PART = 4;

export interface ResultCacheOptions {
  /** @default 20,000 */
  readonly maxEntries?: number;
  /** Of results as JSON, and of what goes with each. @default 32 MiB */
  readonly maxBytes?: number;
  /** Ms since 1970. @default The system's clock. */
  readonly now?: () => number;
}

export interface CacheStatistics {
  readonly entries: number;
  readonly maxEntries: number;
  readonly bytes: number;
  readonly maxBytes: number;
  readonly hits: number;
  readonly misses: number;
  /** Asked for while an equal one was being worked out. */
  readonly shared: number;
  /** Given up for others. */
  readonly evictions: number;
  /** Hits and shared ones of all, 0 to 1; 0 before the first. */
  readonly hitRate: number;
}

interface Slot extends CacheEntry {
  hits: number;
  lastUsedAt: number;
  readonly drop: () => void;
}

export interface KindOptions<Value> {
  /** Bytes that a result takes, as JSON. */
  readonly sizeOf: (value: Value) => number;
  /** Told that some of this kind were forgotten by hand. */
  readonly forgotten?: () => void;
}

interface Kind {
  readonly results: { forgetComing(matches: (key: string) => boolean): void };
  readonly forgotten?: () => void;
}

/**
 * Nothing goes stale in it: a key is made of everything that a result depends on, so whoever
 * asks otherwise asks for another key. What is given up for lack of room is what was used
 * least lately.
 */
export class ResultCache {
  readonly #slots: LRUCache<string, Slot>;
  readonly #kinds = new Map<string, Kind>();
  /** Ms since 1970. */
  readonly now: () => number;
  readonly #counts = { hits: 0, misses: 0, shared: 0, evictions: 0 };

  constructor({
    maxEntries = 20_000,
    maxBytes = 32 * 1024 * 1024,
    now = Date.now,
  }: ResultCacheOptions = {}) {
    this.now = now;
    this.#slots = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      maxEntrySize: Math.max(1, Math.floor(maxBytes / LARGEST_PART)),
      sizeCalculation: ({ bytes }) => bytes,
      dispose: (slot, _key, reason) => {
        if (reason === "evict") this.#counts.evictions++;
        slot.drop();
      },
    });
  }

  /** A kind of results; asked for once per kind. @throws {RangeError} for a kind that is there */
  kind<Value>(name: string, options: KindOptions<Value>): KeptResults<Value> {
    if (this.#kinds.has(name)) {
      throw new RangeError(`Cannot keep results: ${name} is there already`);
    }
    const { sizeOf, forgotten } = options;
    const results = new KeptResults(this.#shelf(), { kind: name, sizeOf });
    this.#kinds.set(name, { results, forgotten });
    return results;
  }

  statistics(): CacheStatistics {
    const { hits, misses, shared, evictions } = this.#counts;
    const asked = hits + shared + misses;
    return {
      entries: this.#slots.size,
      maxEntries: this.#slots.max,
      bytes: this.#slots.calculatedSize,
      maxBytes: this.#slots.maxSize,
      hits,
      misses,
      shared,
      evictions,
      hitRate: asked === 0 ? 0 : (hits + shared) / asked,
    };
  }

  /** What was used last comes first. Not to be changed while one goes through. */
  *entries(): Iterable<CacheEntry> {
    for (const { drop: _, ...entry } of this.#slots.values()) yield entry;
  }

  /** Whether it was there. What is being worked out under this key is answered, but not kept. */
  forget(key: string): boolean {
    const kind = this.#slots.peek(key)?.kind;
    this.#forget(
      kind === undefined ? [] : [{ key, kind }],
      (one) => one === key,
    );
    return kind !== undefined;
  }

  /** How many there were; what is being worked out and fits is answered, but not kept. */
  forgetMatching(matches: (key: string) => boolean): number {
    const found = [...this.#slots.values()].filter(({ key }) => matches(key));
    this.#forget(found, matches);
    return found.length;
  }

  #forget(
    found: readonly Pick<CacheEntry, "key" | "kind">[],
    matches: (key: string) => boolean,
  ): void {
    for (const { key } of found) this.#slots.delete(key);
    for (const { results } of this.#kinds.values()) {
      results.forgetComing(matches);
    }
    for (const kind of new Set(found.map(({ kind }) => kind))) {
      this.#kinds.get(kind)?.forgotten?.();
    }
  }

  #shelf(): Shelf {
    return {
      now: this.now,
      count: (what) => void this.#counts[what]++,
      use: (key) => {
        const slot = this.#slots.get(key);
        if (slot === undefined) return;
        this.#counts.hits++;
        slot.hits++;
        slot.lastUsedAt = this.now();
      },
      put: (entry, drop) => {
        this.#slots.set(entry.key, {
          ...entry,
          bytes: entry.bytes + ENTRY_BYTES,
          hits: 0,
          lastUsedAt: entry.computedAt,
          drop,
        });
        return this.#slots.has(entry.key);
      },
    };
  }
}
