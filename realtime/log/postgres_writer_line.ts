/**
 * The connection a node writes over: made anew when it is lost, and then asked what became of
 * the last transaction before anything else is.
 */
import type { AckLevel } from "../codes.ts";
import type { Logger } from "../logger.ts";
import type { Database } from "../postgres/database.ts";
import { reasonOf } from "../postgres/failure.ts";
import { answerWithin, type Line } from "../postgres/line.ts";
import { pause } from "../postgres/pause.ts";
import { LogUnavailable } from "./log.ts";
import type { Deadline } from "./postgres_deadline.ts";
import { ackLevelOf } from "./postgres_server.ts";

/** Connecting, and what has to be asked then, each take no longer than this, in ms. */
const CONNECT_WITHIN_MS = 3_000;
/** Pauses between attempts to be connected again, in ms; the last one is kept to. */
const RECONNECT_PAUSES_MS = [0, 20, 50, 100, 200, 500];
const LAST_PAUSE_MS = 500;
/** A cut this short, in ms, goes unnoticed; in a longer one whoever comes is told at once. */
const PATIENCE_MS = 2_000;

export interface WriterLineOptions {
  readonly database: Pick<Database, "line">;
  /** Names this writer's row in `regulens.writers`. */
  readonly writer: string;
  readonly logger: Logger;
}

export class WriterLine {
  readonly #options: WriterLineOptions;
  readonly #closed = new AbortController();
  #line?: Line;
  #level: AckLevel = "accepted";
  #keptBatch = 0;
  /** `since` is on the monotonic clock, ms. */
  #down?: { readonly since: number; reason: string };
  #healing?: Promise<void>;

  private constructor(options: WriterLineOptions) {
    this.#options = options;
  }

  /** @throws when there is no connection to be had */
  static async open(options: WriterLineOptions): Promise<WriterLine> {
    const line = new WriterLine(options);
    await line.#connect();
    return line;
  }

  /** What the server promised when it was connected to. */
  get level(): AckLevel {
    return this.#level;
  }

  /** The last transaction of this writer that is kept, as of the last connecting. */
  get keptBatch(): number {
    return this.#keptBatch;
  }

  /** The connection there is now. */
  get present(): Line | undefined {
    return this.#line;
  }

  /** @param patiently Waits to the end of the time, even in a long cut. @throws {LogUnavailable} */
  async ready(
    deadline: Deadline,
    { patiently = false }: { readonly patiently?: boolean } = {},
  ): Promise<Line> {
    while (!this.#line) {
      const { since = -Infinity, reason = "it is closed" } = this.#down ?? {};
      const patience = since + PATIENCE_MS - performance.now();
      const left = Math.min(deadline.left(), patiently ? Infinity : patience);
      if (!this.#healing || left <= 0) {
        throw new LogUnavailable(`Cannot use the log: ${reason}`);
      }
      await answerWithin(left, this.#healing, () => {}).catch(() => {});
    }
    return this.#line;
  }

  /** Lets go of a connection that cannot be written over, and looks for another. */
  fail(line: Line, error: unknown): void {
    line.cut();
    if (this.#line !== line) return;
    this.#line = undefined;
    const reason = reasonOf(error);
    this.#down = { since: performance.now(), reason };
    this.#options.logger.warn("log not writable", { reason });
    this.#healing = this.#heal().finally(() => this.#healing = undefined);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#healing;
    const line = this.#line;
    this.#line = undefined;
    const { writer } = this.#options;
    try {
      await line?.within(
        1_000,
        (sql) => sql`DELETE FROM regulens.writers WHERE writer = ${writer}`,
      );
    } catch {
      // Whoever opens later sweeps it.
    }
    await line?.close();
  }

  async #heal(): Promise<void> {
    const { signal } = this.#closed;
    for (let tries = 0;; tries++) {
      await pause(RECONNECT_PAUSES_MS[tries] ?? LAST_PAUSE_MS, signal);
      if (signal.aborted) return;
      try {
        await this.#connect();
        this.#options.logger.info("log writable again");
        return;
      } catch (error) {
        if (this.#down) this.#down.reason = reasonOf(error);
      }
    }
  }

  /**
   * Connects, and shows by writing that it can. The write waits until the last transaction of
   * this writer is over, and tells whether it was kept; it is flushed and replicated behind it.
   */
  async #connect(): Promise<void> {
    const { database, writer } = this.#options;
    const { signal } = this.#closed;
    const connectTimeoutMs = CONNECT_WITHIN_MS;
    const line = await database.line({ connectTimeoutMs, signal });
    try {
      const asked = await line.within(CONNECT_WITHIN_MS, async (sql) => {
        await sql`
          INSERT INTO regulens.writers (writer, batch) VALUES (${writer}, 0)
          ON CONFLICT DO NOTHING`;
        const [row] = await sql`
          UPDATE regulens.writers SET at = now() WHERE writer = ${writer} RETURNING batch`;
        return { level: await ackLevelOf(sql), batch: Number(row.batch) };
      });
      this.#level = asked.level;
      this.#keptBatch = asked.batch;
    } catch (error) {
      line.cut();
      throw error;
    }
    this.#line = line;
    this.#down = undefined;
    const lose = () => this.fail(line, new Error("the connection was lost"));
    line.lost.addEventListener("abort", lose, { once: true });
    if (line.lost.aborted) lose();
  }
}
