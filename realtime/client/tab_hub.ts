/**
 * The leading tab's part: owns the one real socket of a user's tabs. Replies go to the tab
 * that asked, everything else to all; each tab drops what it has or does not follow (P11).
 */
import { CLOSE, SUBPROTOCOL } from "../codes.ts";
import {
  type ClientSocket,
  type Clock,
  type OpenSocket,
  WAKE_PATIENCE_MS,
} from "./link.ts";
import { type Line, TabChannels } from "./tab_channels.ts";
import type { TabLocks } from "./tab_ports.ts";
import {
  type ClientPosition,
  isRecord,
  numberOf,
  parseJson,
  parsePosition,
  parsePositions,
  stringOf,
} from "./wire.ts";

/** What a tab doubts is believed when the server was not heard for this long. */
const SILENT_MS = 2_000;
const NORMAL = 1000;
const NETWORK_LOST = 1006;

export interface TabHubOptions {
  readonly open: OpenSocket;
  readonly clock: Clock;
  readonly locks: TabLocks;
  /** @param socket One tab's socket; undefined for all. */
  readonly frame: (socket: string | undefined, data: string) => void;
  readonly closed: (socket: string, code: number, reason: string) => void;
  /** A connection is there for whoever waits for one. */
  readonly ready: () => void;
}

interface Request {
  /** Undefined for our own. */
  readonly socket: string | undefined;
  /** The tab's own number for it. */
  readonly id: number;
  readonly type: unknown;
  readonly channel: string;
  readonly since: ClientPosition | undefined;
  readonly sentAt: number;
}

interface Real {
  readonly socket: ClientSocket;
  readonly openedAt: number;
}

export class TabHub {
  readonly #options: TabHubOptions;
  readonly #channels = new TabChannels();
  /** Sockets carried, each with the end of the watch over its tab. */
  readonly #sockets = new Map<string, AbortController>();
  readonly #requests = new Map<number, Request>();
  #nextId = 1;
  /** Raised with each real socket, so that a stale one's events touch nothing (I10). */
  #round = 0;
  #real: Real | undefined;
  #greeting: Line | undefined;
  #heardAt = 0;
  #cancelVerdict: (() => void) | undefined;

  constructor(options: TabHubOptions) {
    this.#options = options;
  }

