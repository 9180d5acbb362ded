/** Word of new entries from node to node: one notification at a time, for all that came meanwhile. */
import type { Database } from "../postgres/database.ts";
import type { LogWord } from "./postgres_options.ts";

const CHANNEL = "regulens_log";

/** Over NOTIFY. */
export class Announcer implements LogWord {
  readonly #database: Database;
  #announced = 0;
  #latest = 0;
  #running?: Promise<void>;

  constructor(database: Database) {
    this.#database = database;
  }

  listen(onWord: (seq?: number) => void): () => void {
    return this.#database.listen(
      CHANNEL,
      (payload) => onWord(Number(payload)),
      { onListening: () => onWord() },
    );
  }

  /**
   * Tells every node that this entry is there. Not within the transaction that wrote it: there
   * a notification takes a lock that all of the server's transactions wait for.
   */
  tell(seq: number): void {
    this.#latest = seq;
    this.#running ??= this.#run().finally(() => this.#running = undefined);
  }

  /** Resolves when the last one was told. */
  async told(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#announced < this.#latest) {
      const seq = this.#latest;
      try {
        await this.#database.ask((sql) =>
          sql`SELECT pg_notify(${CHANNEL}, ${String(seq)})`
        );
      } catch {
        // The others look by themselves.
      }
      this.#announced = seq;
    }
  }
}
