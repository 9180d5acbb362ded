/** A subscriber as P11 asks for: it keeps a position and comes back until it has everything. */
import type { Envelope } from "../support/socket_client.ts";
import { SseSocket } from "../support/sse_socket.ts";

export interface FollowerOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly channel: string;
  readonly epoch: string;
  /** @default "websocket" */
  readonly transport?: "websocket" | "sse";
  /** How long nothing may come before it asks whether anyone is there. */
  readonly quietMs: number;
}

export class Follower {
  /** What it applied: one text per offset, in order. */
  readonly applied: string[] = [];
  /** What the server did that the protocol does not allow. */
  readonly faults: string[] = [];
  /** Resolves per connection once its close was heard, however late. */
  readonly closes: Promise<void>[] = [];
  connections = 0;
  readonly #options: FollowerOptions;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  /** Follows until `until` publications are applied. */
  async follow(until: number): Promise<void> {
    while (this.applied.length < until && this.faults.length === 0) {
      await this.#live(until);
    }
  }

  /** One connection, from its first byte to its loss or the end of the work. */
  #live(until: number): Promise<void> {
    const { url, headers, transport, channel, epoch, quietMs } = this.#options;
    this.connections++;
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    // Reflect: the DOM's type knows no headers; Deno's constructor takes them.
    const socket: WebSocket = Reflect.construct(
      transport === "sse" ? SseSocket : WebSocket,
      [url, { headers }],
    );
    let heardAt = performance.now();
    let asked = false;
    let expected = 0;
    const leave = () => {
      socket.onmessage = null;
      clearInterval(watchdog);
      socket.close();
      end();
    };
    // A half-open connection says nothing for ever: ask, and leave without an answer.
    const watchdog = setInterval(() => {
      if (performance.now() - heardAt < quietMs) return;
      if (asked || socket.readyState !== WebSocket.OPEN) return leave();
      asked = true;
      heardAt = performance.now();
      socket.send(`{"type":"HEARTBEAT","id":2}`);
    }, quietMs / 4);
    socket.onerror = (event) => event.preventDefault();
    this.closes.push(
      new Promise((resolve) => {
        socket.onclose = () => {
          resolve();
          leave();
        };
      }),
    );
    socket.onmessage = ({ data }) => {
      heardAt = performance.now();
      asked = false;
      for (const line of String(data).split("\n")) {
        if (line !== "") this.#receive(JSON.parse(line), socket, state);
      }
      if (this.applied.length >= until || this.faults.length > 0) leave();
    };
    const state = {
      subscribe: () => {
        expected = this.applied.length + 1;
        socket.send(JSON.stringify({
          type: "SUBSCRIBE",
          id: 1,
          channel,
          payload: { since: { epoch, offset: this.applied.length } },
        }));
      },
      /** Within a connection nothing may come twice or be left out (P9, P10). */
      publication: (message: Envelope) => {
        if (message.offset !== expected) {
          this.faults.push(`got ${message.offset}, expected ${expected}`);
          return;
        }
        expected++;
        this.applied.push(String(message.payload.text ?? message.payload.n));
      },
    };
    return over;
  }

  #receive(
    message: Envelope,
    socket: WebSocket,
    on: {
      subscribe: () => void;
      publication: (message: Envelope) => void;
    },
  ): void {
    switch (message.type) {
      case "CONNECTION_ESTABLISHED":
        return on.subscribe();
      case "SUBSCRIBED":
        if (message.payload.recovered !== true) {
          this.faults.push(`not recovered: ${JSON.stringify(message)}`);
        }
        return;
      case "HEARTBEAT":
        if (message.id !== undefined) {
          socket.send(JSON.stringify({ type: "HEARTBEAT", ref: message.id }));
        }
        return;
      case "GAP":
      case "ERROR":
        this.faults.push(JSON.stringify(message));
        return;
      default:
        if (
          message.channel === this.#options.channel &&
          message.offset !== undefined
        ) on.publication(message);
    }
  }
}
