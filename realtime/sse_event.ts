/** Frames as server-sent events, encoded once for all who get the same frame one after the other. */

/** One event, ready to be written. */
export interface EncodedEvent {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Bytes of what it carries, without the framing, as a socket counts them. */
  readonly size: number;
}

/** Framing bytes of a line, and of an event. */
const LINE_BYTES = "data: ".length;
const END_BYTES = "\n\n".length;

const encoder = new TextEncoder();

export class EventEncoder {
  #text: string | undefined;
  #event: EncodedEvent = { bytes: new Uint8Array(), size: 0 };

  /** @param frame One or more lines of JSON (P4), which holds no line break of its own. */
  encode(frame: string): EncodedEvent {
    if (frame === this.#text) return this.#event;
    const lines = frame.split("\n");
    const bytes = encoder.encode(`data: ${lines.join("\ndata: ")}\n\n`);
    const size = bytes.length - lines.length * LINE_BYTES - END_BYTES;
    this.#text = frame;
    return this.#event = { bytes, size };
  }
}

/** An event with a name, which is not a frame of the protocol. */
export function encodeNamed(name: string, data: object): EncodedEvent {
  const text = JSON.stringify(data);
  const bytes = encoder.encode(`event: ${name}\ndata: ${text}\n\n`);
  return { bytes, size: encoder.encode(text).length };
}

/** The shortest comment: readers skip it, proxies see that the stream lives. */
export const KEPT_AWAKE: EncodedEvent = {
  bytes: encoder.encode(":\n\n"),
  size: 0,
};

/** A comment of this many bytes: readers skip it, proxies that gather a little first do not. */
export function encodePadding(length: number): EncodedEvent {
  return { bytes: encoder.encode(`:${" ".repeat(length - 3)}\n\n`), size: 0 };
}
