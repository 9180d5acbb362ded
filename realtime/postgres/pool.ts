/**
 * A few connections for single statements. When one is lost the driver's client is replaced as
 * a whole: it would connect again by itself, but may send what the lost connection had not yet
 * sent before its greeting, and then wait for ever.
 */
import { createDriver, type Driver, type Sql } from "./driver.ts";
import { DatabaseUnavailable } from "./failure.ts";
import { answerWithin } from "./line.ts";

/** A connection nobody needs is given back after so long. */
const IDLE_SECONDS = 30;

export interface PoolOptions {
  /** Most connections at once. */
  readonly max: number;
  /** How long a statement may go unanswered, in ms; connecting, too. */
  readonly answerTimeoutMs: number;
}

interface Member {
  readonly driver: Driver;
  /** Statements that were not answered yet. */
  underWay: number;
  /** Takes no more: what is under way is its last. */
  isSpent: boolean;
}

export class Pool {
  readonly #address: string;
  readonly #options: PoolOptions;
  readonly #spent = new Set<Member>();
  readonly #endings = new Set<Promise<void>>();
  #present: Member;
  #isClosed = false;

  /** Connects when first asked something. */
  constructor(address: string, options: PoolOptions) {
    this.#address = address;
    this.#options = options;
    this.#present = this.#open();
  }

  /** @throws {DatabaseUnavailable} When there was no answer in time. @throws what the driver says */
  async ask<Answer>(ask: (sql: Sql) => Promise<Answer>): Promise<Answer> {
    if (this.#isClosed) throw new DatabaseUnavailable("the pool is closed");
    const member = this.#present;
    const { answerTimeoutMs } = this.#options;
    member.underWay++;
    try {
      const answer = ask(member.driver.sql);
      return await answerWithin(answerTimeoutMs, answer, () => {
        member.driver.cut();
        this.#spend(member);
      });
    } finally {
      member.underWay--;
      if (member.isSpent && member.underWay === 0) this.#end(member);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#present.driver.sql.end({ timeout: 1 });
    this.#present.driver.cut();
    for (const member of [...this.#spent]) this.#end(member);
    await Promise.all(this.#endings);
  }

  #open(): Member {
    const { max, answerTimeoutMs } = this.#options;
    const driver = createDriver(this.#address, {
      max,
      once: true,
      connectTimeoutMs: answerTimeoutMs,
      idleSeconds: IDLE_SECONDS,
      onClose: () => this.#spend(member),
    });
    const member: Member = { driver, underWay: 0, isSpent: false };
    return member;
  }

  #spend(member: Member): void {
    if (member.isSpent || this.#isClosed) return;
    member.isSpent = true;
    this.#spent.add(member);
    this.#present = this.#open();
    if (member.underWay === 0) this.#end(member);
  }

  #end(member: Member): void {
    if (!this.#spent.delete(member)) return;
    const { sql, cut } = member.driver;
    cut();
    const ending = sql.end({ timeout: 0 })
      .finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
  }
}
