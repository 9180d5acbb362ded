/** Where a request's body ends: counted, never kept. */

/** Of a chunk's size line, and of all trailers together. */
const MAX_LINE = 256;
const MAX_TRAILERS = 4096;

const CR = 13;
const LF = 10;

export interface BodyCounter {
  /** Counts from `from`; answers the index behind the body's end, or undefined if it goes on. */
  take(bytes: Uint8Array, from: number): number | undefined | "broken";
}

export class LengthCounter implements BodyCounter {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  take(bytes: Uint8Array, from: number): number | undefined {
    const taken = Math.min(this.#left, bytes.length - from);
    this.#left -= taken;
    return this.#left === 0 ? from + taken : undefined;
  }
}

/** Chunked coding (RFC 9112, 7.1); lines end in CRLF and in nothing else. */
export class ChunkCounter implements BodyCounter {
  #state: "size" | "data" | "data_end" | "trailers" = "size";
  #line = "";
  #left = 0;
  #trailers = 0;

  take(bytes: Uint8Array, from: number): number | undefined | "broken" {
    let at = from;
    while (at < bytes.length) {
      if (this.#state === "data") {
        const taken = Math.min(this.#left, bytes.length - at);
        this.#left -= taken;
        at += taken;
        if (this.#left === 0) this.#state = "data_end";
        continue;
      }
      const byte = bytes[at++];
      const isAfterCr = this.#line.endsWith("\r");
      if (isAfterCr !== (byte === LF)) return "broken";
      if (!isAfterCr) {
        this.#line += String.fromCharCode(byte);
        const isTooLong = this.#line.length > MAX_LINE ||
          this.#state === "data_end" && byte !== CR ||
          this.#state === "trailers" && ++this.#trailers > MAX_TRAILERS;
        if (isTooLong) return "broken";
        continue;
      }
      const line = this.#line.slice(0, -1);
      this.#line = "";
      if (this.#state === "trailers" && line === "") return at;
      if (this.#state === "data_end") this.#state = "size";
      else if (this.#state === "size") {
        const size = /^([0-9a-fA-F]{1,8})[ \t]*(;.*)?$/.exec(line);
        if (size === null) return "broken";
        this.#left = parseInt(size[1], 16);
        this.#state = this.#left === 0 ? "trailers" : "data";
      }
    }
    return undefined;
  }
}
