/**
 * A ballot box: one value per voter, by place in the electorate. It never changes; a new one
 * shares all but two short lists with the old, so that the thousandth ballot costs what the
 * first did.
 */

const BITS = 5;
const CHUNK = 1 << BITS;

type Chunk<T> = readonly (T | undefined)[];

export class BallotBox<T> {
  readonly #chunks: readonly (Chunk<T> | undefined)[];
  /** How many places hold a value. */
  readonly size: number;

  private constructor(
    chunks: readonly (Chunk<T> | undefined)[],
    size: number,
  ) {
    this.#chunks = chunks;
    this.size = size;
  }

  static empty<T>(): BallotBox<T> {
    return new BallotBox<T>([], 0);
  }

  get(place: number): T | undefined {
    return this.#chunks[place >> BITS]?.[place & (CHUNK - 1)];
  }

  /** The same with another value at a place; `undefined` takes it out. */
  with(place: number, value: T | undefined): BallotBox<T> {
    const before = this.get(place);
    const at = place >> BITS;
    const chunks = Array.from(
      { length: Math.max(this.#chunks.length, at + 1) },
      (_, index) => this.#chunks[index],
    );
    const chunk = Array.from(
      { length: CHUNK },
      (_, index) => chunks[at]?.[index],
    );
    chunk[place & (CHUNK - 1)] = value;
    chunks[at] = chunk;
    const more = Number(value !== undefined) - Number(before !== undefined);
    return new BallotBox(chunks, this.size + more);
  }

  /** What is there, by place. */
  *entries(): Generator<readonly [place: number, value: T]> {
    for (const [at, chunk] of this.#chunks.entries()) {
      for (const [index, value] of (chunk ?? []).entries()) {
        if (value !== undefined) yield [at * CHUNK + index, value] as const;
      }
    }
  }
}
