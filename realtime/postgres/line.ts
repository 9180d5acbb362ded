/**
 * A line: one connection to Postgres that is never made anew. What is asked of it is answered
 * in order, and nothing is ever answered by another session: transactions and locks need that.
 */
import { createDriver, type Sql } from "./driver.ts";
import { DatabaseUnavailable } from "./failure.ts";

export interface LineOptions {
  /** @default 5_000 */
  readonly connectTimeoutMs?: number;
  readonly onNotify?: (channel: string, payload: string) => void;
  /** Ends the attempt to connect. */
  readonly signal?: AbortSignal;
}

/** Late by more than this, in ms, a timer tells that the process slept: the answer may be there. */
const SLEPT_MS = 1_000;

export class Line {
  readonly sql: Sql;
  readonly #cut: () => void;
  readonly #lost = new AbortController();

  private constructor(
    address: string,
    { connectTimeoutMs = 5_000, onNotify }: LineOptions,
  ) {
    const { sql, cut } = createDriver(address, {
      max: 1,
      once: true,
      connectTimeoutMs,
      onNotify,
      onClose: () => this.#lost.abort(),
    });
    this.sql = sql;
    this.#cut = cut;
  }

  /** @throws when there is no connection to be had within `connectTimeoutMs` */
  static async open(address: string, options: LineOptions = {}): Promise<Line> {
    const line = new Line(address, options);
    const { connectTimeoutMs = 5_000, signal } = options;
    const give = () => line.cut();
    signal?.addEventListener("abort", give, { once: true });
    try {
      signal?.throwIfAborted();
      await line.within(connectTimeoutMs, (sql) => sql`SELECT 1`);
      return line;
    } catch (error) {
      line.cut();
      throw error;
    } finally {
      signal?.removeEventListener("abort", give);
    }
  }

  /** Aborted once the connection is gone, however it went. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Asks, and cuts the line when there is no answer in time.
   *
   * @throws {DatabaseUnavailable} Then: whether it took effect is unknown.
   */
  async within<Answer>(
    timeoutMs: number,
    ask: (sql: Sql) => Promise<Answer>,
  ): Promise<Answer> {
    if (this.lost.aborted) throw new DatabaseUnavailable("the line was lost");
    return await answerWithin(timeoutMs, ask(this.sql), () => this.cut());
  }

  /** Lets go at once; whatever waits for an answer is rejected. */
  cut(): void {
    this.#cut();
    this.#lost.abort();
    void this.sql.end({ timeout: 0 });
  }

  /** Says goodbye first, so that the server lets go at once, too. */
  async close(): Promise<void> {
    await this.sql.end({ timeout: 1 });
    this.cut();
  }
}

/** @throws {DatabaseUnavailable} When there was no answer in time; `onLate` is called before. */
export async function answerWithin<Answer>(
  timeoutMs: number,
  answer: Promise<Answer>,
  onLate: () => void,
): Promise<Answer> {
  const late = Promise.withResolvers<never>();
  let due = performance.now() + timeoutMs;
  let mayExtend = true;
  let timer = setTimeout(onTime, timeoutMs);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }

  function onTime(): void {
    const now = performance.now();
    if (mayExtend && now > due + SLEPT_MS) {
      mayExtend = false;
      due = now + timeoutMs;
      timer = setTimeout(onTime, timeoutMs);
      return;
    }
    late.reject(
      new DatabaseUnavailable(
        `there was no answer within ${Math.round(timeoutMs)} ms`,
      ),
    );
    onLate();
  }
}
