/** Tickets that were used, in Postgres: a primary key decides who of many is first. */
import type { Database } from "../postgres/database.ts";
import { KEEP_SPENT_MS, type SpentTickets } from "./spent_tickets.ts";

/** How often old rows are looked for, while tickets are used, in ms. */
const FORGET_EVERY_MS = 60_000;

interface Waiting {
  readonly nonce: string;
  readonly told: (isFirst: boolean) => void;
  readonly failed: (error: unknown) => void;
}

export interface PostgresSpentTicketsOptions {
  readonly database: Pick<Database, "ask">;
  /** @default performance.now */
  readonly monotonicMs?: () => number;
}

/** What comes while a statement is under way shares the next one. */
export class PostgresSpentTickets implements SpentTickets {
  readonly #database: Pick<Database, "ask">;
  readonly #monotonicMs: () => number;
  #waiting: Waiting[] = [];
  #isAsking = false;
  #forgotAt: number;

  constructor({
    database,
    monotonicMs = () => performance.now(),
  }: PostgresSpentTicketsOptions) {
    this.#database = database;
    this.#monotonicMs = monotonicMs;
    this.#forgotAt = monotonicMs();
  }

  /** @throws what the database says, or that it says nothing; rejected */
  spend(nonce: string): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    this.#waiting.push({ nonce, told: resolve, failed: reject });
    if (!this.#isAsking) void this.#askAll();
    return promise;
  }

  async #askAll(): Promise<void> {
    this.#isAsking = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        const first = await this.#insert(batch.map(({ nonce }) => nonce));
        // Of two in one batch the row is that of the one who came first.
        for (const { nonce, told } of batch) told(first.delete(nonce));
        await this.#forgetOld();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#isAsking = false;
  }

  async #insert(nonces: readonly string[]): Promise<Set<string>> {
    // In one order on every node: two that bring the same two would wait for each other.
    const ordered = [...new Set(nonces)].sort();
    const rows = await this.#database.ask((sql) =>
      sql`
        INSERT INTO regulens.spent_tickets (nonce)
        SELECT unnest(${ordered}::text[])
        ON CONFLICT DO NOTHING
        RETURNING nonce`
    );
    return new Set(rows.map(({ nonce }) => String(nonce)));
  }

  async #forgetOld(): Promise<void> {
    const now = this.#monotonicMs();
    if (now - this.#forgotAt < FORGET_EVERY_MS) return;
    this.#forgotAt = now;
    const seconds = KEEP_SPENT_MS / 1000;
    await this.#database.ask((sql) =>
      sql`
        DELETE FROM regulens.spent_tickets
        WHERE spent_at < now() - make_interval(secs => ${seconds})`
    );
  }
}
