/** The server's part of the protocol, small: logs, subscriptions, messageIds, acknowledgements. */
import type {
  OpenSocket,
  SocketEvents,
} from "../../../realtime/client/link.ts";

export interface Entry {
  offset: number;
  messageId: string;
  text: string;
}

interface Connection {
  readonly events: SocketEvents;
  readonly subscribed: Set<string>;
  /** Neither side hears the other, and nobody is told. */
  dead: boolean;
  open: boolean;
}

interface Received {
  type: string;
  id?: number;
  channel?: string;
  messageId?: string;
  payload?: {
    since?: { epoch: string; offset: number };
    command?: string;
    input?: { text: string };
  };
}

const EPOCH = "e1";

export class FakeServer {
  readonly logs = new Map<string, Entry[]>();
  readonly connections: Connection[] = [];
  /** How often a messageId was acknowledged as seen before. */
  duplicates = 0;
  /** Messages received, by type. */
  readonly received: Received[] = [];

  /** Opens sockets whose events pass through `run`, so that a frozen page hears later. */
  socketsFor(run: (task: () => void) => void, userId: string): OpenSocket {
    return (_url, _protocol, events) => {
      const connection: Connection = {
        events: {
          frame: (data) => run(() => events.frame(data)),
          closed: (code, reason) => run(() => events.closed(code, reason)),
        },
        subscribed: new Set(),
        dead: false,
        open: true,
      };
      this.connections.push(connection);
      queueMicrotask(() =>
        this.#tell(connection, {
          type: "CONNECTION_ESTABLISHED",
          payload: {
            connectionId: `c${this.connections.length}`,
            node: "n1",
            userId,
            subscriptions: [],
          },
        })
      );
      return {
        send: (data) => {
          if (!connection.open || connection.dead) return;
          for (const line of data.split("\n")) {
            this.#take(connection, JSON.parse(line));
          }
        },
        close: () => {
          connection.open = false;
        },
      };
    };
  }

  get live(): Connection[] {
    return this.connections.filter(({ open, dead }) => open && !dead);
  }

  log(channel: string): Entry[] {
    const log = this.logs.get(channel) ?? [];
    this.logs.set(channel, log);
    return log;
  }

  publish(channel: string, text: string, messageId = text): Entry {
    const log = this.log(channel);
    const entry = { offset: log.length + 1, messageId, text };
    log.push(entry);
    for (const connection of this.live) {
      if (connection.subscribed.has(channel)) {
        this.#deliver(connection, channel, entry);
      }
    }
    return entry;
  }

  /** Ends every connection as a network would. */
  cut(): void {
    for (const connection of this.live) {
      connection.open = false;
      connection.events.closed(1006, "");
    }
  }

  /** The network takes everything and says nothing. */
  stall(): void {
    for (const connection of this.live) connection.dead = true;
  }

  #take(connection: Connection, message: Received): void {
    this.received.push(message);
    const { type, id: ref, channel = "" } = message;
    if (type === "HEARTBEAT") {
      if (ref !== undefined) this.#tell(connection, { type, ref, at: 0 });
    } else if (type === "SUBSCRIBE") {
      connection.subscribed.add(channel);
      const log = this.log(channel);
      const since = message.payload?.since;
      const payload = {
        epoch: EPOCH,
        offset: log.length,
        ...(since && { recovered: true }),
      };
      this.#tell(connection, { type: "SUBSCRIBED", ref, channel, payload });
      for (const entry of since ? log.slice(since.offset) : []) {
        this.#deliver(connection, channel, entry);
      }
    } else if (type === "UNSUBSCRIBE") {
      connection.subscribed.delete(channel);
      this.#tell(connection, { type: "ACK", ref, payload: {} });
    } else if (type === "COMMAND") this.#append(connection, message);
  }

  #append(connection: Connection, message: Received): void {
    const { id: ref, messageId = "", payload } = message;
    const known = this.log("session:a").find((entry) =>
      entry.messageId === messageId
    );
    if (known) this.duplicates += 1;
    const text = payload?.input?.text ?? "";
    const { offset } = known ?? this.publish("session:a", text, messageId);
    const positions = [{ channel: "session:a", epoch: EPOCH, offset }];
    this.#tell(connection, {
      type: "ACK",
      ref,
      payload: { messageId, positions, ...(known && { duplicate: true }) },
    });
  }

  #deliver(connection: Connection, channel: string, entry: Entry): void {
    const { offset, messageId, text } = entry;
    this.#tell(connection, {
      type: "SESSION_UPDATE",
      channel,
      offset,
      messageId,
      payload: { event: "message_posted", text },
    });
  }

  #tell(connection: Connection, message: unknown): void {
    if (!connection.open || connection.dead) return;
    connection.events.frame(JSON.stringify(message));
  }
}
