/**
 * Members on other nodes, of the channels watched here: what those nodes told, until they
 * tell otherwise or are gone (T2).
 */
import type { PresenceMember, PresenceRow } from "../presence.ts";
import type { Tell } from "./presence_messages.ts";

/** All connections of one person on one other node. */
type Member = Required<PresenceMember>;

interface Watched {
  /** Watchers here, and those who are about to be. */
  holds: number;
  /** By node, by user id. */
  readonly nodes: Map<string, Map<string, Member>>;
  /** Nodes that have not told yet who is there. */
  readonly awaited: Set<string>;
  waiting: (() => void)[];
}

/** What is known of one person on one node has changed. */
export type Replace = (
  channel: string,
  before: Member | undefined,
  now: Member | undefined,
) => void;

export class Elsewhere {
  readonly #watched = new Map<string, Watched>();
  readonly #replace: Replace;

  constructor(replace: Replace) {
    this.#replace = replace;
  }

  channels(): string[] {
    return [...this.#watched.keys()];
  }

  /** True when nobody held it before: now the nodes are to be asked. */
  hold(channel: string, nodes: readonly string[]): boolean {
    const watched = this.#watched.get(channel);
    if (watched !== undefined) {
      watched.holds++;
      return false;
    }
    this.#watched.set(channel, {
      holds: 1,
      nodes: new Map(),
      awaited: new Set(nodes),
      waiting: [],
    });
    return true;
  }

  /** True when nobody holds it any more: what was known is forgotten. */
  release(channel: string): boolean {
    const watched = this.#watched.get(channel);
    if (watched === undefined || --watched.holds > 0) return false;
    this.#watched.delete(channel);
    return true;
  }

  *members(channel: string): Iterable<Member> {
    for (const node of this.#watched.get(channel)?.nodes.values() ?? []) {
      yield* node.values();
    }
  }

  /** Reports whether every node has told, of a channel that is watched. */
  isWhole(channel: string): boolean {
    return this.#watched.get(channel)?.awaited.size === 0;
  }

  /** Resolves once every node has told, or is gone. */
  whole(channel: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const watched = this.#watched.get(channel);
    if (watched === undefined || watched.awaited.size === 0) resolve();
    else watched.waiting.push(resolve);
    return promise;
  }

  take(from: string, { channel, joined, left, full }: Tell): void {
    const watched = this.#watched.get(channel);
    if (watched === undefined) return;
    const held = watched.nodes.get(from) ?? new Map<string, Member>();
    watched.nodes.set(from, held);
    const gone = full ? without(held.keys(), joined) : left;
    for (const userId of gone) this.#set(channel, held, userId, undefined);
    for (const row of joined) {
      this.#set(channel, held, row.userId, memberOf(row));
    }
    if (full) this.#told(watched, from);
  }

  /** Nothing is known any more of nodes that are not there. */
  keepOnly(nodes: readonly string[]): void {
    for (const [channel, watched] of this.#watched) {
      for (const [node, held] of watched.nodes) {
        if (nodes.includes(node)) continue;
        watched.nodes.delete(node);
        for (const userId of [...held.keys()]) {
          this.#set(channel, held, userId, undefined);
        }
      }
      for (const node of watched.awaited) {
        if (!nodes.includes(node)) this.#told(watched, node);
      }
    }
  }

  #set(
    channel: string,
    held: Map<string, Member>,
    userId: string,
    now: Member | undefined,
  ): void {
    const before = held.get(userId);
    if (now === undefined) held.delete(userId);
    else held.set(userId, now);
    if (before ?? now) this.#replace(channel, before, now);
  }

  #told(watched: Watched, node: string): void {
    if (!watched.awaited.delete(node) || watched.awaited.size > 0) return;
    for (const resolve of watched.waiting.splice(0)) resolve();
  }
}

/** A row that another node told, as a member among ours. */
export function memberOf(
  { userId, name, role, status, connections }: PresenceRow,
): Member {
  return { userId, name, role, away: status === "away", connections };
}

function without(
  userIds: Iterable<string>,
  rows: readonly PresenceRow[],
): readonly string[] {
  const kept = new Set(rows.map(({ userId }) => userId));
  return [...userIds].filter((userId) => !kept.has(userId));
}
