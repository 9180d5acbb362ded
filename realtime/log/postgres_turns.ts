/**
 * Turns at a channel: nodes that decide on the same subjects at the same time would refuse one
 * another's commits in turn. A lock of the database lets them come one after the other; what
 * is true, `expected` alone says, so a turn that cannot be had costs time and nothing else.
 */
import type { Database } from "../postgres/database.ts";
import type { Line } from "../postgres/line.ts";

/** Lines, and so turns that this node has at once; who comes then waits here. */
const MAX_LINES = 4;
/** How long the others' turns are waited for, in ms: a node that stalls in its own ends no one's work. */
const WAIT_MS = 2_000;
/** How long a node may keep its turn, in ms; then the server ends it. */
const KEEP_MS = 1_500;
/** No answer by then: the link is stalled, in ms. */
const ANSWER_WITHIN_MS = 2_500;

/** Advisory locks of this kind; the second number is the channel's. */
const LOCK_KIND = 7_261_010;

export class PostgresTurns {
  readonly #database: Pick<Database, "line">;
  readonly #idle: Line[] = [];
  readonly #waiting: (() => void)[] = [];
  #lines = 0;
  #isClosed = false;

  constructor(database: Pick<Database, "line">) {
    this.#database = database;
  }

  /** Waits for the channel's turn; hands back its end. Never rejects. */
  async take(channel: string): Promise<() => void> {
    const line = await this.#line();
    if (line === undefined) return () => {};
    try {
      await line.within(ANSWER_WITHIN_MS, (sql) =>
        sql.unsafe(`
          BEGIN;
          SET LOCAL lock_timeout = ${WAIT_MS};
          SET LOCAL idle_in_transaction_session_timeout = ${KEEP_MS};
          SELECT pg_advisory_xact_lock(${LOCK_KIND}, ${numberOf(channel)})`));
    } catch {
      this.#end(line);
      return () => {};
    }
    return () => this.#end(line);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const go of this.#waiting.splice(0)) go();
    await Promise.all(this.#idle.splice(0).map((line) => line.close()));
  }

  /** A line nobody uses; undefined when there is none to be had. */
  async #line(): Promise<Line | undefined> {
    while (!this.#isClosed) {
      const idle = this.#idle.pop();
      if (idle !== undefined) {
        if (!idle.lost.aborted) return idle;
        this.#lines--;
        continue;
      }
      if (this.#lines < MAX_LINES) return await this.#open();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async #open(): Promise<Line | undefined> {
    this.#lines++;
    try {
      return await this.#database.line({ connectTimeoutMs: ANSWER_WITHIN_MS });
    } catch {
      this.#lines--;
      this.#waiting.shift()?.();
    }
  }

  /** Nobody waits for the answer: the next turn on this line is asked for behind it. */
  #end(line: Line): void {
    line.within(ANSWER_WITHIN_MS, (sql) => sql.unsafe("ROLLBACK"))
      .catch(() => line.cut());
    if (this.#isClosed) {
      void line.close();
      return;
    }
    this.#idle.push(line);
    this.#waiting.shift()?.();
  }
}

/** FNV-1a as a signed 32-bit number. Two channels of one number only wait for each other. */
function numberOf(channel: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(channel)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash | 0;
}
