/** Watches the sockets of many clients for what the server must never do, before any client mends it. */
import { openWebSocket } from "../../realtime/client/browser_socket.ts";
import type { ClientSocket, OpenSocket } from "../../realtime/client/link.ts";
import {
  type ClientPosition,
  type Incoming,
  numberOf,
  parseFrame,
  parsePosition,
  parsePositions,
  stringOf,
} from "../../realtime/client/wire.ts";

/** Where one subscription of one socket stands. */
interface Place {
  epoch: string;
  /** Offset that must come next. */
  next: number;
}

/** Shared by all clients: what one saw at a position, everyone must see there. */
export class WireWatch {
  /** What the protocol does not allow, in words. */
  readonly faults: string[] = [];
  /** Body by channel, epoch and offset, of transient channels: no log can be asked later. */
  readonly #seen = new Map<string, string>();
  readonly #closed: Promise<void>[] = [];

  /** Opens sockets that are watched; `who` stands in what is found. */
  watched(who: string): OpenSocket {
    return (url, protocol, events) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#closed.push(promise);
      const reader = new SocketReader(
        (fault) => this.faults.push(`${who}: ${fault}`),
        this.#seen,
      );
      const socket = openWebSocket(url, protocol, {
        frame: (data) => {
          for (const message of parseFrame(data)) reader.received(message);
          events.frame(data);
        },
        closed: (code, reason) => {
          resolve();
          events.closed(code, reason);
        },
      });
      return reader.sending(socket);
    };
  }

  /** Body that subscribers of a transient channel got there, if any of them did. */
  bodyAt(channel: string, epoch: string, offset: number): string | undefined {
    return this.#seen.get(`${channel} ${epoch} ${offset}`);
  }

  /** Epochs that publications of a transient channel came in. */
  epochsOf(channel: string): ReadonlySet<string> {
    const own = [...this.#seen.keys()].map((key) => key.split(" "))
      .filter(([name]) => name === channel);
    return new Set(own.map(([, epoch]) => epoch));
  }

  /** Resolves when every socket there was is closed. */
  async allClosed(): Promise<void> {
    await Promise.all(this.#closed);
  }
}

/** One socket's subscriptions, as P9 and P10 say they go on. */
class SocketReader {
  readonly #fault: (text: string) => void;
  readonly #seen: Map<string, string>;
  readonly #places = new Map<string, Place>();
  /** Channels between two subscriptions, or in another life: nothing is known of the next yet. */
  readonly #elsewhere = new Set<string>();
  /** Where each SUBSCRIBE under way asked to continue, by its id. */
  readonly #asked = new Map<number, ClientPosition | undefined>();

  constructor(fault: (text: string) => void, seen: Map<string, string>) {
    this.#fault = fault;
    this.#seen = seen;
  }

  sending(socket: ClientSocket): ClientSocket {
    return {
      send: (data) => {
        for (const message of parseFrame(data)) this.#sent(message);
        socket.send(data);
      },
      close: (code, reason) => socket.close(code, reason),
    };
  }

  received(message: Incoming): void {
    const { type, channel, offset } = message;
    if (type === "CONNECTION_ESTABLISHED") {
      const held = parsePositions(message.payload.subscriptions);
      for (const { channel, epoch, offset } of held) {
        this.#places.set(channel, { epoch, next: offset + 1 });
      }
    } else if (type === "SUBSCRIBED") this.#subscribed(message);
    else if (type === "GAP") this.#gap(message);
    else if (channel !== undefined && offset !== undefined) {
      this.#publication(message, channel, offset);
    }
  }

  #sent({ type, id, channel = "", payload }: Incoming): void {
    // What comes until the next answer belongs to neither.
    if (type === "UNSUBSCRIBE") this.#elsewhere.add(channel);
    if (type !== "SUBSCRIBE" || id === undefined) return;
    this.#asked.set(id, parsePosition(payload.since));
  }

  #subscribed({ ref = 0, channel = "", payload }: Incoming): void {
    const since = this.#asked.get(ref);
    this.#asked.delete(ref);
    const head = parsePosition(payload);
    if (head === undefined) return this.#fault(`${channel}: no position`);
    const continues = since !== undefined && payload.recovered === true;
    const last = continues ? since.offset : head.offset;
    this.#places.set(channel, { epoch: head.epoch, next: last + 1 });
    this.#elsewhere.delete(channel);
  }

  #gap({ channel = "", payload }: Incoming): void {
    const place = this.#places.get(channel);
    const to = numberOf(payload.to);
    const epoch = stringOf(payload.epoch);
    if (!channel.startsWith("topic:")) {
      this.#fault(`${channel}: GAP in a durable channel`);
    } else if (epoch !== undefined && epoch !== place?.epoch) {
      // Where the new life stands is told to whoever asks.
      this.#places.delete(channel);
      this.#elsewhere.add(channel);
    } else if (place !== undefined && to !== undefined) place.next = to + 1;
  }

  #publication(message: Incoming, channel: string, offset: number): void {
    const place = this.#places.get(channel);
    if (this.#elsewhere.has(channel)) return;
    if (place === undefined) return this.#fault(`${channel}: not subscribed`);
    const { epoch = place.epoch } = message;
    // Another life of the channel: the client asks where it stands.
    if (epoch !== place.epoch) return;
    if (offset !== place.next) {
      this.#fault(`${channel}: ${offset} came, ${place.next} was due`);
    }
    place.next = offset + 1;
    if (!channel.startsWith("topic:")) return;
    const key = `${channel} ${epoch} ${offset}`;
    const body = JSON.stringify(message.body);
    const known = this.#seen.get(key);
    if (known === undefined) this.#seen.set(key, body);
    else if (known !== body) {
      this.#fault(`${key}: ${body} came, others got ${known}`);
    }
  }
}
