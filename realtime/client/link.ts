/**
 * One socket's life: opening, established, over. A new connection is a new link, so a late
 * event of an old socket has nothing to touch (I10).
 */
import { CLOSE, SUBPROTOCOL } from "../codes.ts";
import type { Latency } from "./latency.ts";
import {
  type Incoming,
  type Outgoing,
  parseFrame,
  parseJson,
  reconnectInMs,
} from "./wire.ts";

/** A socket that has not said CONNECTION_ESTABLISHED by then is given up. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Own heartbeats: often enough that the shown latency is of now. */
export const HEARTBEAT_EVERY_MS = 10_000;
/** Unanswered this long, a heartbeat counts as missed and the connection as slow. */
export const MISSED_AFTER_MS = 3_000;
/** Unanswered this long with nothing else heard: the connection is gone (P15). */
export const LOST_AFTER_MS = 10_000;
/** After a wake-up a heartbeat gets this long: a dead socket is found within 3 s. */
export const WAKE_PATIENCE_MS = 2_500;
/** A timer this late means that the page slept: what was sent may wait to be read. */
const SLEPT_MS = 1_000;
/** Requests without a reply by then are unknown (P14), and asked again. */
export const REQUEST_TIMEOUT_MS = 10_000;

export interface Clock {
  /** ms on a clock that never goes back. */
  now(): number;
  /** Runs once, later; hands back the cancel. */
  after(delayMs: number, run: () => void): () => void;
}

export interface SocketEvents {
  frame(data: string): void;
  closed(code: number, reason: string): void;
}

export interface ClientSocket {
  send(data: string): void;
  close(code: number, reason: string): void;
}

export type OpenSocket = (
  url: string,
  protocol: string,
  events: SocketEvents,
) => ClientSocket;

export interface Ending {
  readonly code: number;
  /** When the server wants us back, in ms from now; it spreads a restart's reconnects (P20). */
  readonly reconnectInMs: number | undefined;
  readonly restarting: boolean;
  /** When the server was last heard, on the client's clock. */
  readonly heardAt: number;
}

export interface LinkEvents {
  established(message: Incoming): void;
  /** Every message that is not a reply or a heartbeat. */
  message(message: Incoming): void;
  /** Latency figures or the missed flag changed. */
  measured(): void;
  over(ending: Ending): void;
}

export interface LinkOptions {
  readonly url: string;
  readonly open: OpenSocket;
  readonly clock: Clock;
  readonly latency: Latency;
  readonly events: LinkEvents;
}

/** What became of a request. `unknown`: no reply in time, or the link ended first. */
export type Outcome =
  | { readonly state: "replied"; readonly message: Incoming }
  | { readonly state: "unknown" };

interface Waiting {
  readonly settle: (outcome: Outcome) => void;
  readonly cancel: () => void;
}

const NORMAL = 1000;
/** Abnormal closure: what browsers report when the network took the connection. */
const NETWORK_LOST = 1006;
/** A third of the least frame every server takes: a UTF-16 unit is at most 3 bytes of UTF-8. */
const MAX_FRAME_LENGTH = 21_000;

