/**
 * Faults on purpose, between a client and its sockets: a network that goes away, a slow way,
 * frames that come twice. The client knows nothing of it and has to lose and double nothing.
 */
import { type Signal, signal } from "@preact/signals";
import type { SocketLayers } from "../realtime/client/browser.ts";
import type { Clock, OpenSocket } from "../realtime/client/link.ts";
import { DelayLine } from "./development_line.ts";

/** How long a frame waits while the way is slow, each way. */
export const SLOW_MS = 800;
/** How long the network stays away after a cut: long enough to miss something. */
export const CUT_MS = 5_000;

const NORMAL = 1000;
/** What browsers report when the network took the connection. */
const NETWORK_LOST = 1006;

/** A socket that the network carries now. */
interface Carried {
  lose(): void;
  close(): void;
}

export class Faults implements SocketLayers {
  /** Frames of this tab wait on their way, in both directions. */
  readonly slow: Signal<boolean> = signal(false);
  /** Every frame for this tab comes twice. */
  readonly duplicate: Signal<boolean> = signal(false);
  /** The network is away: nothing goes in or out. */
  readonly away: Signal<boolean> = signal(false);
  readonly #clock: Clock;
  readonly #carried = new Set<Carried>();
  readonly #lost = new Set<Carried>();
  #cancelReturn: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Takes the network away for a while. Sockets end here without a closing handshake, so the
   * server does not learn of it before the network is back, or by its own heartbeat.
   */
  cut(forMs = CUT_MS): void {
    this.#cancelReturn?.();
    this.#cancelReturn = this.#clock.after(forMs, () => this.#restore());
    this.away.value = true;
    for (const socket of [...this.#carried]) {
      this.#carried.delete(socket);
      this.#lost.add(socket);
      socket.lose();
    }
  }

  /** Around the socket that really goes over the network; another tab may hold it. */
  readonly network = (open: OpenSocket): OpenSocket =>
  (
    url,
    protocol,
    events,
  ) => {
    if (this.away.peek()) {
      const close = this.#clock.after(0, () => events.closed(NETWORK_LOST, ""));
      return { send: () => {}, close };
    }
    const isCarried = () => this.#carried.has(carried);
    const socket = open(url, protocol, {
      frame: (data) => isCarried() && events.frame(data),
      closed: (code, reason) => {
        this.#lost.delete(carried);
        if (this.#carried.delete(carried)) events.closed(code, reason);
      },
    });
    const carried: Carried = {
      lose: () => events.closed(NETWORK_LOST, ""),
      close: () => socket.close(NORMAL, ""),
    };
    this.#carried.add(carried);
    return {
      send: (data) => isCarried() && socket.send(data),
      // A word of goodbye needs a network too.
      close: (code, reason) => isCarried() && socket.close(code, reason),
    };
  };

  /** Around the socket of this tab alone, which may be its share of another tab's. */
  readonly tab = (open: OpenSocket): OpenSocket => (url, protocol, events) => {
    const delayMs = () => this.slow.peek() ? SLOW_MS : 0;
    const incoming = new DelayLine(this.#clock, delayMs);
    const outgoing = new DelayLine(this.#clock, delayMs);
    const socket = open(url, protocol, {
      frame: (data) => {
        incoming.push(() => events.frame(data));
        if (this.duplicate.peek()) incoming.push(() => events.frame(data));
      },
      closed: (code, reason) => {
        outgoing.clear();
        const end = () => events.closed(code, reason);
        // An orderly end comes after its last words; with the network goes what was on it.
        if (code !== NETWORK_LOST) return incoming.push(end);
        incoming.clear();
        end();
      },
    });
    return {
      send: (data) => outgoing.push(() => socket.send(data)),
      close: (code, reason) => {
        incoming.clear();
        outgoing.clear();
        socket.close(code, reason);
      },
    };
  };

  /** As a system does when the network is back: what is left of the lost sockets is closed. */
  #restore(): void {
    this.#cancelReturn = undefined;
    this.away.value = false;
    for (const socket of this.#lost) socket.close();
    this.#lost.clear();
  }
}
