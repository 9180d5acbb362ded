/** Whether there is room for another connection: of the server, of its user, of its address (P2). */
import type { HandshakeRefusal } from "./handshake_counts.ts";
import type { User } from "./user.ts";

export interface RoomOptions {
  readonly hub: { readonly draining: boolean };
  readonly enabled: boolean;
  readonly maxConnections: number;
  readonly maxConnectionsPerUser: number;
  readonly maxConnectionsPerAddress: number;
  /** @default its own: one way in counts for itself */
  readonly held?: Held;
  /** What other nodes hold, as far as it is known here. @default there are none */
  readonly elsewhere?: Elsewhere;
}

/** Connections that other nodes hold; approximate, a second or so old. */
export interface Elsewhere {
  byUser(userId: string): number;
  byAddress(address: string): number;
}

/** Connections held, from the upgrade on: sockets that are still opening count. */
export class Held {
  total = 0;
  readonly #byUser = new Map<string, number>();
  readonly #byAddress = new Map<string, number>();

  byUser(userId: string): number {
    return this.#byUser.get(userId) ?? 0;
  }

  byAddress(address: string): number {
    return this.#byAddress.get(address) ?? 0;
  }

  /** Everybody who holds at least so many, in no order. */
  users(least: number): ReadonlyMap<string, number> {
    return atLeast(this.#byUser, least);
  }

  addresses(least: number): ReadonlyMap<string, number> {
    return atLeast(this.#byAddress, least);
  }

  /** Counts one in and returns the way to count it out, which works once. */
  take(userId: string, address: string): () => void {
    this.total++;
    this.#byUser.set(userId, this.byUser(userId) + 1);
    this.#byAddress.set(address, this.byAddress(address) + 1);
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.total--;
      lessOne(this.#byUser, userId);
      lessOne(this.#byAddress, address);
    };
  }
}

function atLeast(
  counts: ReadonlyMap<string, number>,
  least: number,
): ReadonlyMap<string, number> {
  return new Map([...counts].filter(([, count]) => count >= least));
}

function lessOne(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 1) - 1;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}

/** Why there is no room, or undefined when there is. */
export function noRoom(
  options: RoomOptions,
  held: Held,
  { userId }: User,
  address: string,
): { reason: HandshakeRefusal; message: string } | undefined {
  const reason = fullness(options, held, userId, address);
  return reason && { reason, message: `Cannot connect: ${FULL[reason]}` };
}

/** What those are told for whom there is no room. */
const FULL = {
  switched_off: "sockets are switched off",
  restarting: "the server is restarting",
  server_full: "the server is full",
  user_full: "you have too many connections",
  address_full: "too many connections from your address",
} as const satisfies Partial<Record<HandshakeRefusal, string>>;

function fullness(
  options: RoomOptions,
  held: Held,
  userId: string,
  address: string,
): keyof typeof FULL | undefined {
  if (!options.enabled) return "switched_off";
  if (options.hub.draining) return "restarting";
  if (held.total >= options.maxConnections) return "server_full";
  const { elsewhere } = options;
  const ofUser = held.byUser(userId) + (elsewhere?.byUser(userId) ?? 0);
  if (ofUser >= options.maxConnectionsPerUser) return "user_full";
  const ofAddress = held.byAddress(address) +
    (elsewhere?.byAddress(address) ?? 0);
  if (ofAddress >= options.maxConnectionsPerAddress) return "address_full";
  return undefined;
}
