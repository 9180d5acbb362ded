/** A connection over server-sent events and POSTs that tests use like a WebSocket. Knows nothing of the SDK. */

export interface SseSocketOptions {
  readonly headers?: Readonly<Record<string, string>>;
}

export class SseSocket {
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  readyState: number = WebSocket.CONNECTING;
  /** The answers to POSTs, in the order they were sent. */
  readonly posts: Promise<Response>[] = [];
  /** Headers of the stream's answer. */
  headers = new Headers();
  connectionId = "";
  secret = "";
  readonly #url: URL;
  readonly #options: SseSocketOptions;
  readonly #abort = new AbortController();
  #sequence = 0;
  #reader: ReadableStreamDefaultReader<string> | undefined;

  /** @param url Address of `/ws`, with its ticket if any. */
  constructor(url: string, options: SseSocketOptions = {}) {
    this.#url = new URL(url.replace(/^ws/, "http"));
    this.#url.pathname = "/sse";
    this.#options = options;
    this.#read();
  }

  send(frame: string): void {
    const answer = this.post(++this.#sequence, frame);
    // A POST that got lost leaves a hole: this plain client gives up and comes back.
    answer.catch(() => this.close());
    this.posts.push(answer);
  }

  /** Posts a frame under any number and with any headers; its body is read. */
  async post(
    sequence: number | string,
    body: BodyInit,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const response = await fetch(
      new URL(`/sse/${this.connectionId}`, this.#url),
      {
        method: "POST",
        body,
        signal: this.#abort.signal,
        headers: {
          ...this.#options.headers,
          "Regulens-Connection-Secret": this.secret,
          "Regulens-Sequence": String(sequence),
          ...headers,
        },
      },
    );
    const text = await response.text();
    return new Response(response.status === 202 ? null : text, response);
  }

  /** As a page that goes: the stream is cut, nobody is told. */
  close(): void {
    if (this.readyState >= WebSocket.CLOSING) return;
    this.readyState = WebSocket.CLOSING;
    this.#reader?.cancel().catch(() => {});
    this.#abort.abort();
  }

  async #read(): Promise<void> {
    let end = { code: 1006, reason: "" };
    try {
      const response = await fetch(this.#url, {
        headers: this.#options.headers,
        signal: this.#abort.signal,
      });
      this.headers = response.headers;
      if (response.status !== 200 || response.body === null) {
        await response.body?.cancel();
        throw new Error(`answered ${response.status}`);
      }
      let rest = "";
      const reader = response.body.pipeThrough(new TextDecoderStream())
        .getReader();
      this.#reader = reader;
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        rest += value;
        const blocks = rest.split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) {
          const closed = this.#take(block);
          if (closed) end = closed;
        }
      }
    } catch {
      // Refused, cut by the network or by us: 1006 says so.
    }
    await Promise.allSettled(this.posts);
    this.readyState = WebSocket.CLOSED;
    this.onclose?.(end);
  }

  #take(block: string): { code: number; reason: string } | undefined {
    let event = "message";
    const data: string[] = [];
    for (const line of block.split("\n")) {
      if (line.startsWith("event: ")) event = line.slice(7);
      if (line.startsWith("data: ")) data.push(line.slice(6));
    }
    if (data.length === 0) return;
    const text = data.join("\n");
    if (event === "close") return JSON.parse(text);
    if (event === "open") {
      const { connectionId, secret } = JSON.parse(text);
      this.connectionId = connectionId;
      this.secret = secret;
      this.readyState = WebSocket.OPEN;
    } else if (this.readyState === WebSocket.OPEN) {
      this.onmessage?.({ data: text });
    }
  }
}
