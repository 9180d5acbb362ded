/**
 * One connection for all tabs of one user: to the client it looks like a socket. The tab
 * that leads carries the real one; when the lead moves, the sockets end and come back at once.
 */
import type { ClientSocket, Clock, OpenSocket, SocketEvents } from "./link.ts";
import type { OutboxNote, OutboxPeers } from "./outbox.ts";
import { TabHub } from "./tab_hub.ts";
import { TabLead } from "./tab_lead.ts";
import {
  isTabMessage,
  type TabChannel,
  type TabLocks,
  type TabMessage,
  type ToSocket,
} from "./tab_ports.ts";

const NETWORK_LOST = 1006;
/** The connection is there or will be in a moment: no reason to spread the reconnects. */
const AT_ONCE = '{"reconnectInMs":0}';

export interface TabsOptions {
  /** Tabs of one name share: it carries the user's id. */
  readonly name: string;
  readonly locks: TabLocks;
  /** A BroadcastChannel of that name. */
  readonly channel: TabChannel;
  /** Opens the real socket, in the tab that leads. */
  readonly open: OpenSocket;
  readonly clock: Clock;
  /** ms since 1970. */
  readonly wallNow: () => number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** A fresh id of a socket. */
  readonly newId: () => string;
  /** The shared connection is up: no need to wait for a retry. */
  readonly ready: () => void;
}

/** The socket this tab's client holds now. */
interface TabSocket {
  readonly id: string;
  readonly url: string;
  readonly events: SocketEvents;
  /** The leader that carries it; undefined while none is known. */
  term: number | undefined;
}

export class Tabs implements OutboxPeers {
  readonly #options: TabsOptions;
  readonly #lead: TabLead;
  readonly #listeners = new Set<(note: OutboxNote | undefined) => void>();
  #hub: TabHub | undefined;
  #socket: TabSocket | undefined;
  /** Held while this tab takes part, so that the leader sees it go. */
  #alive: { readonly name: string; readonly release: () => void } | undefined;
  #holding = false;
  #closed = false;

