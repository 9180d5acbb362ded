/**
 * The log in Postgres, for any number of nodes: each writes over one connection, a transaction
 * for all that came meanwhile, and hears of the others' entries by reading what they wrote.
 */
import type { AckLevel } from "../codes.ts";
import { migrate } from "../postgres/migrate.ts";
import {
  parseSigningKey,
  publicKeyOf,
  type SignedCheckpoint,
} from "./checkpoint.ts";
import { answerOf, eraseAll, eraseBody, type ErasingStore } from "./erasing.ts";
import { type Erasure, type ErasureOutcome, noSuchBody } from "./erasure.ts";
import { Feed } from "./feed.ts";
import { GroupCommit } from "./group_commit.ts";
import {
  type Commit,
  type Committed,
  type Entry,
  type FeedListener,
  type Log,
  LogUnavailable,
  type Position,
  type Query,
  type Recall,
  type Removal,
  type Removed,
  type Rows,
  type Verification,
  type Write,
} from "./log.ts";
import { entriesOf, packCommit } from "./packed.ts";
import { checkQuery } from "./paging.ts";
import { Announcer } from "./postgres_announcer.ts";
import { signHeads } from "./postgres_checkpoints.ts";
import { epochsIn } from "./postgres_epochs.ts";
import type { LogWord, PostgresLogOptions } from "./postgres_options.ts";
import { PostgresReads } from "./postgres_reads.ts";
import { demandServer } from "./postgres_server.ts";
import { PostgresTail } from "./postgres_tail.ts";
import { PostgresTurns } from "./postgres_turns.ts";
import { openViews } from "./postgres_views.ts";
import { type Ended, PostgresWriter } from "./postgres_writer.ts";
import { keepLatestCheckpoint, latestCheckpoint } from "./sqlite_folder.ts";
import { verifyPostgres } from "./verify_postgres.ts";

/** Writers that have not been heard of for so long are forgotten. */
const FORGET_WRITERS_AFTER = "7 days";

/** What the log in Postgres can do beyond the port. */
export interface PostgresLog extends Log {
  /** Signs the heads now; undefined when none changed, or another node signs. */
  checkpoint(): Promise<SignedCheckpoint | undefined>;
  /** Every checkpoint, oldest first: keep a copy where no node can write. */
  checkpoints(): Promise<readonly SignedCheckpoint[]>;
}

/** @throws {LogUnavailable} If the database cannot be used; the message says why and what to do. */
export async function openPostgresLog(
  options: PostgresLogOptions,
): Promise<PostgresLog> {
  const { database, views, logger, onLost = () => {} } = options;
  await demandServer(database);
  await migrate(database);
  const epochs = await database.ask(epochsIn);
  const epoch = epochs.current;
  const fence = await openViews(database, { views, epoch });
  await database.ask((sql) =>
    sql`
    DELETE FROM regulens.writers WHERE at < now() - ${FORGET_WRITERS_AFTER}::interval`
  );
  const writer = await PostgresWriter.open({
    database,
    epochs,
    fence,
    logger,
    onLost,
  });
  const [row] = await database.ask((sql) =>
    sql`SELECT seq FROM regulens.counter`
  );
  return new OpenPostgresLog(
    { writer, epoch, cursor: Number(row.seq) },
    options,
  );
}

interface Parts {
  readonly writer: PostgresWriter;
  readonly epoch: string;
  readonly cursor: number;
}

class OpenPostgresLog implements PostgresLog {
  readonly #parts: Parts;
  readonly #options: PostgresLogOptions;
  readonly #now: () => number;
  readonly #reads: PostgresReads;
  readonly #feed: Feed;
  readonly #tail: PostgresTail;
  readonly #turns: PostgresTurns;
  readonly #notifying: Announcer;
  readonly #word: LogWord;
  readonly #stopListening: () => void;
  readonly #commits: GroupCommit;
  readonly #erasing: ErasingStore;
  readonly #timer?: ReturnType<typeof setInterval>;
  #closing?: Promise<void>;

