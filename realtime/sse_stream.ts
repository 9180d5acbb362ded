/**
 * A stream of server-sent events that the hub takes for a socket (P25). Nothing is handed
 * to the runtime before it asks, so what waits here is what is unsent, under the same limit
 * (P17).
 */
import type { Socket } from "./connection.ts";
import {
  type EncodedEvent,
  encodeNamed,
  encodePadding,
  EventEncoder,
  KEPT_AWAKE,
} from "./sse_event.ts";

/** Proxies and scanners that gather before they pass on rarely gather more, in bytes. */
const PADDING_BYTES = 2_048;

/** How long a reader has to take its last words, in ms. */
const LAST_WORDS_MS = 5_000;

/** Joined to at most this when the reader has fallen behind, in bytes. */
const MAX_CHUNK_BYTES = 64 * 1024;

export interface EventStreamOptions {
  readonly connectionId: string;
  /** What the client proves with that a request is of this connection. */
  readonly secret: string;
  /** One for all streams: it encodes what many get only once. */
  readonly encoder: EventEncoder;
  /** The stream is over, whoever ended it. Called once. */
  readonly ended: () => void;
}

type Controller = ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;

export class EventStream implements Socket {
  readonly transport = "sse";
  readonly connectionId: string;
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #options: EventStreamOptions;
  readonly #controller: Controller;
  #queue: EncodedEvent[] = [];
  #unsent = 0;
  #state: "open" | "closing" | "over" = "open";
  /** Since the last time it was kept awake. */
  #hasSpoken = false;
  /** The runtime waits for the next chunk. */
  #wanted = false;
  #lastWords: ReturnType<typeof setTimeout> | undefined;

  constructor(options: EventStreamOptions) {
    this.#options = options;
    const { connectionId, secret } = options;
    this.connectionId = connectionId;
    let controller: Controller | undefined;
    this.body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (started) => void (controller = started),
      pull: () => {
        this.#wanted = true;
        this.#give();
      },
      cancel: () => this.#over(),
    }, { highWaterMark: 0 });
    if (controller === undefined) throw new TypeError("A stream must start");
    this.#controller = controller;
    this.#push(encodePadding(PADDING_BYTES));
    this.#push(encodeNamed("open", { connectionId, secret }));
  }

  /** Bytes the runtime has not asked for yet. */
  get bufferedAmount(): number {
    return this.#unsent;
  }

  send(frame: string): void {
    if (this.#state !== "open") return;
    this.#push(this.#options.encoder.encode(frame));
  }

  /** A comment if nothing was said since the last time, and nothing waits to be. */
  keepAwake(): void {
    const isSilent = !this.#hasSpoken;
    this.#hasSpoken = false;
    if (!isSilent || this.#state !== "open" || this.#queue.length > 0) return;
    this.#push(KEPT_AWAKE);
  }

  /** Says why, after all that waits, and ends the stream. */
  close(code = 1000, reason = ""): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    // Before the last word: taking it ends the stream and clears this.
    this.#lastWords = setTimeout(() => this.#end(), LAST_WORDS_MS);
    this.#push(encodeNamed("close", { code, reason }));
  }

  #push(event: EncodedEvent): void {
    this.#hasSpoken = true;
    this.#queue.push(event);
    this.#unsent += event.size;
    if (this.#wanted) this.#give();
  }

  #give(): void {
    if (this.#queue.length === 0 || this.#state === "over") return;
    this.#wanted = false;
    this.#controller.enqueue(this.#take());
    if (this.#state === "closing" && this.#queue.length === 0) this.#end();
  }

  /** The next events as one chunk: a slow reader's many small ones are many small writes. */
  #take(): Uint8Array<ArrayBuffer> {
    let count = 1;
    let length = this.#queue[0].bytes.length;
    for (; count < this.#queue.length; count++) {
      const next = this.#queue[count].bytes.length;
      if (length + next > MAX_CHUNK_BYTES) break;
      length += next;
    }
    const events = this.#queue.splice(0, count);
    for (const { size } of events) this.#unsent -= size;
    if (count === 1) return events[0].bytes;
    const chunk = new Uint8Array(length);
    let at = 0;
    for (const { bytes } of events) {
      chunk.set(bytes, at);
      at += bytes.length;
    }
    return chunk;
  }

  #end(): void {
    if (this.#state === "over") return;
    this.#controller.close();
    this.#over();
  }

  #over(): void {
    if (this.#state === "over") return;
    this.#state = "over";
    clearTimeout(this.#lastWords);
    this.#queue = [];
    this.#unsent = 0;
    this.#options.ended();
  }
}