  /** @param alive Name of the lock that the socket's tab holds while it lives. */
  open(socket: string, alive: string, url: string): void {
    const gone = new AbortController();
    this.#sockets.set(socket, gone);
    this.#options.locks.request(alive, { signal: gone.signal }, () => {
      this.close(socket, NORMAL);
      return Promise.resolve();
    }).catch(() => {});
    if (!this.#real) this.#open(url);
    // While the connection is in doubt nobody is told that it is there.
    else if (!this.#cancelVerdict) this.#greet(socket);
  }

  send(socket: string, data: string): void {
    if (!this.#sockets.has(socket)) {
      return this.#options.closed(socket, NETWORK_LOST, "");
    }
    const lines = data.split("\n").flatMap((text) => {
      const line = parseJson(text);
      const out = isRecord(line) ? this.#outgoing(socket, line) : undefined;
      return out ? [JSON.stringify(out)] : [];
    });
    if (lines.length > 0) this.#real?.socket.send(lines.join("\n"));
  }

  /** @param code Heartbeat timeout when the tab holds the connection for dead. */
  close(socket: string, code: number): void {
    const gone = this.#sockets.get(socket);
    if (!gone) return;
    this.#sockets.delete(socket);
    gone.abort();
    if (this.#sockets.size === 0) return this.#drop(NORMAL);
    for (const channel of this.#channels.leave(socket)) {
      this.#say({ type: "UNSUBSCRIBE", channel });
    }
    if (code === CLOSE.heartbeatTimeout) this.#doubt();
  }

  /** This tab leads no more: nothing is carried, and the real socket goes. */
  stop(): void {
    this.#drop(NORMAL);
    this.#forget();
  }

  #open(url: string): void {
    const round = this.#round += 1;
    const { open, clock } = this.#options;
    const current = () => round === this.#round;
    const socket = open(url, SUBPROTOCOL, {
      frame: (data) => current() && this.#read(data),
      closed: (code, reason) => current() && this.#over(code, reason),
    });
    this.#real = { socket, openedAt: clock.now() };
  }

  /** The real socket is over, however it came: so is every socket carried. */
  #over(code: number, reason: string): void {
    this.#round += 1;
    this.#real = undefined;
    this.#greeting = undefined;
    this.#believe();
    this.#requests.clear();
    const sockets = [...this.#sockets.keys()];
    this.#forget();
    // One by one: a word to all could meet a socket that is being opened anew (I10).
    for (const socket of sockets) this.#options.closed(socket, code, reason);
  }

  #forget(): void {
    for (const gone of this.#sockets.values()) gone.abort();
    this.#sockets.clear();
  }

  #drop(code: number): void {
    const real = this.#real;
    if (!real) return;
    this.#over(NETWORK_LOST, "");
    real.socket.close(code, "");
  }

  #read(data: string): void {
    this.#heardAt = this.#options.clock.now();
    if (this.#cancelVerdict) {
      this.#believe();
      for (const socket of this.#sockets.keys()) this.#greet(socket);
    }
    // Lines for all stay together; a reply between them keeps its place.
    let forAll: string[] = [];
    const flush = () => {
      if (forAll.length > 0) this.#options.frame(undefined, forAll.join("\n"));
      forAll = [];
    };
    for (const text of data.split("\n")) {
      const line = parseJson(text);
      if (!isRecord(line)) continue;
      if (!this.#isForAll(line)) {
        flush();
        this.#incoming(line);
        continue;
      }
      this.#channels.passed(line);
      forAll.push(text);
    }
    flush();
  }

  #isForAll(line: Line): boolean {
    if (line.type === "CONNECTION_ESTABLISHED") return false;
    return line.ref === undefined && line.type !== "HEARTBEAT";
  }

  #incoming(line: Line): void {
    if (line.type === "CONNECTION_ESTABLISHED") {
      this.#greeting = line;
      const payload = isRecord(line.payload) ? line.payload : {};
      this.#channels.restart(parsePositions(payload.subscriptions));
      for (const socket of this.#sockets.keys()) this.#greet(socket);
      return this.#options.ready();
    }
    if (line.ref === undefined) {
      return this.#say({ type: "HEARTBEAT", ref: line.id });
    }
    const ref = numberOf(line.ref) ?? 0;
    const request = this.#requests.get(ref);
    this.#requests.delete(ref);
    if (request) this.#answered(request, line);
  }

  #answered(request: Request, line: Line): void {
    const { socket, id, type, channel, since } = request;
    if (socket !== undefined) {
      this.#options.frame(socket, JSON.stringify({ ...line, ref: id }));
    }
    if (type !== "SUBSCRIBE") return;
    if (line.type === "ERROR") {
      if (socket !== undefined) this.#channels.unsubscribe(socket, channel);
      return;
    }
    const payload = isRecord(line.payload) ? line.payload : {};
    const again = this.#channels.subscribed(
      channel,
      since,
      payload,
      socket !== undefined,
    );
    if (again === undefined) return;
    this.#ask(undefined, { type: "SUBSCRIBE", channel, payload: again });
  }

  /** What goes out for a tab's line; undefined when it is answered here. */
  #outgoing(socket: string, line: Line): Line | undefined {
    if (line.type === "SUBSCRIBE") {
      return this.#numbered(socket, this.#channels.subscribe(socket, line));
    }
    const channel = stringOf(line.channel) ?? "";
    const shared = line.type === "UNSUBSCRIBE" &&
      !this.#channels.unsubscribe(socket, channel);
    if (!shared) return this.#numbered(socket, line);
    if (line.id !== undefined) {
      const reply = { type: "ACK", ref: line.id, payload: {} };
      this.#options.frame(socket, JSON.stringify(reply));
    }
    return undefined;
  }

  /** Every request gets a number of this connection; the reply's is put back. */
  #numbered(socket: string | undefined, line: Line): Line {
    const id = numberOf(line.id);
    if (id === undefined) return line;
    const payload = isRecord(line.payload) ? line.payload : {};
    const number = this.#nextId++;
    this.#requests.set(number, {
      socket,
      id,
      type: line.type,
      channel: stringOf(line.channel) ?? "",
      since: parsePosition(payload.since),
      sentAt: this.#options.clock.now(),
    });
    return { ...line, id: number };
  }

  #ask(socket: string | undefined, line: Line): void {
    this.#say(this.#numbered(socket, { ...line, id: 1 }));
  }

  #say(line: Line): void {
    this.#real?.socket.send(JSON.stringify(line));
  }

  #greet(socket: string): void {
    const greeting = this.#greeting;
    if (!greeting) return;
    const payload = isRecord(greeting.payload) ? greeting.payload : {};
    const subscriptions = this.#channels.subscriptions();
    const line = { ...greeting, payload: { ...payload, subscriptions } };
    this.#options.frame(socket, JSON.stringify(line));
  }

  /** A tab has heard nothing; it may have slept itself, so its word is checked. */
  #doubt(): void {
    const { clock } = this.#options;
    const real = this.#real;
    if (!real || this.#cancelVerdict) return;
    const heardAt = Math.max(this.#heardAt, real.openedAt);
    if (clock.now() - heardAt < SILENT_MS) return;
    const askedAt = clock.now();
    const proved = this.#requests.values().some(({ type, sentAt }) =>
      type === "HEARTBEAT" && sentAt >= heardAt && askedAt - sentAt >= SILENT_MS
    );
    if (proved) return this.#drop(CLOSE.heartbeatTimeout);
    this.#ask(undefined, { type: "HEARTBEAT" });
    this.#cancelVerdict = clock.after(WAKE_PATIENCE_MS, () => {
      this.#cancelVerdict = undefined;
      if (this.#heardAt <= askedAt) this.#drop(CLOSE.heartbeatTimeout);
    });
  }

  #believe(): void {
    this.#cancelVerdict?.();
    this.#cancelVerdict = undefined;
  }
}