  constructor(parts: Parts, options: PostgresLogOptions) {
    this.#parts = parts;
    this.#options = options;
    const { writer, epoch, cursor } = parts;
    const { database, views, now = Date.now, checkpointIntervalMs = 60_000 } =
      options;
    this.#now = now;
    const reads = this.#reads = new PostgresReads(database, epoch);
    const feed = this.#feed = new Feed(
      (after, limit) => reads.page(after, limit),
      cursor,
    );
    this.#turns = new PostgresTurns(database);
    this.#tail = new PostgresTail({
      feed,
      read: (after, limit) => reads.page(after, limit),
      onEntries: () => reads.changed(),
    });
    this.#notifying = new Announcer(database);
    this.#word = options.word ?? this.#notifying;
    this.#stopListening = this.#word.listen((seq) => this.#tail.wake(seq));
    this.#commits = new GroupCommit({
      epoch,
      feed,
      write: async (commits) => {
        const ended = await writer.commit(commits);
        await this.#follow(ended);
        return { outcomes: ended.result, cursor: ended.cursor };
      },
    });
    this.#erasing = {
      views,
      now,
      read: (...place) => reads.read(...place),
      query: (...wanted) => reads.query(...wanted),
      apply: (erasure) => this.#erase(erasure),
    };
    if (checkpointIntervalMs > 0) {
      this.#timer = setInterval(() => {
        // Half an interval: whoever of the nodes comes first signs for all.
        this.#sign(checkpointIntervalMs / 2).catch(() => {});
      }, checkpointIntervalMs);
    }
  }

  get level(): AckLevel {
    return this.#parts.writer.level;
  }

  commit(commit: Commit): Promise<Committed> {
    try {
      this.#requireOpen();
      return this.#commits.add(packCommit(commit));
    } catch (refusal) {
      return Promise.reject(refusal);
    }
  }

  async recall(recall: Recall): Promise<Committed | undefined> {
    this.#requireOpen();
    return await this.#reads.recall(recall);
  }

  async read(
    channel: string,
    after: number,
    limit: number,
  ): Promise<readonly Entry[]> {
    this.#requireOpen();
    return await this.#reads.read(channel, null, after, limit);
  }

  async readSubject(
    channel: string,
    subject: string,
    after: number,
    limit: number,
  ): Promise<readonly Entry[]> {
    this.#requireOpen();
    return await this.#reads.read(channel, subject, after, limit);
  }

  async head(channel: string): Promise<Position> {
    this.#requireOpen();
    return await this.#reads.head(channel);
  }

  async query(view: string, query: Query = {}): Promise<Rows> {
    this.#requireOpen();
    checkQuery(query);
    return await this.#reads.query(view, query);
  }

  feed(listener: FeedListener, options: { after?: number } = {}): () => void {
    this.#requireOpen();
    return this.#feed.start(listener, options.after);
  }

  async erase(
    channel: string,
    offset: number,
    sender: string,
    writes: readonly Write[] = [],
  ): Promise<Committed> {
    this.#requireOpen();
    const place = { channel, offset, sender, writes };
    const erased = await eraseBody(this.#erasing, place);
    if (!erased) throw noSuchBody(channel, offset);
    return answerOf(erased, this.#parts.epoch);
  }

  async remove(removal: Removal): Promise<Removed> {
    this.#requireOpen();
    const erased = await eraseAll(this.#erasing, removal);
    const answer = answerOf(erased, this.#parts.epoch);
    return { ...answer, erased: erased.erased };
  }

  turn(channel: string): Promise<() => void> {
    return this.#turns.take(channel);
  }

  async forget(userId: string): Promise<boolean> {
    this.#requireOpen();
    const isKnown = await this.#reads.forget(userId);
    this.#reads.changed();
    return isKnown;
  }

  async verify(channel?: string): Promise<Verification> {
    this.#requireOpen();
    const { database, signingKey, folder } = this.#options;
    const line = await database.line();
    try {
      return await verifyPostgres(line, {
        channel,
        trustedKey: signingKey === undefined
          ? undefined
          : publicKeyOf(parseSigningKey(signingKey)),
        latest: folder === undefined ? undefined : latestCheckpoint(folder),
      });
    } finally {
      await line.close();
    }
  }

  async checkpoint(): Promise<SignedCheckpoint | undefined> {
    this.#requireOpen();
    return await this.#sign();
  }

  async checkpoints(): Promise<readonly SignedCheckpoint[]> {
    this.#requireOpen();
    return await this.#reads.checkpoints();
  }

  writable(): boolean {
    return !this.#closing && this.#parts.writer.writable();
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#commits.drain();
    try {
      // So that what is cut off while nobody runs is found at the next check.
      await this.#sign();
    } catch {
      // A store that cannot write has nothing acknowledged to lose.
    }
    this.#feed.close();
    this.#stopListening();
    await this.#notifying.told();
    await this.#tail.close();
    await this.#turns.close();
    await this.#parts.writer.close();
    this.#reads.close();
  }

  async #erase(erasure: Erasure): Promise<ErasureOutcome> {
    const { writer, epoch } = this.#parts;
    const ended = await writer.erase(erasure);
    await this.#follow(ended);
    const { result, cursor } = ended;
    if (result.state === "erased") {
      const entries = entriesOf(result.commit, result.outcome, epoch);
      this.#feed.publish(entries, cursor);
    }
    return result;
  }

  /** What other nodes wrote before it is told of first (L6). */
  async #follow({ cursor, before }: Ended<unknown>): Promise<void> {
    this.#reads.changed();
    if (cursor === 0) return;
    this.#word.tell(cursor);
    await this.#tail.reach(before);
  }

  async #sign(leastAgeMs = 0): Promise<SignedCheckpoint | undefined> {
    const { signingKey, folder, logger } = this.#options;
    if (signingKey === undefined) return undefined;
    const key = parseSigningKey(signingKey);
    const { writer, epoch } = this.#parts;
    const at = this.#now();
    const signing = await writer.run((line) =>
      line.within(
        SIGN_WITHIN_MS,
        (sql) => signHeads(sql, { key, epoch, at, leastAgeMs }),
      )
    );
    if (signing.state === "other_key") {
      logger.error("heads not signed: the checkpoints carry another key");
    }
    if (signing.state !== "signed") return undefined;
    if (folder !== undefined) keepLatestCheckpoint(folder, signing.signed);
    return signing.signed;
  }

  #requireOpen(): void {
    if (this.#closing) {
      throw new LogUnavailable("Cannot use the log: it is closed");
    }
  }
}

/** How long signing may hold up commits, in ms. */
const SIGN_WITHIN_MS = 5_000;
