/** The results of one kind: what is known, what is on its way, and what has to be worked out. */

/** What is told of a kept result; the result itself is for whoever asks the same again. */
export interface CacheEntry {
  /** `kind:what:hash`; nothing else has it. */
  readonly key: string;
  readonly kind: string;
  /** What it is of, for people. */
  readonly about: string;
  readonly bytes: number;
  readonly hits: number;
  /** Ms since 1970. */
  readonly computedAt: number;
  /** Ms since 1970. */
  readonly lastUsedAt: number;
}

/** What the kinds of results share: the entries, by last use, and the counting. */
export interface Shelf {
  readonly now: () => number;
  count(what: "misses" | "shared"): void;
  /** Counts a use; the key must be there. */
  use(key: string): void;
  /** Whether there was room for it; `drop` is called once it is given up. */
  put(
    entry: Omit<CacheEntry, "hits" | "lastUsedAt">,
    drop: () => void,
  ): boolean;
}

/** A result that is asked for. */
export interface Asked {
  /** Made of everything that the result depends on, and of nothing else. */
  readonly key: string;
  /** What it is of, for people. */
  readonly about: string;
}

export interface Made<Value> {
  readonly value: Value;
  /** Whether it may answer others who ask the same. */
  readonly lasts: boolean;
}

export interface Found<Value> {
  readonly value: Value;
  /** Ms since 1970. */
  readonly computedAt: number;
  /** It was there, or on its way, when it was asked for. */
  readonly cached: boolean;
}

/** On its way: undefined when it turned out to be for nobody else. */
interface Coming<Value> {
  /** Of all that are worked out together; made into one promise each only for who waits. */
  readonly all: Promise<readonly (Found<Value> | undefined)[]>;
  readonly index: number;
  isForgotten: boolean;
}

type Making<Value> = () =>
  | readonly Made<Value>[]
  | Promise<readonly Made<Value>[]>;

export class KeptResults<Value> {
  readonly #shelf: Shelf;
  readonly #kind: string;
  readonly #sizeOf: (value: Value) => number;
  readonly #known = new Map<string, Found<Value>>();
  readonly #coming = new Map<string, Coming<Value>>();

  constructor(shelf: Shelf, { kind, sizeOf }: {
    readonly kind: string;
    readonly sizeOf: (value: Value) => number;
  }) {
    this.#shelf = shelf;
    this.#kind = kind;
    this.#sizeOf = sizeOf;
  }

  /** A result that is there, or a promise of one on its way; undefined when it must be worked out. */
  find(
    key: string,
  ): Found<Value> | Promise<Found<Value> | undefined> | undefined {
    const known = this.#known.get(key);
    if (known !== undefined) {
      this.#shelf.use(key);
      return known;
    }
    const coming = this.#coming.get(key);
    if (coming === undefined) return undefined;
    this.#shelf.count("shared");
    return coming.all.then((all) => all[coming.index]);
  }

  /**
   * Works some out together; whoever asks for one meanwhile waits for it. What goes wrong is
   * told to all who wait, and not kept.
   *
   * @param make One result for each, in their order.
   */
  async work(
    asked: readonly Asked[],
    make: Making<Value>,
  ): Promise<readonly Found<Value>[]> {
    const made = Promise.withResolvers<readonly (Found<Value> | undefined)[]>();
    // Whoever shares it hears of a failure; nobody may share it.
    made.promise.catch(() => {});
    const coming = asked.map(({ key }, index) => {
      this.#shelf.count("misses");
      const one = { all: made.promise, index, isForgotten: false };
      this.#coming.set(key, one);
      return one;
    });
    try {
      const all = await make();
      const computedAt = this.#shelf.now();
      const shared = all.map(({ value, lasts }) =>
        lasts ? { value, computedAt, cached: true } : undefined
      );
      for (const [index, one] of asked.entries()) {
        const found = shared[index];
        if (found && !coming[index].isForgotten) this.#keep(one, found);
      }
      made.resolve(shared);
      return all.map(({ value }) => ({ value, computedAt, cached: false }));
    } catch (error) {
      made.reject(error);
      throw error;
    } finally {
      for (const [index, { key }] of asked.entries()) {
        if (this.#coming.get(key) === coming[index]) this.#coming.delete(key);
      }
    }
  }

  /** Works it out unless it is there or on its way. */
  async once(
    asked: Asked,
    make: () => Value | Promise<Value>,
  ): Promise<Found<Value>> {
    const at = this.find(asked.key);
    // Waits only where there is something: until it is registered, others would start it too.
    const known = at && await at;
    if (known !== undefined) return known;
    const [found] = await this.work(
      [asked],
      async () => [{ value: await make(), lasts: true }],
    );
    return found;
  }

  /** What is on its way and fits is answered to those who wait for it, but not kept. */
  forgetComing(matches: (key: string) => boolean): void {
    for (const [key, coming] of this.#coming) {
      if (!matches(key)) continue;
      coming.isForgotten = true;
      // Whoever asks from now on asks anew.
      this.#coming.delete(key);
    }
  }

  #keep({ key, about }: Asked, found: Found<Value>): void {
    const { value, computedAt } = found;
    const entry = {
      key,
      kind: this.#kind,
      about,
      computedAt,
      bytes: this.#sizeOf(value),
    };
    const isKept = this.#shelf.put(entry, () => this.#known.delete(key));
    if (isKept) this.#known.set(key, found);
  }
}
