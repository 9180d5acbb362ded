/** Writes to the log in Postgres, one transaction at a time; tried again until it is known how it ended. */
import type { AckLevel } from "../codes.ts";
import type { Logger } from "../logger.ts";
import type { Database } from "../postgres/database.ts";
import {
  DatabaseUnavailable,
  isUnavailable,
  reasonOf,
  sqlState,
} from "../postgres/failure.ts";
import type { Line } from "../postgres/line.ts";
import { applyCommit } from "./apply.ts";
import { breakChain, savedChains } from "./chains.ts";
import type { Epochs } from "./epochs.ts";
import { applyErasure, type Erasure, type ErasureOutcome } from "./erasure.ts";
import { LogUnavailable } from "./log.ts";
import type { PackedCommit } from "./packed.ts";
import { Deadline } from "./postgres_deadline.ts";
import { beginAndRead } from "./postgres_reading.ts";
import {
  type Changes,
  type Loaded,
  PostgresTables,
} from "./postgres_tables.ts";
import { type Wants, wantsOf, type Work } from "./postgres_wants.ts";
import { WriterLine } from "./postgres_writer_line.ts";
import { writeAndCommit } from "./postgres_writing.ts";
import type { BatchOutcome } from "./sqlite_messages.ts";

/** Within this a commit is answered, one way or the other, in ms. */
const ANSWER_WITHIN_MS = 5_000;
const LEAST_ANSWER_MS = 1_000;
/** Attempts at a transaction that others get in the way of. */
const MAX_TRIES = 20;
/** How often a connection at rest is asked whether it is there. */
const PING_MS = 5_000;

/** Deadlock, serialization failure, somebody else's row under a key that was free. */
const TRY_AGAIN = ["40P01", "40001", "23505"];
/** A lock that was waited for in vain, or a statement that took too long. */
const TIMED_OUT = ["55P03", "57014"];
/** Raised by `regulens.take_seqs`. */
const FENCED = "RG001";

export interface WriterOptions {
  readonly database: Database;
  readonly epochs: Epochs;
  /** See `regulens.counter`. */
  readonly fence: number;
  readonly logger: Logger;
  /** Told once, when this node must not write any more. */
  readonly onLost: (reason: string) => void;
}

/** What became of work that was done. */
export interface Ended<Result> {
  readonly result: Result;
  /** Number of the last entry written; 0 when there is none. */
  readonly cursor: number;
  /** Up to here the feed has to be read before what was written may follow. */
  readonly before: number;
}

const NO_ENTRIES = { cursor: 0, before: 0 } as const;

export class PostgresWriter {
  readonly #options: WriterOptions;
  readonly #tables: PostgresTables;
  readonly #line: WriterLine;
  readonly #id: string;
  readonly #ping: ReturnType<typeof setInterval>;
  #batch = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #isBusy = false;
  #isClosed = false;
  #lost?: string;

  private constructor(options: WriterOptions, line: WriterLine, id: string) {
    this.#options = options;
    this.#line = line;
    this.#id = id;
    this.#tables = new PostgresTables(options.epochs.current);
    this.#ping = setInterval(() => this.#ask(), PING_MS);
  }

  /** @throws when there is no connection to be had */
  static async open(options: WriterOptions): Promise<PostgresWriter> {
    const { database, logger } = options;
    const writer = crypto.randomUUID();
    const line = await WriterLine.open({ database, writer, logger });
    return new PostgresWriter(options, line, writer);
  }

  get level(): AckLevel {
    return this.#line.level;
  }

  writable(): boolean {
    return !this.#isClosed && this.#lost === undefined &&
      this.#line.present !== undefined;
  }

  /** @throws {LogUnavailable} When it is not known to be written. */
  async commit(
    commits: readonly PackedCommit[],
  ): Promise<Ended<readonly BatchOutcome[]>> {
    return await this.#inTurn(() => this.#commit(commits));
  }

