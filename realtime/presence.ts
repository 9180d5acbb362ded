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
}

export interface PresenceDiff {
  readonly joined: readonly PresenceUser[];
  readonly left: readonly string[];
}

export class Presence {
  readonly #members = new Map<string, Set<PresenceMember>>();
  /** Users whose state may differ from what watchers were told. */
  readonly #changed = new Set<string>();
  /** What watchers were told last, per user. */
  readonly #told = new Map<string, PresenceUser>();

  constructor(members: Iterable<PresenceMember> = []) {
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
  roster(): readonly (PresenceUser & { connections: number })[] {
    const users = [];
    for (const held of this.#members.values()) {
      const user = summary(held);
      if (user !== undefined) users.push({ ...user, connections: held.size });
    }
    return users;
  }

  /**
   * What changed since the last call. Someone who left and came back in between
   * (a reload) did neither.
   */
  takeDiff(): PresenceDiff | undefined {
    const joined: PresenceUser[] = [];
    const left: string[] = [];
    for (const userId of this.#changed) {
      const now = summary(this.#members.get(userId));
      const told = this.#told.get(userId);
      if (now === undefined) {
        if (told !== undefined) left.push(userId);
        this.#told.delete(userId);
      } else if (!sameUser(now, told)) {
        joined.push(now);
        this.#told.set(userId, now);
      }
    }
    this.#changed.clear();
    return joined.length + left.length > 0 ? { joined, left } : undefined;
  }
}

/** One person, however many tabs: away only when all of them are. */
function summary(
  held: ReadonlySet<PresenceMember> | undefined,
): PresenceUser | undefined {
  if (held === undefined) return undefined;
  let user: PresenceUser | undefined;
  for (const { userId, name, role, away } of held) {
    if (user === undefined || !away) {
      user = { userId, name, role, status: away ? "away" : "active" };
    }
    if (!away) break;
  }
  return user;
}

function sameUser(a: PresenceUser, b: PresenceUser | undefined): boolean {
  return b !== undefined && a.name === b.name && a.role === b.role &&
    a.status === b.status;
}
