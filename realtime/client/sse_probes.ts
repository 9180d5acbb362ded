/** Tries a socket every so often while event streams stand in for it (P27). */
import type { ClientSocket, Clock, OpenSocket, SocketEvents } from "./link.ts";

/** When a socket is tried first, and at most how rarely, in ms; half of it more or less. */
export const PROBE_MS = 20_000;
export const MAX_PROBE_MS = 600_000;
/** A socket that has not spoken by then is blocked still, in ms. */
const PATIENCE_MS = 10_000;
const NORMAL = 1000;

export interface ProbesOptions {
  readonly url: string;
  readonly protocol: string;
  readonly openSocket: OpenSocket;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** A fresh ticket for each socket that is tried (P2). */
  readonly getTicket?: (() => Promise<string>) | undefined;
}

/** A socket that has spoken, and all it has said until somebody listens. */
export class Successor {
  readonly #frames: string[] = [];
  #end: readonly [number, string] | undefined;
  #events: SocketEvents | undefined;
  socket: ClientSocket | undefined;

  get isOver(): boolean {
    return this.#end !== undefined;
  }

  frame(data: string): void {
    if (this.#events) this.#events.frame(data);
    else this.#frames.push(data);
  }

  closed(code: number, reason: string): void {
    this.#end = [code, reason];
    this.#events?.closed(code, reason);
  }

  /** Says again what it has said, in order, and from now on at once. */
  listen(events: SocketEvents): void {
    for (const data of this.#frames) events.frame(data);
    this.#events = events;
    if (this.#end) events.closed(...this.#end);
  }
}

export class Probes {
  readonly #options: ProbesOptions;
  readonly #found: (successor: Successor) => void;
  readonly #stop = new AbortController();
  #delayMs = PROBE_MS;
  #isStarted = false;
  #trying: Successor | "asking" | undefined;
  #cancelTimer: (() => void) | undefined;

  /** @param found Told of a socket that speaks; it is no longer watched here. */
  constructor(options: ProbesOptions, found: (successor: Successor) => void) {
    this.#options = options;
    this.#found = found;
  }

  /** The stream works. May be called again, which changes nothing. */
  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#later();
    // Another network may not be walled.
    globalThis.addEventListener("online", () => {
      this.#delayMs = PROBE_MS;
      this.#try();
    }, { signal: this.#stop.signal });
  }

  /** The socket that was found is gone: tries go on. */
  again(): void {
    this.#later();
  }

  stop(): void {
    this.#stop.abort();
    this.#cancelTimer?.();
    const trying = this.#trying;
    this.#trying = undefined;
    if (trying instanceof Successor) trying.socket?.close(NORMAL, "");
  }

  #later(): void {
    const delayMs = this.#delayMs * (0.5 + this.#options.random());
    this.#delayMs = Math.min(MAX_PROBE_MS, this.#delayMs * 2);
    this.#after(delayMs, () => this.#try());
  }

  async #try(): Promise<void> {
    if (this.#trying !== undefined || this.#stop.signal.aborted) return;
    this.#trying = "asking";
    this.#cancelTimer?.();
    const url = await this.#address().catch(() => undefined);
    if (this.#stop.signal.aborted) return;
    if (url === undefined) return this.#failed();
    const successor = new Successor();
    this.#trying = successor;
    const { openSocket, protocol } = this.#options;
    successor.socket = openSocket(url, protocol, {
      frame: (data) => {
        successor.frame(data);
        if (this.#trying === successor) this.#succeeded(successor);
      },
      closed: (code, reason) => {
        successor.closed(code, reason);
        if (this.#trying === successor) this.#failed();
      },
    });
    this.#after(PATIENCE_MS, () => {
      successor.socket?.close(NORMAL, "");
      this.#failed();
    });
  }

  async #address(): Promise<string> {
    const { url, getTicket } = this.#options;
    if (!getTicket) return url;
    const fresh = new URL(url);
    fresh.searchParams.set("ticket", await getTicket());
    return fresh.href;
  }

  #succeeded(successor: Successor): void {
    this.#cancelTimer?.();
    this.#trying = undefined;
    this.#found(successor);
  }

  #failed(): void {
    this.#trying = undefined;
    this.#later();
  }

  /** One timer at a time: the next try, or the patience with the one under way. */
  #after(delayMs: number, run: () => void): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.clock.after(delayMs, run);
  }
}