  /** @throws {LogUnavailable} When it is not known to be written. */
  async erase(erasure: Erasure): Promise<Ended<ErasureOutcome>> {
    return await this.#inTurn(async () => {
      try {
        return await this.#transact(
          { do: "erase", erasure },
          (tables) => applyErasure(tables, erasure),
        );
      } catch (error) {
        throw unavailable(error);
      }
    });
  }

  /** Runs something else on this connection, between transactions. @throws {LogUnavailable} */
  async run<Result>(run: (line: Line) => Promise<Result>): Promise<Result> {
    return await this.#inTurn(async () => {
      try {
        const line = await this.#line.ready(new Deadline(ANSWER_WITHIN_MS));
        try {
          return await run(line);
        } catch (error) {
          // Whatever it left open must not become part of what comes next.
          this.#line.fail(line, error);
          throw error;
        }
      } catch (error) {
        throw unavailable(error);
      }
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#ping);
    this.#isClosed = true;
    await this.#turn.catch(() => {});
    await this.#line.close();
  }

  #inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.catch(() => {}).then(async () => {
      this.#isBusy = true;
      try {
        return await run();
      } finally {
        this.#isBusy = false;
      }
    });
    this.#turn = turn;
    return turn;
  }

  async #commit(
    commits: readonly PackedCommit[],
  ): Promise<Ended<readonly BatchOutcome[]>> {
    const tables = this.#tables;
    const chains = commits.flatMap((commit) => commit[7] ?? []);
    const restoreChains = savedChains(tables, chains);
    try {
      return await this.#transact({ do: "commit", commits }, (tables) => {
        restoreChains();
        return commits.map((commit) => applyCommit(tables, commit));
      });
    } catch (error) {
      const isFault = sqlState(error) !== undefined && !isUnavailable(error);
      // One commit the database cannot hold must not take the others with it.
      if (isFault && commits.length > 1) {
        restoreChains();
        return await this.#commitEach(commits);
      }
      // What follows in these chains rests on what was not written.
      for (const chain of chains) breakChain(tables, chain);
      if (!isFault) throw unavailable(error);
      return {
        result: [{ state: "fault", message: unavailable(error).message }],
        ...NO_ENTRIES,
      };
    }
  }

  async #commitEach(
    commits: readonly PackedCommit[],
  ): Promise<Ended<readonly BatchOutcome[]>> {
    const ends: Ended<readonly BatchOutcome[]>[] = [];
    try {
      for (const commit of commits) ends.push(await this.#commit([commit]));
    } catch (error) {
      for (const commit of commits.slice(ends.length)) {
        if (commit[7] !== null) breakChain(this.#tables, commit[7]);
      }
      throw error;
    }
    const result = ends.flatMap(({ result }) => result);
    const cursor = Math.max(...ends.map(({ cursor }) => cursor));
    // Entries of other nodes may lie between them.
    return { result, cursor, before: cursor };
  }

  /** Tries until it is done, refused for good, or the time is up. */
  async #transact<Result>(
    work: Work,
    apply: (tables: PostgresTables) => Result,
  ): Promise<Ended<Result>> {
    const wants = wantsOf(work);
    const deadline = new Deadline(ANSWER_WITHIN_MS);
    for (let tries = 1;; tries++) {
      try {
        return await this.#attempt({ wants, deadline }, apply);
      } catch (error) {
        const state = sqlState(error) ?? "";
        if (state === FENCED) throw this.#lose();
        const isOver = deadline.left() === 0;
        if (TRY_AGAIN.includes(state)) {
          if (isOver || tries >= MAX_TRIES) throw error;
        } else if (TIMED_OUT.includes(state)) {
          if (isOver) throw new DatabaseUnavailable("somebody holds a lock");
        } else if (!isUnavailable(error) || isOver) {
          throw error;
        }
      }
    }
  }

  async #attempt<Result>(
    { wants, deadline }: {
      readonly wants: Wants;
      readonly deadline: Deadline;
    },
    apply: (tables: PostgresTables) => Result,
  ): Promise<Ended<Result>> {
    const { epochs, fence } = this.#options;
    const line = await this.#line.ready(deadline);
    const batch = ++this.#batch;
    let loaded: Loaded;
    let result: Result;
    try {
      const beginning = { wants, writer: this.#id, batch, epochs };
      loaded = await line.within(
        answerTimeOf(deadline),
        (sql) => beginAndRead(sql, beginning),
      );
      this.#tables.load(loaded);
      result = apply(this.#tables);
    } catch (error) {
      this.#rollBack(line, error);
      throw error;
    }
    const changes = this.#tables.changes();
    if (isNothing(changes)) {
      this.#rollBack(line);
      return { result, ...NO_ENTRIES };
    }
    const ending = { loaded, changes, fence };
    const answered = await line.within(
      answerTimeOf(deadline),
      (sql) => writeAndCommit(sql, ending),
    ).catch((error) => ({ state: "unknown", error } as const));
    const { length } = changes.records;
    switch (answered.state) {
      case "committed":
        return {
          result,
          cursor: answered.cursor,
          before: answered.cursor - length,
        };
      case "rolled_back":
        // COMMIT itself may have been skipped over: the transaction then still stands.
        this.#rollBack(line, answered.error);
        throw answered.error ?? new DatabaseUnavailable("it was rolled back");
      case "unknown": {
        this.#line.fail(line, answered.error);
        const found = await this.#line.ready(deadline, { patiently: true });
        // Whoever is connected again has waited for the end of the last transaction.
        if (this.#line.keptBatch !== batch) {
          throw new DatabaseUnavailable("the connection was lost", {
            cause: answered.error,
          });
        }
        const cursor = await seqOf(found, changes, answerTimeOf(deadline));
        return { result, cursor, before: cursor - length };
      }
    }
  }

  /** Leaves the transaction; nobody waits for it. */
  #rollBack(line: Line, error?: unknown): void {
    if (error !== undefined && isUnavailable(error)) {
      return this.#line.fail(line, error);
    }
    line.within(ANSWER_WITHIN_MS, (sql) => sql.unsafe("ROLLBACK"))
      .catch((error) => this.#line.fail(line, error));
  }

  /** So that a link which is stalled at rest is found out before somebody writes. */
  #ask(): void {
    const line = this.#line.present;
    if (!line || this.#isBusy) return;
    void this.#inTurn(() =>
      line.within(ANSWER_WITHIN_MS, (sql) => sql`SELECT 1`)
    ).catch((error) => this.#line.fail(line, error));
  }

  #lose(): LogUnavailable {
    const reason =
      "Cannot use the log: another node has changed its views or its epoch; start this one anew, with the same version as the others";
    if (this.#lost === undefined) {
      this.#lost = reason;
      this.#options.onLost(reason);
    }
    return new LogUnavailable(reason);
  }
}

/** The number of the last entry of a transaction whose answer was lost. */
async function seqOf(
  line: Line,
  { records }: Changes,
  timeoutMs: number,
): Promise<number> {
  const last = records.at(-1);
  if (!last) return 0;
  const [row] = await line.within(timeoutMs, (sql) =>
    sql`
    SELECT e.seq FROM regulens.entries e JOIN regulens.channels c ON c.id = e.channel
    WHERE c.name = ${last.channel} AND e."offset" = ${last.offset}`);
  return Number(row.seq);
}

/** How long to wait for an answer, in ms: a link that stands is not cut for having come late. */
function answerTimeOf(deadline: Deadline): number {
  return Math.max(LEAST_ANSWER_MS, deadline.left());
}

function isNothing(
  { records, actors, known, rows, erased }: Changes,
): boolean {
  return records.length + erased.length + actors.size + known.size +
      rows.size === 0;
}

function unavailable(error: unknown): LogUnavailable {
  return error instanceof LogUnavailable
    ? error
    : new LogUnavailable(`Cannot use the log: ${reasonOf(error)}`, {
      cause: error,
    });
}
