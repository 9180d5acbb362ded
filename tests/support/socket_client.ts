/** A plain socket client for tests: it keeps all it received, and waits for facts, never for time. */
import { SseSocket } from "./sse_socket.ts";

/** How long a test waits for something that must happen. */
export const DEADLINE_MS = 15_000;

/** What payloads carry in the protocol page; anything else is `unknown`. */
export interface Payload {
  readonly code?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly retryAfterMs?: number;
  readonly epoch?: string;
  readonly offset?: number;
  readonly hash?: string;
  readonly recovered?: boolean;
  readonly diverged?: boolean;
  readonly messageId?: string;
  readonly level?: string;
  readonly duplicate?: boolean;
  readonly presence?: readonly PresentUser[];
  readonly joined?: readonly PresentUser[];
  readonly left?: readonly string[];
  readonly reconnectInMs?: number;
  readonly from?: number;
  readonly to?: number;
  readonly channel?: string;
  readonly connectionId?: string;
  readonly subscriptions?: readonly {
    readonly channel: string;
    readonly epoch: string;
    readonly offset: number;
  }[];
  readonly positions?: readonly {
    readonly channel: string;
    readonly epoch: string;
    readonly offset: number;
  }[];
  readonly n?: number;
  readonly [field: string]: unknown;
}

export interface PresentUser {
  readonly userId: string;
  readonly name: string;
  readonly role: string;
  readonly status: string;
}

