/** The tables of the memory log: maps in place of SQL. */
import type { Head, Known } from "./apply.ts";
import type { ErasableTables } from "./erasure.ts";
import type { PackedRow } from "./packed.ts";
import type { ViewRow } from "./paging.ts";
import { NO_HASH, type Record } from "./record.ts";

export class MemoryTables implements ErasableTables {
  readonly epoch = crypto.randomUUID();
  /** Every record in the order of the whole log. */
  readonly all: Record[] = [];
  readonly channels = new Map<string, Record[]>();
  readonly views = new Map<string, Map<string, ViewRow>>();
  readonly #subjects = new Map<string, number>();
  readonly #actors = new Map<string, string>();
  readonly #users = new Map<string, string>();
  readonly #known = new Map<string, Known>();

  head(channel: string): Head {
    return this.channels.get(channel)?.at(-1) ?? { offset: 0, hash: NO_HASH };
  }

  subjectOffset(channel: string, subject: string): number {
    return this.#subjects.get(join(channel, subject)) ?? 0;
  }

  findActor(userId: string): string | undefined {
    return this.#actors.get(userId);
  }

  actor(userId: string): string {
    const known = this.#actors.get(userId);
    if (known !== undefined) return known;
    const actor = crypto.randomUUID();
    this.#actors.set(userId, actor);
    this.#users.set(actor, userId);
    return actor;
  }

  userOf(actor: string): string | null {
    return this.#users.get(actor) ?? null;
  }

  forget(userId: string): boolean {
    const actor = this.#actors.get(userId);
    if (actor === undefined) return false;
    this.#users.delete(actor);
    return this.#actors.delete(userId);
  }

  hasRow(view: string, key: string): boolean {
    return this.views.get(view)?.has(key) ?? false;
  }

  known(actor: string, scope: string, messageId: string): Known | undefined {
    return this.#known.get(join(actor, scope, messageId));
  }

  append(record: Record): void {
    const channel = this.channels.get(record.channel);
    if (channel) channel.push(record);
    else this.channels.set(record.channel, [record]);
    this.all.push(record);
    this.#subjects.set(join(record.channel, record.subject), record.offset);
  }

  putRow([view, key, sort, data]: PackedRow): void {
    let rows = this.views.get(view);
    if (!rows) this.views.set(view, rows = new Map());
    if (data === null) rows.delete(key);
    else rows.set(key, { key, sort, data });
  }

  remember(
    actor: string,
    scope: string,
    messageId: string,
    known: Known,
  ): void {
    this.#known.set(join(actor, scope, messageId), known);
  }

  record(channel: string, offset: number): Record | undefined {
    return this.channels.get(channel)?.[offset - 1];
  }

  /** Puts a record without body and salt in its place, and drops the result kept with it. */
  erase(record: Record): void {
    const bare = { ...record, salt: null, bodyText: null };
    this.channels.get(record.channel)?.splice(record.offset - 1, 1, bare);
    this.all.splice(this.all.indexOf(record), 1, bare);
    for (const [key, known] of this.#known) {
      const [actor, , messageId] = JSON.parse(key);
      if (actor !== record.actor || messageId !== record.messageId) continue;
      this.#known.set(key, { ...known, result: null });
    }
  }
}

function join(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}
