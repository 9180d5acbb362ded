/** Cuts a file that comes in pieces into its lines, and hashes the bytes that were handed out. */
import { createHash } from "node:crypto";
import { Unreadable } from "./export_reading.ts";

/** Longer lines no export has; without a bound a file without ends of lines would fill the memory. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const END_OF_LINE = 10;

export type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export class ExportLines {
  readonly #pieces: AsyncIterator<Uint8Array>;
  readonly #digest = createHash("sha256");
  readonly #decoder = new TextDecoder("utf-8", {
    fatal: true,
    ignoreBOM: true,
  });
  #rest: Uint8Array = new Uint8Array();
  #from = 0;
  #unhashed?: Uint8Array;
  /** The line handed out last, from 1. */
  number = 0;

  constructor(pieces: Pieces) {
    this.#pieces = iterate(pieces);
  }

  /** The next line without its end; undefined at the end, or when it was cut off. @throws {Unreadable} */
  async next(): Promise<string | undefined> {
    let searched = this.#from;
    for (;;) {
      const end = this.#rest.indexOf(END_OF_LINE, searched);
      if (end >= 0) return this.#take(end);
      searched = this.#rest.length - this.#from;
      if (searched > MAX_LINE_BYTES) throw new Unreadable("an endless line");
      if (!await this.#more()) return undefined;
    }
  }

  /** Reports whether everything was handed out. */
  async atEnd(): Promise<boolean> {
    while (this.#from === this.#rest.length) {
      if (!await this.#more()) return true;
    }
    return false;
  }

  /** SHA-256 of the lines before the last one handed out; 64 hex digits. To be asked once. */
  hashBefore(): string {
    return this.#digest.digest("hex");
  }

  /** Ends the reading early. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  #take(end: number): string {
    // One line late: the line of the seal is not part of what it seals.
    if (this.#unhashed) this.#digest.update(this.#unhashed);
    this.#unhashed = this.#rest.subarray(this.#from, end + 1);
    const bytes = this.#rest.subarray(this.#from, end);
    this.#from = end + 1;
    this.number++;
    try {
      return this.#decoder.decode(bytes);
    } catch (cause) {
      throw new Unreadable("not UTF-8", { cause });
    }
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#pieces.next();
    if (done) return false;
    const left = this.#rest.subarray(this.#from);
    const joined = new Uint8Array(left.length + value.length);
    joined.set(left);
    joined.set(value, left.length);
    this.#rest = joined;
    this.#from = 0;
    return true;
  }
}

async function* iterate(pieces: Pieces): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