export interface Envelope {
  readonly type: string;
  readonly id?: number;
  readonly ref?: number;
  readonly channel?: string;
  readonly offset?: number;
  readonly epoch?: string;
  readonly hash?: string;
  readonly messageId?: string;
  readonly sender?: unknown;
  readonly at?: number;
  readonly payload: Payload;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

export interface OpenOptions {
  readonly headers?: Record<string, string>;
  readonly protocols?: string[];
  /** @default "websocket" */
  readonly transport?: "websocket" | "sse";
  /** Answer the server's heartbeats as P15 asks. @default true */
  readonly answerHeartbeats?: boolean;
}

interface Waiter {
  readonly matches: (message: Envelope) => boolean;
  readonly resolve: (message: Envelope) => void;
  readonly reject: (error: Error) => void;
}

/** Fails with what was waited for when `promise` has not settled in time. */
export async function within<T>(
  promise: Promise<T>,
  deadlineMs: number,
  what: string,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Waited ${deadlineMs} ms for ${what}`)),
      deadlineMs,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export class SocketClient implements AsyncDisposable {
  /** Every message, in the order it came. */
  readonly received: Envelope[] = [];
  /** The raw text of every frame. */
  readonly frames: string[] = [];
  readonly closed: Promise<Closed>;
  readonly socket: WebSocket;
  readonly #answerHeartbeats: boolean;
  readonly #waiters = new Set<Waiter>();
  /** Far from the ids that tests write by hand. */
  #nextId = 10_001;
  #end: Closed | undefined;

  private constructor(url: string, options: OpenOptions) {
    this.#answerHeartbeats = options.answerHeartbeats ?? true;
    // Reflect: the DOM's type knows no headers; Deno's constructor takes them.
    const Transport = options.transport === "sse" ? SseSocket : WebSocket;
    this.socket = Reflect.construct(Transport, [url, {
      headers: options.headers ?? {},
      protocols: options.protocols ?? ["regulens.v1"],
    }]);
    this.socket.onmessage = (event) => this.#receive(String(event.data));
    this.closed = new Promise((resolve) => {
      this.socket.onclose = ({ code, reason }) => {
        this.#end = { code, reason };
        resolve(this.#end);
        for (const waiter of this.#waiters) waiter.reject(this.#endError());
        this.#waiters.clear();
      };
    });
    // A failed connection is told by `close`; an unheard error event would end the test run.
    this.socket.onerror = (event) => event.preventDefault();
  }

  /** Connects and waits for `CONNECTION_ESTABLISHED`. */
  static async open(
    url: string,
    options: OpenOptions = {},
  ): Promise<SocketClient> {
    const client = new SocketClient(url, options);
    try {
      await client.waitForType("CONNECTION_ESTABLISHED");
    } catch (error) {
      client.socket.close();
      throw error;
    }
    return client;
  }

  /** Payload of `CONNECTION_ESTABLISHED`. */
  get established(): Payload {
    return this.received[0].payload;
  }

  get connectionId(): string {
    const { connectionId } = this.established;
    if (connectionId === undefined) {
      throw new Error("CONNECTION_ESTABLISHED carries no connectionId");
    }
    return connectionId;
  }

  sendText(text: string): void {
    this.socket.send(text);
  }

  send(message: Record<string, unknown>): void {
    this.sendText(JSON.stringify(message));
  }

  /** Sends with a fresh id and resolves with the reply, an `ERROR` included. */
  request(message: Record<string, unknown>): Promise<Envelope> {
    const id = this.#nextId++;
    const reply = this.waitFor(
      `the reply to ${JSON.stringify(message).slice(0, 200)}`,
      (each) => each.ref === id,
    );
    this.send({ ...message, id });
    return reply;
  }

  /** The reply, which must not be an `ERROR`. */
  async ask(message: Record<string, unknown>): Promise<Envelope> {
    const reply = await this.request(message);
    if (reply.type === "ERROR") {
      throw new Error(
        `${JSON.stringify(message)} was answered ${
          JSON.stringify(reply.payload)
        }`,
      );
    }
    return reply;
  }

  /** The `code` of the `ERROR` this message must be answered with. */
  async refusal(
    message: Record<string, unknown>,
  ): Promise<string | undefined> {
    const reply = await this.request(message);
    if (reply.type !== "ERROR") {
      throw new Error(
        `${JSON.stringify(message)} was answered ${JSON.stringify(reply)}`,
      );
    }
    return reply.payload.code;
  }

  subscribe(
    channel: string,
    payload: Record<string, unknown> = {},
  ): Promise<Envelope> {
    return this.ask({ type: "SUBSCRIBE", channel, payload });
  }

  broadcast(
    channel: string,
    payload: unknown,
    messageId?: string,
  ): Promise<Envelope> {
    return this.ask({ type: "BROADCAST", channel, payload, messageId });
  }

  command(
    command: string,
    input: Record<string, unknown>,
    messageId?: string,
  ): Promise<Envelope> {
    return this.ask({
      type: "COMMAND",
      messageId,
      payload: { command, input },
    });
  }

  /** The first message, received already or still to come, of which this holds. */
  waitFor(
    what: string,
    matches: (message: Envelope) => boolean,
    deadlineMs = DEADLINE_MS,
  ): Promise<Envelope> {
    const known = this.received.find(matches);
    if (known) return Promise.resolve(known);
    if (this.#end) return Promise.reject(this.#endError());
    const { promise, resolve, reject } = Promise.withResolvers<Envelope>();
    const waiter = { matches, resolve, reject };
    this.#waiters.add(waiter);
    return within(promise, deadlineMs, what).finally(() =>
      this.#waiters.delete(waiter)
    );
  }

  waitForType(type: string): Promise<Envelope> {
    return this.waitFor(type, (message) => message.type === type);
  }

  /** Waits until this channel has delivered the publication at `offset`. */
  waitForOffset(channel: string, offset: number): Promise<Envelope> {
    return this.waitFor(
      `offset ${offset} of ${channel}`,
      (each) => isPublicationOf(each, channel) && each.offset === offset,
    );
  }

  /** A round trip: whatever the server had sent before it has arrived. */
  async settle(): Promise<void> {
    await this.request({ type: "HEARTBEAT" });
  }

  /** Publications of a channel in the order they came. */
  publications(channel: string): Envelope[] {
    return this.received.filter((each) => isPublicationOf(each, channel));
  }

  offsets(channel: string): number[] {
    return this.publications(channel).map(({ offset }) => offset ?? -1);
  }

  /** Waits for the close the server starts. */
  waitForClose(deadlineMs = DEADLINE_MS): Promise<Closed> {
    return within(this.closed, deadlineMs, "the connection to be closed");
  }

  async close(): Promise<Closed> {
    this.socket.close();
    return await within(this.closed, DEADLINE_MS, "our own close");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #endError(): Error {
    return new Error(
      `The connection ended with ${this.#end?.code} "${this.#end?.reason}"`,
    );
  }

  #receive(frame: string): void {
    this.frames.push(frame);
    for (const line of frame.split("\n")) {
      if (line === "") continue;
      const message: Envelope = JSON.parse(line);
      this.received.push(message);
      if (
        message.type === "HEARTBEAT" && message.id !== undefined &&
        this.#answerHeartbeats && this.socket.readyState === WebSocket.OPEN
      ) {
        this.send({ type: "HEARTBEAT", ref: message.id });
      }
      for (const waiter of this.#waiters) {
        if (!waiter.matches(message)) continue;
        this.#waiters.delete(waiter);
        waiter.resolve(message);
      }
    }
  }
}

/** Types that are not publications, though some name a channel. */
const CONTROL = new Set([
  "CONNECTION_ESTABLISHED",
  "SUBSCRIBED",
  "ACK",
  "ERROR",
  "HEARTBEAT",
  "PRESENCE",
  "GAP",
  "DRAINING",
]);

/** Reports whether this is a stored publication of the channel, not a signal or control. */
export function isPublicationOf(message: Envelope, channel: string): boolean {
  return message.channel === channel && message.offset !== undefined &&
    !CONTROL.has(message.type);
}
