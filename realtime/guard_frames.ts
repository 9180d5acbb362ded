/** What a client sends over a socket, counted by its frames' heads: nothing is kept or unmasked. */

export interface FrameLimits {
  /** Of one message, all its fragments together. */
  readonly maxMessageBytes: number;
  /** Of one message. */
  readonly maxFragments: number;
}

/** Control frames are at most this long (RFC 6455, 5.5). */
const MAX_CONTROL_BYTES = 125;

export class FrameCounter {
  readonly #limits: FrameLimits;
  readonly #head = new Uint8Array(14);
  #headBytes = 0;
  /** Of the frame's payload, still to come. */
  #left = 0;
  #messageBytes = 0;
  #fragments = 0;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /** False once a frame or a message is over its limit: its head has said so. */
  take(bytes: Uint8Array): boolean {
    let at = 0;
    while (at < bytes.length) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, bytes.length - at);
        this.#left -= taken;
        at += taken;
        continue;
      }
      this.#head[this.#headBytes++] = bytes[at++];
      if (this.#headBytes < 2 || this.#headBytes < headLength(this.#head)) {
        continue;
      }
      this.#headBytes = 0;
      if (!this.#begin(this.#head)) return false;
    }
    return true;
  }

  #begin(head: Uint8Array): boolean {
    const length = payloadLength(head);
    this.#left = length;
    if ((head[0] & 0x08) !== 0) return length <= MAX_CONTROL_BYTES;
    this.#messageBytes += length;
    this.#fragments++;
    const { maxMessageBytes, maxFragments } = this.#limits;
    const isWithin = this.#messageBytes <= maxMessageBytes &&
      this.#fragments <= maxFragments;
    const isLast = (head[0] & 0x80) !== 0;
    if (isLast) {
      this.#messageBytes = 0;
      this.#fragments = 0;
    }
    return isWithin;
  }
}

function headLength(head: Uint8Array): number {
  const mask = (head[1] & 0x80) === 0 ? 0 : 4;
  const length = head[1] & 0x7f;
  return 2 + mask + (length === 127 ? 8 : length === 126 ? 2 : 0);
}

function payloadLength(head: Uint8Array): number {
  const length = head[1] & 0x7f;
  if (length < 126) return length;
  const view = new DataView(head.buffer);
  // Over 2^53 it is no longer exact, and long over every limit.
  return length === 126 ? view.getUint16(2) : Number(view.getBigUint64(2));
}
