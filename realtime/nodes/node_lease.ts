/**
 * A node's lease: said again and again where all nodes look, and who else holds one. A node
 * trusts its own only by the time that has gone by since before it last said so: whatever
 * happens on the way, it knows that it may be taken for dead before anybody takes it for dead.
 */
import type { Clock } from "../clock.ts";
import { type Logger, SILENT } from "../logger.ts";
import type { After } from "../timer.ts";
import { LEASE_MS } from "./bus.ts";

export interface LivingNode {
  readonly node: string;
  /** How long its lease runs unless it is renewed, in ms. */
  readonly remainingMs: number;
}

/** Where leases are held. */
export interface Leases {
  /**
   * Holds this node's lease from now for `leaseMs`, and answers with all that run. Settles in
   * bounded time; a rejection means that it may not be held.
   */
  renew(leaseMs: number): Promise<readonly LivingNode[]>;
  /** Gives it back. */
  leave(): Promise<void>;
}

export interface NodeLeaseOptions {
  readonly node: string;
  readonly leases: Leases;
  readonly clock: Clock;
  readonly after: After;
  /** @default {@linkcode LEASE_MS}; a third of it passes between two renewals */
  readonly leaseMs?: number;
  readonly onPeers: (peers: readonly string[]) => void;
  /** The lease is held again after it may have run out: much may have happened meanwhile. */
  readonly onRevived: () => void;
  /** @default silent */
  readonly logger?: Logger;
}

/** After a lease of a peer has run out: how much later it is looked, in ms. */
const LOOK_MARGIN_MS = 20;
const RETRY_MS = 250;

export class NodeLease {
  readonly #options: NodeLeaseOptions;
  readonly #leaseMs: number;
  /** Monotonic; the lease is surely held before it. */
  #until = -Infinity;
  #peers: readonly string[] = [];
  #renewing?: Promise<void>;
  #isAskedAgain = false;
  #isLapsed = false;
  #isStopped = false;
  #stopTimer = () => {};
  #stopEnd = () => {};

  constructor(options: NodeLeaseOptions) {
    this.#options = options;
    this.#leaseMs = options.leaseMs ?? LEASE_MS;
  }

  /** Takes the lease for the first time. @throws when it is not to be had */
  async start(): Promise<void> {
    await this.#renewOnce();
    this.#plan(this.#leaseMs / 3);
  }

  isAlive(): boolean {
    return this.#options.clock.monotonicMs() < this.#until;
  }

  /** Those who were there at the last look; nobody once this node may be taken for dead itself. */
  peers(): readonly string[] {
    return this.#peers;
  }

  /** Looks now: somebody came or went. */
  look(): void {
    if (this.#isStopped) return;
    if (this.#renewing) this.#isAskedAgain = true;
    else this.#plan(0);
  }

  /** Gives the lease back; resolves when that was said or cannot be. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopTimer();
    this.#stopEnd();
    await this.#renewing;
    this.#until = -Infinity;
    this.#peers = [];
    try {
      await this.#options.leases.leave();
    } catch (error) {
      this.#logger.debug("cannot give the lease back", { error });
    }
  }

  get #logger(): Logger {
    return this.#options.logger ?? SILENT;
  }

  #plan(delayMs: number): void {
    this.#stopTimer();
    if (this.#isStopped) return;
    this.#stopTimer = this.#options.after(delayMs, () => {
      this.#renewing ??= this.#renew();
    });
  }

  async #renew(): Promise<void> {
    let nextMs = Math.min(RETRY_MS, this.#leaseMs / 6);
    try {
      nextMs = await this.#renewOnce();
    } catch (error) {
      this.#logger.debug("cannot renew the lease", { error });
      this.#lapse();
    }
    this.#renewing = undefined;
    this.#plan(this.#isAskedAgain ? 0 : nextMs);
    this.#isAskedAgain = false;
  }

  /** Answers with how long to wait until the next time, in ms. */
  async #renewOnce(): Promise<number> {
    const { clock, leases, node, onRevived } = this.#options;
    const sentAt = clock.monotonicMs();
    const living = await leases.renew(this.#leaseMs);
    if (this.#isStopped) return 0;
    // Asked of the clock: after a long sleep no timer has said so yet.
    const isRevived = Number.isFinite(this.#until) && !this.isAlive();
    this.#until = sentAt + this.#leaseMs;
    this.#isLapsed = false;
    this.#lapseLater();
    const others = living.filter((other) => other.node !== node);
    this.#see(others.map((other) => other.node));
    if (isRevived) {
      this.#logger.warn("back among the other nodes", { node });
      onRevived();
    }
    const ends = others.map(({ remainingMs }) => remainingMs + LOOK_MARGIN_MS);
    return Math.max(0, Math.min(this.#leaseMs / 3, ...ends));
  }

  #lapseLater(): void {
    this.#stopEnd();
    const leftMs = this.#until - this.#options.clock.monotonicMs();
    this.#stopEnd = this.#options.after(
      Math.max(0, leftMs),
      () => this.#lapse(),
    );
  }

  /** Who may be dead for the others knows of nobody who is there. */
  #lapse(): void {
    if (this.#isStopped || this.#isLapsed || this.isAlive()) return;
    this.#isLapsed = true;
    this.#logger.warn("cut off: other nodes may take this one for dead");
    const hadPeers = this.#peers.length > 0;
    this.#peers = [];
    if (hadPeers) this.#options.onPeers([]);
  }

  #see(now: readonly string[]): void {
    const peers = now.toSorted();
    const before = this.#peers;
    this.#peers = peers;
    if (peers.join() === before.join()) return;
    for (const node of peers.filter((peer) => !before.includes(peer))) {
      this.#logger.info("a node came", { node, nodes: peers.length + 1 });
    }
    for (const node of before.filter((peer) => !peers.includes(peer))) {
      this.#logger.info("a node went", { node, nodes: peers.length + 1 });
    }
    this.#options.onPeers(peers);
  }
}
