/** How deep JSON nests, counted on its bytes as they come: what is too deep is refused before it is there. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** Takes a text in pieces of UTF-8, cut anywhere: every byte looked for is a character of its own. */
export class DepthCount {
  readonly #limit: number;
  #depth = 0;
  #isString = false;
  #isEscaped = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Reports whether it nests deeper than the limit, with this piece. */
  exceeds(piece: Uint8Array): boolean {
    for (const byte of piece) {
      if (this.#isString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) this.#isString = false;
      } else if (byte === QUOTE) this.#isString = true;
      else if (OPENING.has(byte)) {
        if (++this.#depth > this.#limit) return true;
      } else if (CLOSING.has(byte)) this.#depth--;
    }
    return false;
  }
}
