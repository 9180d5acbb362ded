/** Connections per user and per address, counted over all nodes: for the caps (P2). */
import type { Elsewhere, Held } from "../handshake_room.ts";
import type { After } from "../timer.ts";
import type { Bus } from "./bus.ts";
import { SharedCounts } from "./shared_counts.ts";
import type { Figure } from "./shared_figures.ts";

/** What holds less than this share of its cap is not told. */
const LEAST_SHARE = 0.1;

export interface SharedConnectionsOptions {
  readonly bus: Bus;
  readonly held: Held;
  readonly maxConnectionsPerUser: number;
  readonly maxConnectionsPerAddress: number;
  readonly monotonicMs: () => number;
  /** @default the system's */
  readonly after?: After;
}

export class SharedConnections implements Elsewhere {
  readonly #counts: SharedCounts;

  constructor(options: SharedConnectionsOptions) {
    const { bus, monotonicMs, after } = options;
    this.#counts = new SharedCounts({
      bus,
      subject: "connections.counts",
      largest: () => largest(options),
      monotonicMs,
      ...after && { after },
    });
  }

  stop(): void {
    this.#counts.stop();
  }

  byUser(userId: string): number {
    return this.#counts.elsewhere(userKey(userId));
  }

  byAddress(address: string): number {
    return this.#counts.elsewhere(addressKey(address));
  }
}

function* largest(
  { held, maxConnectionsPerUser, maxConnectionsPerAddress }:
    SharedConnectionsOptions,
): Iterable<Figure> {
  for (const [userId, count] of held.users(least(maxConnectionsPerUser))) {
    yield [userKey(userId), count];
  }
  const addresses = held.addresses(least(maxConnectionsPerAddress));
  for (const [address, count] of addresses) {
    yield [addressKey(address), count];
  }
}

function least(cap: number): number {
  return Math.max(1, Math.ceil(cap * LEAST_SHARE));
}

function userKey(userId: string): string {
  return `user ${userId}`;
}

function addressKey(address: string): string {
  return `address ${address}`;
}
