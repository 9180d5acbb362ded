/** The numbers that stand in the file's rows for names and for actors. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Row } from "./sqlite_rows.ts";

/** Channels, subjects and types; a name keeps its number for good. */
export class Names {
  readonly #find: StatementSync;
  readonly #add: StatementSync;
  readonly #ids = new Map<string, number>();

  constructor(db: DatabaseSync) {
    this.#find = db.prepare("SELECT id FROM names WHERE name = ?");
    this.#add = db.prepare("INSERT INTO names (name) VALUES (?)");
  }

  get cached(): number {
    return this.#ids.size;
  }

  find(name: string): number | undefined {
    const cached = this.#ids.get(name);
    if (cached !== undefined) return cached;
    const row = this.#find.get(name);
    return row && this.#keep(name, row.id);
  }

  /** The number of a name, made when it has none. */
  id(name: string): number {
    return this.find(name) ??
      this.#keep(name, this.#add.run(name).lastInsertRowid);
  }

  /** To be called after a rollback, when memory may know more than the file. */
  forgetCached(): void {
    this.#ids.clear();
  }

  #keep(name: string, value: Row[string]): number {
    const id = Number(value);
    this.#ids.set(name, id);
    return id;
  }
}

/** People who wrote: user ids, the random actors in their place, and those actors' numbers. */
export class Actors {
  readonly #find: StatementSync;
  readonly #findId: StatementSync;
  readonly #add: StatementSync;
  readonly #forget: StatementSync;
  readonly #actors = new Map<string, string>();
  readonly #ids = new Map<string, number>();

  constructor(db: DatabaseSync) {
    this.#find = db.prepare("SELECT id, actor FROM actors WHERE user_id = ?");
    this.#findId = db.prepare("SELECT id FROM actors WHERE actor = ?");
    this.#add = db.prepare(
      "INSERT INTO actors (actor, user_id) VALUES (?, ?)",
    );
    this.#forget = db.prepare(
      "UPDATE actors SET user_id = NULL WHERE user_id = ?",
    );
  }

  get cached(): number {
    return this.#actors.size + this.#ids.size;
  }

  find(userId: string): string | undefined {
    const cached = this.#actors.get(userId);
    if (cached !== undefined) return cached;
    const row = this.#find.get(userId);
    return row && this.#keep(userId, String(row.actor), row.id);
  }

  /** The actor behind a user id, made when it has none. */
  actor(userId: string): string {
    const known = this.find(userId);
    if (known !== undefined) return known;
    const actor = crypto.randomUUID();
    const { lastInsertRowid } = this.#add.run(actor, userId);
    return this.#keep(userId, actor, lastInsertRowid);
  }

  /** The number of an actor that was made before. */
  id(actor: string): number {
    return this.#ids.get(actor) ?? Number(this.#findId.get(actor)?.id);
  }

  forget(userId: string): boolean {
    this.#actors.delete(userId);
    return Number(this.#forget.run(userId).changes) > 0;
  }

  /** To be called after a rollback, when memory may know more than the file. */
  forgetCached(): void {
    this.#actors.clear();
    this.#ids.clear();
  }

  #keep(userId: string, actor: string, id: Row[string]): string {
    this.#actors.set(userId, actor);
    this.#ids.set(actor, Number(id));
    return actor;
  }
}
