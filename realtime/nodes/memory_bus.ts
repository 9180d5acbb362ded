/** Buses of several nodes in one process, with every way a real one can fail at hand: for tests and embedding. */
import type { Json } from "../json.ts";
import { type Logger, SILENT } from "../logger.ts";
import type { After } from "../timer.ts";
import { type Bus, type BusListener, LEASE_MS } from "./bus.ts";
import { BusListeners } from "./bus_listeners.ts";

interface Message {
  readonly from: MemoryBus;
  readonly to: MemoryBus;
  readonly subject: string;
  /** JSON: nobody shares objects with the sender. */
  readonly body: string;
}

export interface MemoryExchangeOptions {
  /** Lets leases run out `LEASE_MS` after `kill` and `cut`. @default only `expire` does */
  readonly after?: After;
  /** @default silent */
  readonly logger?: Logger;
}

/**
 * Where the nodes of one process meet. A message is delivered in a microtask of its own, in
 * the order of all publishing: the same calls give the same run.
 */
export class MemoryExchange {
  readonly #nodes = new Map<string, MemoryBus>();
  readonly #options: MemoryExchangeOptions;
  readonly #expiries = new Map<string, () => void>();
  #inFlight: Message[] = [];

  constructor(options: MemoryExchangeOptions = {}) {
    this.#options = options;
  }

  /** A node comes; the others see it at once. @throws {RangeError} If the name is taken */
  join(node: string): Bus {
    if (this.#nodes.has(node)) {
      throw new RangeError(`Cannot join: there is a node ${node} already`);
    }
    const bus = new MemoryBus(node, {
      exchange: this,
      listeners: new BusListeners(this.#options.logger ?? SILENT),
    });
    this.#nodes.set(node, bus);
    this.#look();
    return bus;
  }

  /** Nothing passes between this node and the others; what is on its way is lost. Its lease runs. */
  cut(node: string): void {
    this.#node(node).reach = "cut";
    this.#loseInFlight((message) => isOf(message, node));
    this.#expireLater(node);
  }

  /** The link is back: the node lives again, and all who may have lost something are told. */
  heal(node: string): void {
    const healed = this.#node(node);
    if (healed.reach !== "cut") return;
    this.#stopExpiry(node);
    healed.reach = "open";
    healed.isExpired = false;
    this.#look();
    for (const bus of this.#nodes.values()) {
      if (bus.reach === "open") bus.lost();
    }
  }

  /** Dies without a word: it hears and says nothing more, and peers see it until `expire`. */
  kill(node: string): void {
    this.#node(node).reach = "dead";
    this.#loseInFlight((message) => isOf(message, node));
    this.#expireLater(node);
  }

  /** The lease of a node that is cut off or dead runs out now. */
  expire(node: string): void {
    this.#stopExpiry(node);
    const expired = this.#nodes.get(node);
    if (expired === undefined || expired.reach === "open") return;
    expired.isExpired = true;
    if (expired.reach === "dead") this.#nodes.delete(node);
    this.#look();
  }

  /** What is on its way to this node now never arrives, and it is told so. */
  lose(node: string): void {
    this.#loseInFlight(({ to }) => to.node === node);
    this.#node(node).lost();
  }

  /** @ignore Called by the buses. */
  publish(from: MemoryBus, subject: string, body: Json, to?: string): void {
    if (from.reach !== "open") return;
    const text = JSON.stringify(body);
    for (const bus of this.#nodes.values()) {
      if (bus === from || bus.reach !== "open") continue;
      if (to !== undefined && bus.node !== to) continue;
      this.#inFlight.push({ from, to: bus, subject, body: text });
      queueMicrotask(() => {
        const message = this.#inFlight.shift();
        message?.to.receive(message.subject, message.body, message.from.node);
      });
    }
  }

  /** @ignore Called by the buses. */
  leave(bus: MemoryBus): void {
    if (this.#nodes.get(bus.node) !== bus) return;
    this.#stopExpiry(bus.node);
    this.#nodes.delete(bus.node);
    this.#look();
  }

  #node(node: string): MemoryBus {
    const found = this.#nodes.get(node);
    if (found) return found;
    throw new RangeError(`Cannot find a node ${node}`);
  }

  #loseInFlight(isLost: (message: Message) => boolean): void {
    this.#inFlight = this.#inFlight.filter((message) => !isLost(message));
  }

  #expireLater(node: string): void {
    this.#stopExpiry(node);
    const stop = this.#options.after?.(LEASE_MS, () => this.expire(node));
    if (stop) this.#expiries.set(node, stop);
  }

  #stopExpiry(node: string): void {
    this.#expiries.get(node)?.();
    this.#expiries.delete(node);
  }

  /** Everybody looks who is there. Whoever is cut off sees nobody come, and in the end nobody. */
  #look(): void {
    const all = [...this.#nodes.values()];
    for (const bus of all) {
      if (bus.reach === "dead") continue;
      const seen = bus.reach === "open"
        ? all.filter(({ isExpired }) => !isExpired)
        : bus.isExpired
        ? []
        : all.filter(({ node }) => bus.peers().includes(node));
      bus.see(seen.map(({ node }) => node).filter((node) => node !== bus.node));
    }
  }
}

class MemoryBus implements Bus {
  reach: "open" | "cut" | "dead" = "open";
  isExpired = false;
  readonly counts = { sent: 0, received: 0, dropped: 0, gaps: 0 };
  readonly #exchange: MemoryExchange;
  readonly #listeners: BusListeners;
  #peers: readonly string[] = [];

  constructor(
    readonly node: string,
    { exchange, listeners }: {
      readonly exchange: MemoryExchange;
      readonly listeners: BusListeners;
    },
  ) {
    this.#exchange = exchange;
    this.#listeners = listeners;
  }

  publish(subject: string, body: Json, options: { to?: string } = {}): void {
    this.counts.sent++;
    this.#exchange.publish(this, subject, body, options.to);
  }

  subscribe(subject: string, listener: BusListener): () => void {
    return this.#listeners.subscribe(subject, listener);
  }

  peers(): readonly string[] {
    return this.#peers;
  }

  onPeers(listener: (peers: readonly string[]) => void): () => void {
    return this.#listeners.onPeers(listener);
  }

  onLost(listener: () => void): () => void {
    return this.#listeners.onLost(listener);
  }

  isAlive(): boolean {
    return !this.isExpired;
  }

  close(): Promise<void> {
    this.reach = "dead";
    this.isExpired = true;
    this.#peers = [];
    this.#exchange.leave(this);
    return Promise.resolve();
  }

  receive(subject: string, body: string, from: string): void {
    if (this.reach !== "open") return;
    this.counts.received++;
    this.#listeners.deliver(subject, JSON.parse(body), from);
  }

  see(peers: readonly string[]): void {
    const before = this.#peers;
    this.#peers = peers;
    if (before.join() !== peers.join()) this.#listeners.tellPeers(peers);
  }

  lost(): void {
    this.counts.gaps++;
    this.#listeners.tellLost();
  }
}

function isOf({ from, to }: Message, node: string): boolean {
  return from.node === node || to.node === node;
}
