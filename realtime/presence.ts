/**
 * Presence: who holds a subscription of a channel now, told as a roster and then as
 * joins and leaves. Kept only while somebody watches; never stored (P8, I8).
 */
import type { PresenceUser } from "./protocol.ts";

/** What presence needs to know of a subscription. */
export interface PresenceMember {
  readonly userId: string;
  readonly name: string;
  readonly role: string;
  /** True while the connection is stale (P15). */
  readonly away: boolean;
  /** How many it stands for: those of another node come as one. @default 1 */
  readonly connections?: number;
}

/** One person, with the number of connections that person holds. */
export type PresenceRow = Pick<PresenceUser, keyof PresenceUser> & {
  readonly connections: number;
};

export interface PresenceDiff {
  readonly joined: readonly PresenceRow[];
  readonly left: readonly string[];
}

export class Presence {
  readonly #members = new Map<string, Set<PresenceMember>>();
  /** Users whose state may differ from what watchers were told. */
  readonly #changed = new Set<string>();
  /** What watchers were told last, per user. */
  readonly #told = new Map<string, PresenceRow>();
  /** Of those, whom a roster has shown since: somebody was told what the others were not. */
  readonly #shown = new Set<string>();
  readonly #tellsCounts: boolean;

  /** @param options.tellsCounts Another number of connections is a change. @default false */
  constructor(
    members: Iterable<PresenceMember> = [],
    { tellsCounts = false }: { readonly tellsCounts?: boolean } = {},
  ) {
    this.#tellsCounts = tellsCounts;
    for (const member of members) this.add(member);
    this.takeDiff();
  }

  add(member: PresenceMember): void {
    const held = this.#members.get(member.userId);
    if (held === undefined) {
      this.#members.set(member.userId, new Set([member]));
    } else held.add(member);
    this.#changed.add(member.userId);
  }

  remove(member: PresenceMember): void {
    const held = this.#members.get(member.userId);
    if (held === undefined || !held.delete(member)) return;
    if (held.size === 0) this.#members.delete(member.userId);
    this.#changed.add(member.userId);
  }

  /** The member became stale or live again, or its role changed. */
  touch(member: PresenceMember): void {
    this.#changed.add(member.userId);
  }

  get changed(): boolean {
    return this.#changed.size > 0;
  }

  /** Everybody here now, with the number of connections each holds. */
  roster(): readonly PresenceRow[] {
    for (const userId of this.#changed) this.#shown.add(userId);
    const rows = [];
    for (const held of this.#members.values()) {
      const row = summary(held);
      if (row !== undefined) rows.push(row);
    }
    return rows;
  }

  /**
   * What changed since the last call. Someone who left and came back in between
   * (a reload) did neither.
   */
  takeDiff(): PresenceDiff | undefined {
    const joined: PresenceRow[] = [];
    const left: string[] = [];
    for (const userId of this.#changed) {
      const now = summary(this.#members.get(userId));
      const told = this.#told.get(userId);
      const isShown = this.#shown.has(userId);
      if (now === undefined) {
        if (isShown || told !== undefined) left.push(userId);
        this.#told.delete(userId);
      } else if (isShown || !this.#isSame(now, told)) {
        joined.push(now);
        this.#told.set(userId, now);
      }
    }
    this.#changed.clear();
    this.#shown.clear();
    return joined.length + left.length > 0 ? { joined, left } : undefined;
  }

  #isSame(now: PresenceRow, told: PresenceRow | undefined): boolean {
    return told !== undefined && now.name === told.name &&
      now.role === told.role && now.status === told.status &&
      (!this.#tellsCounts || now.connections === told.connections);
  }
}

/** The row as clients are told it. */
export function presentUser(
  { userId, name, role, status }: PresenceRow,
): PresenceUser {
  return { userId, name, role, status };
}

/** One person, however many tabs: away only when all of them are. */
function summary(
  held: ReadonlySet<PresenceMember> | undefined,
): PresenceRow | undefined {
  if (held === undefined) return undefined;
  let shown: PresenceMember | undefined;
  let connections = 0;
  for (const member of held) {
    connections += member.connections ?? 1;
    if (shown === undefined || (shown.away && !member.away)) shown = member;
  }
  if (shown === undefined) return undefined;
  const { userId, name, role, away } = shown;
  return { userId, name, role, status: away ? "away" : "active", connections };
}
