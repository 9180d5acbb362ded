/** A clock that tests turn, and sockets whose other end is the test. */
import type {
  Clock,
  OpenSocket,
  SocketEvents,
} from "../../../realtime/client/link.ts";

export class FakeClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ at: number; run: () => void }>();

  now(): number {
    return this.#now;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { at: this.#now + delayMs, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Runs what is due on the way, earliest first. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(({ at }) => at <= end)
        .sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers.delete(due);
      this.#now = due.at;
      due.run();
    }
    this.#now = end;
  }

  get pending(): number {
    return this.#timers.size;
  }
}

export interface SentMessage {
  type: string;
  id?: number;
  ref?: number;
  channel?: string;
  messageId?: string;
  payload?: {
    since?: { epoch: string; offset: number; hash?: string };
    presence?: boolean;
    command?: string;
    input?: unknown;
  };
}

/** One socket the client opened, seen from the server. */
export class FakeSocket {
  readonly frames: string[] = [];
  closedByClient = false;
  readonly #events: SocketEvents;

  constructor(
    readonly url: string,
    readonly protocol: string,
    events: SocketEvents,
  ) {
    this.#events = events;
  }

  send(data: string): void {
    this.frames.push(data);
  }

  close(): void {
    this.closedByClient = true;
  }

  /** Delivers messages as one frame. */
  deliver(...messages: unknown[]): void {
    this.#events.frame(messages.map((m) => JSON.stringify(m)).join("\n"));
  }

  deliverText(text: string): void {
    this.#events.frame(text);
  }

  drop(code = 1006, reason = ""): void {
    this.#events.closed(code, reason);
  }

  establish(payload: Record<string, unknown> = {}): void {
    this.deliver({
      type: "CONNECTION_ESTABLISHED",
      payload: {
        connectionId: "c1",
        node: "n1",
        subscriptions: [],
        ...payload,
      },
    });
  }

  sent(type?: string): SentMessage[] {
    const messages: SentMessage[] = this.frames.flatMap((frame) =>
      frame.split("\n").map((line) => JSON.parse(line))
    );
    return type === undefined
      ? messages
      : messages.filter((message) => message.type === type);
  }

  last(type: string): SentMessage {
    const message = this.sent(type).at(-1);
    if (!message) throw new Error(`no ${type} was sent`);
    return message;
  }
}

export class FakeNetwork {
  readonly sockets: FakeSocket[] = [];

  readonly open: OpenSocket = (url, protocol, events) => {
    const socket = new FakeSocket(url, protocol, events);
    this.sockets.push(socket);
    return socket;
  };

  get current(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }
}

/** Lets queued microtasks run: flushes of lines, announcements, settled promises. */
export async function turn(): Promise<void> {
  for (let n = 0; n < 40; n++) await Promise.resolve();
}
