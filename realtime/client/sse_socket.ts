/** Server-sent events and POSTs, to the client like a socket (P25, P26). */
import type { ClientSocket, Clock, SocketEvents } from "./link.ts";
import { EventParser, type ServerEvent } from "./sse_parser.ts";
import { Posts } from "./sse_posts.ts";

/** Abnormal closure: the stream ended without its last word. */
const NETWORK_LOST = 1006;

export interface EventSocketOptions {
  /** Address of `/ws`, with the ticket if there is one. */
  readonly url: string;
  readonly events: SocketEvents;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
}

export class EventSocket implements ClientSocket {
  readonly #options: EventSocketOptions;
  readonly #abort = new AbortController();
  readonly #url: URL;
  readonly #credentials: RequestCredentials;
  #posts: Posts | undefined;
  #reader: ReadableStreamDefaultReader<string> | undefined;
  #isOver = false;

  constructor(options: EventSocketOptions) {
    this.#options = options;
    this.#url = streamUrl(options.url);
    // A ticket says who; a cookie of somebody else must not contradict it.
    this.#credentials = this.#url.searchParams.has("ticket")
      ? "omit"
      : "same-origin";
    this.#read();
  }

  send(frame: string): void {
    if (!this.#isOver) this.#posts?.send(frame);
  }

  close(): void {
    this.#isOver = true;
    // Cancelled too: a runtime may forget the signal of an answer it has long begun to give.
    this.#reader?.cancel().catch(() => {});
    this.#abort.abort();
  }

  async #read(): Promise<void> {
    const { signal } = this.#abort;
    try {
      const { ok, body } = await this.#options.fetch(this.#url, {
        headers: { Accept: "text/event-stream" },
        credentials: this.#credentials,
        cache: "no-store",
        signal,
      });
      if (!ok || body === null) {
        await body?.cancel();
        return this.#over(NETWORK_LOST, "");
      }
      const reader = body.pipeThrough(new TextDecoderStream()).getReader();
      this.#reader = reader;
      const parser = new EventParser();
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        for (const event of parser.take(value)) this.#take(event);
      }
    } catch {
      // Cut, or closed by us: `over` knows which.
    }
    this.#over(NETWORK_LOST, "");
  }

  #take({ name, data }: ServerEvent): void {
    if (this.#isOver) return;
    if (name === "message") this.#options.events.frame(data);
    if (name === "open") this.#opened(JSON.parse(data));
    if (name !== "close") return;
    const { code, reason } = JSON.parse(data);
    this.#over(code, reason);
  }

  #opened(
    { connectionId, secret }: {
      readonly connectionId: string;
      readonly secret: string;
    },
  ): void {
    this.#posts = new Posts({
      url: new URL(`/sse/${connectionId}`, this.#url).href,
      secret,
      credentials: this.#credentials,
      clock: this.#options.clock,
      signal: this.#abort.signal,
      fetch: this.#options.fetch,
      failed: () => this.#over(NETWORK_LOST, ""),
    });
  }

  #over(code: number, reason: string): void {
    if (this.#isOver) return;
    this.close();
    this.#options.events.closed(code, reason);
  }
}

/** `/sse` where `/ws` is. */
function streamUrl(socketUrl: string): URL {
  const url = new URL(socketUrl);
  url.protocol = url.protocol === "wss:" ? "https:" : "http:";
  url.pathname = url.pathname.replace(/\/ws$/, "/sse");
  return url;
}
