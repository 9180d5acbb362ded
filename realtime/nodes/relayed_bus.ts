/** A bus over something that carries batches: what those over Postgres and NATS have in common. */
import { type Clock, SYSTEM_CLOCK } from "../clock.ts";
import type { Json } from "../json.ts";
import { type Logger, SILENT } from "../logger.ts";
import { type After, systemAfter } from "../timer.ts";
import type { Bus, BusCounts, BusListener } from "./bus.ts";
import { BusListeners } from "./bus_listeners.ts";
import { type Leases, NodeLease } from "./node_lease.ts";
import { LOST_SUBJECT, Outgoing, type OutMessage } from "./outgoing.ts";

/** Told by a node that came or goes: the others look at once. */
const NODES_SUBJECT = "bus.nodes";

/** How long a node that ends waits for its last words to leave, in ms. */
const CLOSE_GRACE_MS = 1_000;

/** Senders whose last message is remembered; a node that is gone sends no more. */
const MAX_SENDERS = 256;

export interface BusSettings {
  /** Id of this life of the node. */
  readonly node: string;
  /** @default the system's */
  readonly clock?: Clock;
  /** @default the system's */
  readonly after?: After;
  /** Same on all nodes. @default `LEASE_MS` */
  readonly leaseMs?: number;
  /** @default silent */
  readonly logger?: Logger;
}

export interface Carrier {
  /** See {@linkcode OutgoingOptions.send}. */
  readonly send: (batch: readonly OutMessage[]) => Promise<void>;
  readonly leases: Leases;
  /** Lets go of everything. */
  readonly close: () => Promise<void>;
}

export class RelayedBus implements Bus {
  readonly node: string;
  readonly #carrier: Carrier;
  readonly #listeners: BusListeners;
  readonly #outgoing: Outgoing;
  readonly #lease: NodeLease;
  readonly #logger: Logger;
  readonly #counts = { received: 0, gaps: 0 };
  /** The last message taken of each sender. */
  readonly #taken = new Map<string, number>();
  #closing?: Promise<void>;

  constructor(carrier: Carrier, settings: BusSettings) {
    const {
      node,
      leaseMs,
      clock = SYSTEM_CLOCK,
      after = systemAfter,
      logger = SILENT,
    } = settings;
    this.node = node;
    this.#carrier = carrier;
    this.#logger = logger;
    this.#listeners = new BusListeners(logger);
    this.#outgoing = new Outgoing({ send: carrier.send, after, logger });
    this.#lease = new NodeLease({
      node,
      leases: carrier.leases,
      clock,
      after,
      leaseMs,
      logger,
      onPeers: (peers) => this.#listeners.tellPeers(peers),
      onRevived: () => {
        this.lost();
        this.#tellNodes();
      },
    });
  }

  /** Takes the lease and says so. @throws when it is not to be had */
  async start(): Promise<void> {
    await this.#lease.start();
    this.#tellNodes();
  }

  get counts(): BusCounts {
    return { ...this.#outgoing.counts, ...this.#counts };
  }

  publish(
    subject: string,
    body: Json,
    { to = null }: { readonly to?: string | null } = {},
  ): void {
    if (to === this.node) return;
    this.#outgoing.push({ to, subject, body: JSON.stringify(body) });
  }

  subscribe(subject: string, listener: BusListener): () => void {
    return this.#listeners.subscribe(subject, listener);
  }

  peers(): readonly string[] {
    return this.#lease.peers();
  }

  onPeers(listener: (peers: readonly string[]) => void): () => void {
    return this.#listeners.onPeers(listener);
  }

  onLost(listener: () => void): () => void {
    return this.#listeners.onLost(listener);
  }

  isAlive(): boolean {
    return this.#lease.isAlive();
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  /** Takes what came for this node, in the order it came. */
  take(from: string, { seq, subject, body }: OutMessage): void {
    // Sent again after an answer that got lost (N2).
    if (seq <= (this.#taken.get(from) ?? 0)) return;
    this.#taken.delete(from);
    this.#taken.set(from, seq);
    if (this.#taken.size > MAX_SENDERS) this.#forgetSender();
    if (subject === LOST_SUBJECT) return this.lost();
    if (subject === NODES_SUBJECT) return this.#lease.look();
    this.#counts.received++;
    if (!this.#listeners.has(subject)) return;
    const parsed = this.#parse(body, from);
    if (parsed !== undefined) this.#listeners.deliver(subject, parsed, from);
  }

  /** Some of the others' messages may have been missed (N3). */
  lost(): void {
    this.#counts.gaps++;
    this.#listeners.tellLost();
  }

  #tellNodes(): void {
    this.#outgoing.push({ to: null, subject: NODES_SUBJECT, body: "null" });
  }

  async #close(): Promise<void> {
    // First given back, then said, so that whoever looks finds it gone.
    await this.#lease.stop();
    this.#tellNodes();
    await this.#outgoing.close(CLOSE_GRACE_MS);
    await this.#carrier.close();
  }

  #forgetSender(): void {
    for (const sender of this.#taken.keys()) {
      this.#taken.delete(sender);
      return;
    }
  }

  #parse(body: string, from: string): Json | undefined {
    try {
      return JSON.parse(body);
    } catch (error) {
      this.#logger.error("a message of a peer is no JSON", { from, error });
      return undefined;
    }
  }
}