  constructor(options: TabsOptions) {
    this.#options = options;
    const { name, locks, clock, wallNow, random, channel } = options;
    this.#lead = new TabLead({
      name,
      locks,
      clock,
      wallNow,
      random,
      beat: (term) => this.#post({ tab: "beat", term }),
      ask: () => this.#post({ tab: "ask" }),
      changed: () => this.#leadChanged(),
    });
    channel.onmessage = ({ data }) => {
      if (isTabMessage(data)) this.#hear(data);
    };
  }

  get leading(): boolean {
    return this.#lead.leading;
  }

  readonly open: OpenSocket = (url, _protocol, events) => {
    const id = this.#options.newId();
    const socket: TabSocket = { id, url, events, term: undefined };
    this.#socket = socket;
    this.#join();
    this.#attach();
    return this.#ends(socket);
  };

  /** The connection is no longer wanted here: another tab may lead. */
  release(): void {
    this.#lead.stop();
    this.#alive?.release();
    this.#alive = undefined;
    this.#holding = false;
  }

  /** Takes no part any more, for good. */
  close(): void {
    this.release();
    this.#closed = true;
    this.#options.channel.close();
  }

  post(note: OutboxNote): void {
    this.#post({ tab: "note", note });
  }

  hear(listener: (note: OutboxNote | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #ends(socket: TabSocket): ClientSocket {
    return {
      send: (data) => {
        const { id, term } = socket;
        if (term === undefined || this.#socket !== socket) return;
        this.#toLeader({ tab: "send", term, socket: id, data });
      },
      close: (code) => {
        if (this.#socket !== socket) return;
        this.#socket = undefined;
        const { id, term } = socket;
        if (term === undefined) return;
        this.#toLeader({ tab: "close", term, socket: id, code });
      },
    };
  }

  #join(): void {
    if (this.#alive) return;
    const { promise, resolve: release } = Promise.withResolvers<void>();
    const alive = {
      name: `${this.#options.name}.tab.${this.#options.newId()}`,
      release,
    };
    this.#alive = alive;
    this.#options.locks.request(alive.name, {}, () => {
      this.#holding = this.#alive === alive;
      this.#attach();
      return promise;
    }).catch(() => {});
    this.#lead.start();
  }

  /** Asks the leader to carry our socket, once there is a leader and a sign of our life. */
  #attach(): void {
    const socket = this.#socket;
    const { term } = this.#lead;
    if (!socket || !this.#alive || !this.#holding || term === 0) return;
    if (socket.term !== undefined) return;
    socket.term = term;
    const { id, url } = socket;
    const alive = this.#alive.name;
    this.#toLeader({ tab: "open", term, socket: id, alive, url });
  }

  #leadChanged(): void {
    this.#hub?.stop();
    this.#hub = undefined;
    if (this.#lead.leading) this.#hub = this.#createHub(this.#lead.term);
    const term = this.#socket?.term;
    if (term !== undefined && (!this.#hub || term !== this.#lead.term)) {
      this.#endSocket(NETWORK_LOST, AT_ONCE);
    }
    this.#attach();
    for (const listener of this.#listeners) listener(undefined);
  }

  #createHub(term: number): TabHub {
    const { open, clock, locks } = this.#options;
    return new TabHub({
      open,
      clock,
      locks,
      frame: (socket, data) =>
        this.#toSocket({ tab: "frame", term, socket, data }),
      closed: (socket, code, reason) =>
        this.#toSocket({ tab: "closed", term, socket, code, reason }),
      ready: () => {
        this.#post({ tab: "ready", term });
        if (!this.#socket) this.#options.ready();
      },
    });
  }

  #hear(message: TabMessage): void {
    switch (message.tab) {
      case "ask":
        return this.#lead.asked();
      case "beat":
        this.#lead.heard(message.term);
        return;
      case "ready":
        if (this.#lead.heard(message.term) && !this.#socket) {
          this.#options.ready();
        }
        return;
      case "note":
        for (const listener of this.#listeners) listener(message.note);
        return;
      case "frame":
      case "closed":
        // Whoever carries us lives; a stale leader's word is not heard.
        if (this.#lead.heard(message.term)) this.#take(message);
        return;
      default:
        if (message.term === this.#lead.term) this.#serve(message);
    }
  }

  #serve(message: TabMessage): void {
    const hub = this.#hub;
    if (message.tab === "open") {
      hub?.open(message.socket, message.alive, message.url);
    } else if (message.tab === "send") {
      hub?.send(message.socket, message.data);
    } else if (message.tab === "close") {
      hub?.close(message.socket, message.code);
    }
  }

  /** To whoever leads, which may be this tab. */
  #toLeader(message: TabMessage & { readonly term: number }): void {
    if (this.#hub && message.term === this.#lead.term) this.#serve(message);
    else this.#post(message);
  }

  /** To one tab's socket or to all, our own among them. */
  #toSocket(message: ToSocket): void {
    const isOwn = message.socket === this.#socket?.id;
    if (message.socket === undefined || !isOwn) this.#post(message);
    if (message.socket !== undefined && !isOwn) return;
    // Later, as through the channel: a socket does not speak while it is being opened.
    queueMicrotask(() => this.#take(message));
  }

  #take(message: ToSocket): void {
    const socket = this.#socket;
    if (!socket || socket.term !== message.term) return;
    if (message.socket !== undefined && message.socket !== socket.id) return;
    if (message.tab === "frame") socket.events.frame(message.data);
    else this.#endSocket(message.code, message.reason);
  }

  #endSocket(code: number, reason: string): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.events.closed(code, reason);
  }

  #post(message: TabMessage): void {
    // What ends after the tab did, such as the removal of an answered message, stays unsaid.
    if (this.#closed) return;
    this.#options.channel.postMessage(message);
  }
}