export class Link {
  readonly #options: LinkOptions;
  readonly #socket: ClientSocket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #timers = new Set<() => void>();
  #lines: string[] = [];
  #nextId = 1;
  #phase: "opening" | "established" | "over" = "opening";
  #missed = false;
  #heardAt: number;
  #draining: { readonly reconnectInMs: number | undefined } | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#heardAt = options.clock.now();
    this.#later(HANDSHAKE_TIMEOUT_MS, () => {
      if (this.#phase === "opening") this.giveUp();
    });
    this.#socket = options.open(options.url, SUBPROTOCOL, {
      frame: (data) => this.#read(data),
      closed: (code, reason) => this.#end(code, reason),
    });
  }

  /** A heartbeat has been unanswered for too long. */
  get missed(): boolean {
    return this.#missed;
  }

  /** Sends with the other lines of this turn, as one frame (P4). */
  send(message: Outgoing & { id?: number; ref?: number }): void {
    if (this.#phase === "over") return;
    this.#lines.push(JSON.stringify(message));
    if (this.#lines.length === 1) queueMicrotask(() => this.#flush());
  }

  /** Sends and reports the one reply (P6), or that it stays unknown. */
  request(message: Outgoing, settle: (outcome: Outcome) => void): void {
    if (this.#phase === "over") return settle({ state: "unknown" });
    const id = this.#nextId++;
    const cancel = this.#later(REQUEST_TIMEOUT_MS, () => {
      this.#waiting.delete(id);
      settle({ state: "unknown" });
    });
    this.#waiting.set(id, { settle, cancel });
    this.send({ ...message, id });
  }

  /**
   * Measures one round trip now; unanswered, it shows that the connection is slow or gone.
   *
   * @param patienceMs How long the connection may stay silent before it is given up.
   */
  probe(patienceMs = LOST_AFTER_MS): void {
    if (this.#phase !== "established") return;
    const { clock, latency, events } = this.#options;
    const id = this.#nextId++;
    const sentAt = clock.now();
    const cancelMissed = this.#later(MISSED_AFTER_MS, () => {
      this.#missed = true;
      events.measured();
    });
    const cancelLost = this.#later(patienceMs, () => {
      this.#waiting.delete(id);
      if (this.#heardAt > sentAt) return;
      const slept = clock.now() - sentAt > patienceMs + SLEPT_MS;
      if (slept) this.probe(WAKE_PATIENCE_MS);
      else this.giveUp();
    });
    this.#waiting.set(id, {
      cancel: () => {
        cancelMissed();
        cancelLost();
      },
      settle: (outcome) => {
        if (outcome.state !== "replied") return;
        latency.add(clock.now() - sentAt);
        this.#missed = false;
        events.measured();
      },
    });
    this.send({ type: "HEARTBEAT", id });
  }

  /** Ends it as the network would, and tells whoever carries the socket that it is dead. */
  giveUp(): void {
    this.#end(NETWORK_LOST, "", CLOSE.heartbeatTimeout);
  }

  close(): void {
    this.#end(NORMAL, "");
  }

  #read(data: string): void {
    if (this.#phase === "over") return;
    this.#heardAt = this.#options.clock.now();
    for (const message of parseFrame(data)) this.#take(message);
  }

  #take(message: Incoming): void {
    // A handler may have ended this link in the middle of a frame.
    if (this.#isOver()) return;
    const { events } = this.#options;
    if (message.type === "CONNECTION_ESTABLISHED") {
      if (this.#phase === "established") return;
      this.#phase = "established";
      events.established(message);
      this.#beat();
      return;
    }
    // Over a shared socket the last words to an earlier link may still arrive.
    if (this.#phase === "opening") return;
    if (message.type === "HEARTBEAT" && message.id !== undefined) {
      this.send({ type: "HEARTBEAT", ref: message.id });
      return;
    }
    if (message.type === "DRAINING") {
      this.#draining = { reconnectInMs: reconnectInMs(message.payload) };
      return events.message(message);
    }
    const waiting = message.ref === undefined
      ? undefined
      : this.#waiting.get(message.ref);
    if (!waiting) return events.message(message);
    this.#waiting.delete(message.ref ?? 0);
    waiting.cancel();
    waiting.settle({ state: "replied", message });
  }

  #beat(): void {
    this.probe();
    this.#later(HEARTBEAT_EVERY_MS, () => this.#beat());
  }

  #flush(): void {
    if (this.#phase === "over") return;
    const lines = this.#lines;
    this.#lines = [];
    for (const frame of joinLines(lines)) this.#socket.send(frame);
  }

  #isOver(): boolean {
    return this.#phase === "over";
  }

  #end(code: number, reason: string, closeCode = NORMAL): void {
    if (this.#phase === "over") return;
    this.#phase = "over";
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    // Our own endings must close the socket; on one that is closed already this does nothing.
    this.#socket?.close(closeCode, "");
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#options.events.over({
      code,
      reconnectInMs: reconnectInMs(parseJson(reason)) ??
        this.#draining?.reconnectInMs,
      restarting: this.#draining !== undefined || code === CLOSE.restarting,
      heardAt: this.#heardAt,
    });
    // After "over", so that nobody asks again on a link that has ended.
    for (const { settle } of waiting) settle({ state: "unknown" });
  }

  #later(delayMs: number, run: () => void): () => void {
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      run();
    });
    this.#timers.add(cancel);
    return () => {
      this.#timers.delete(cancel);
      cancel();
    };
  }
}

function joinLines(lines: readonly string[]): readonly string[] {
  const frames: string[] = [];
  let frame = "";
  for (const line of lines) {
    if (frame !== "" && frame.length + line.length >= MAX_FRAME_LENGTH) {
      frames.push(frame);
      frame = "";
    }
    frame = frame === "" ? line : `${frame}\n${line}`;
  }
  if (frame !== "") frames.push(frame);
  return frames;
}
