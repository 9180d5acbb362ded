/**
 * The last publications of a channel, encoded: all there is of a transient channel,
 * and of a durable one the part that need not be read from the log again.
 */

/** One publication, encoded once for everybody. */
export interface Line {
  readonly offset: number;
  readonly text: string;
  /** Length of `text` in UTF-8. */
  readonly bytes: number;
  /** When it was published, by the monotonic clock, in ms. */
  readonly publishedAt: number;
  /** Chain hash (16 hex digits) on durable channels. */
  readonly hash?: string;
}

const GONE: Line = { offset: 0, text: "", bytes: 0, publishedAt: 0 };

/** A ring of the last `capacity` lines, without holes. */
export class History {
  readonly #lines: Line[] = [];
  #start = 0;
  #bytes = 0;

  /** @param maxBytes Bound on the text kept; the last line always stays. */
  constructor(
    readonly capacity: number,
    readonly maxBytes: number = Infinity,
  ) {}

  get size(): number {
    return this.#lines.length - this.#start;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Offset of the oldest line kept; undefined when there is none. */
  get first(): number | undefined {
    return this.#lines[this.#start]?.offset;
  }

  /** Adds a line and returns how many old ones it pushed out. */
  push(line: Line): number {
    this.#lines.push(line);
    this.#bytes += line.bytes;
    let dropped = 0;
    while (
      this.size > this.capacity ||
      (this.#bytes > this.maxBytes && this.size > 1)
    ) {
      this.#dropFirst();
      dropped++;
    }
    this.#compact();
    return dropped;
  }

  /** Drops old lines until at most `maxBytes` are kept, or only the last line. */
  shrink(maxBytes: number): void {
    while (this.#bytes > maxBytes && this.size > 1) this.#dropFirst();
    this.#compact();
  }

  #dropFirst(): void {
    this.#bytes -= this.#lines[this.#start].bytes;
    // Its text must not stay in memory until the next compaction.
    this.#lines[this.#start] = GONE;
    this.#start++;
  }

  /** At half: keeps a push at amortised constant cost. */
  #compact(): void {
    if (this.#start <= 32 || this.#start * 2 <= this.#lines.length) return;
    this.#lines.splice(0, this.#start);
    this.#start = 0;
  }

  /**
   * Lines after `offset`, oldest first, up to and including `upTo` and about
   * `maxBytes`; undefined when the line right after `offset` is no longer kept.
   */
  after(
    offset: number,
    upTo: number,
    maxBytes: number,
  ): readonly Line[] | undefined {
    const first = this.first;
    if (first === undefined || offset + 1 < first) return undefined;
    const lines: Line[] = [];
    let bytes = 0;
    for (
      let index = this.#start + (offset + 1 - first);
      index < this.#lines.length;
      index++
    ) {
      const line = this.#lines[index];
      if (line.offset > upTo) break;
      bytes += line.bytes + 1;
      if (lines.length > 0 && bytes > maxBytes) break;
      lines.push(line);
    }
    return lines;
  }

  at(offset: number): Line | undefined {
    const first = this.first;
    if (first === undefined || offset < first) return undefined;
    return this.#lines[this.#start + offset - first];
  }
}
