/** A line that is opened again when it was lost: for one kind of statement at a time. */
import type { Database } from "./database.ts";
import type { Sql } from "./driver.ts";
import type { Line } from "./line.ts";

export class KeptLine {
  readonly #database: Pick<Database, "line">;
  readonly #timeoutMs: number;
  #line?: Promise<Line>;
  #isClosed = false;

  /** @param timeoutMs How long connecting, and each answer, may take. */
  constructor(database: Pick<Database, "line">, timeoutMs: number) {
    this.#database = database;
    this.#timeoutMs = timeoutMs;
  }

  /** Asks, over a new line if the last one was lost. @throws what the line or the server says */
  async ask<Answer>(ask: (sql: Sql) => Promise<Answer>): Promise<Answer> {
    const line = await this.#open();
    return await line.within(this.#timeoutMs, ask);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const line = await this.#line?.catch(() => undefined);
    await line?.close();
  }

  async #open(): Promise<Line> {
    if (this.#isClosed) throw new Error("Cannot ask: the line is closed");
    const opening = this.#line ??= this.#database.line({
      connectTimeoutMs: this.#timeoutMs,
    });
    try {
      const line = await opening;
      if (!line.lost.aborted) return line;
    } catch (error) {
      if (this.#line === opening) this.#line = undefined;
      throw error;
    }
    if (this.#line === opening) this.#line = undefined;
    return this.#open();
  }
}
