/**
 * The embedded log: one SQLite file, written by one thread and read by another, so that
 * neither a flush of the disk nor a long read stops the loop that delivers messages.
 */
import type { AckLevel } from "../codes.ts";
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
import { rebuildViews } from "./rebuild_views.ts";
import {
  demandWholeRestore,
  folderSigningKey,
  type HeldFolder,
  holdFolder,
  keepLatestCheckpoint,
  latestCheckpoint,
} from "./sqlite_folder.ts";
import type { SqliteLogOptions } from "./sqlite_options.ts";
import { MAX_TAIL_ENTRIES } from "./sqlite_places.ts";
import { ReaderThread } from "./sqlite_reader_thread.ts";
import { WriterThread } from "./sqlite_writer_thread.ts";

/** What the embedded log can do beyond the port. */
export interface SqliteLog extends Log {
  /** Signs the heads now; undefined when none changed since the last checkpoint. */
  checkpoint(): Promise<SignedCheckpoint | undefined>;
  /** Every checkpoint, oldest first: keep a copy where this machine cannot write. */
  checkpoints(): Promise<readonly SignedCheckpoint[]>;
}

/** @throws {LogUnavailable} If the folder cannot be used; the message says why and what to do. */
export async function openSqliteLog(
  options: SqliteLogOptions,
): Promise<SqliteLog> {
  const { folder, views, flushDelayMs = 0, maxPages } = options;
  const held = holdFolder(folder);
  const writer = new WriterThread(
    options.probeIntervalMs ?? 1_000,
    options.onLost,
  );
  let reader: ReaderThread | undefined;
  try {
    demandWholeRestore(folder);
    const signingKey = options.signingKey ?? folderSigningKey(folder);
    const trustedKey = publicKeyOf(parseSigningKey(signingKey));
    const path = held.databasePath;
    const { epoch, cursor, views: versions } = await writer.open({
      path,
      signingKey,
      flushDelayMs,
      maxPages,
      maxTailEntries: options.maxTailEntries ?? MAX_TAIL_ENTRIES,
    });
    const reads = reader = await ReaderThread.open(path, epoch, options.onLost);
    await rebuildViews({
      versions,
      read: (after, limit) => reads.page(after, limit),
      put: async (view, rows, step) => {
        await writer.ask({ do: "index", view, rows, ...step }, "done");
      },
    }, views);
    const parts = { folder, held, writer, reader, epoch, cursor, trustedKey };
    return new OpenSqliteLog(parts, options);
  } catch (error) {
    reader?.end("it could not be opened");
    writer.end("it could not be opened");
    held.release();
    throw error;
  }
}

interface Parts {
  readonly folder: string;
  readonly held: HeldFolder;
  readonly writer: WriterThread;
  readonly reader: ReaderThread;
  readonly epoch: string;
  readonly cursor: number;
  readonly trustedKey: string;
}

class OpenSqliteLog implements SqliteLog {
  readonly level: AckLevel = "stored";
  readonly #parts: Parts;
  readonly #feed: Feed;
  readonly #commits: GroupCommit;
  readonly #now: () => number;
  readonly #erasing: ErasingStore;
  readonly #timer?: ReturnType<typeof setInterval>;
  #closing?: Promise<void>;

  constructor(
    parts: Parts,
    { now = Date.now, checkpointIntervalMs = 60_000, views }: SqliteLogOptions,
  ) {
    this.#parts = parts;
    this.#now = now;
    const { epoch, reader, writer, cursor } = parts;
    this.#feed = new Feed((after, limit) => reader.page(after, limit), cursor);
    this.#commits = new GroupCommit({
      epoch,
      feed: this.#feed,
      write: async (commits) => {
        const { outcomes, cursor } = await writer.ask(
          { do: "commit", commits: JSON.stringify(commits) },
          "committed",
        );
        reader.changed();
        return { outcomes: JSON.parse(outcomes), cursor };
      },
    });
    this.#erasing = {
      views,
      now,
      read: (...place) => reader.read(...place),
      query: (...wanted) => reader.query(...wanted),
      apply: (erasure) => this.#erase(erasure),
    };
    if (checkpointIntervalMs > 0) {
      this.#timer = setInterval(() => {
        // A store that cannot write shows it in writable(); the next round signs.
        this.#sign().catch(() => {});
      }, checkpointIntervalMs);
    }
  }

  // Not async: handing on one promise instead of two is felt at 35,000 commits/s.
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
    return await this.#parts.reader.recall(recall);
  }

  async read(
    channel: string,
    after: number,
    limit: number,
  ): Promise<readonly Entry[]> {
    this.#requireOpen();
    return await this.#parts.reader.read(channel, null, after, limit);
  }

  async readSubject(
    channel: string,
    subject: string,
    after: number,
    limit: number,
  ): Promise<readonly Entry[]> {
    this.#requireOpen();
    return await this.#parts.reader.read(channel, subject, after, limit);
  }

  async head(channel: string): Promise<Position> {
    this.#requireOpen();
    return await this.#parts.reader.head(channel);
  }

  async query(view: string, query: Query = {}): Promise<Rows> {
    this.#requireOpen();
    checkQuery(query);
    return await this.#parts.reader.query(view, query);
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

  async forget(userId: string): Promise<boolean> {
    this.#requireOpen();
    const { writer, reader } = this.#parts;
    const { known } = await writer.ask({ do: "forget", userId }, "forgotten");
    reader.changed();
    return known;
  }

  async verify(channel?: string): Promise<Verification> {
    this.#requireOpen();
    const { reader, trustedKey, folder } = this.#parts;
    const latest = latestCheckpoint(folder);
    return await reader.verify(channel, trustedKey, latest);
  }

  async checkpoint(): Promise<SignedCheckpoint | undefined> {
    this.#requireOpen();
    return await this.#sign();
  }

  async checkpoints(): Promise<readonly SignedCheckpoint[]> {
    this.#requireOpen();
    return await this.#parts.reader.checkpoints();
  }

  writable(): boolean {
    return !this.#closing && this.#parts.writer.writable();
  }

  close(): Promise<void> {
    return this.#closing ??= this.#close();
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    const { held, writer, reader } = this.#parts;
    await this.#commits.drain();
    try {
      // So that what is cut off while nobody runs is found at the next check.
      await this.#sign();
      await reader.close();
      await writer.ask({ do: "close" }, "done");
    } catch (error) {
      // A store that cannot write has nothing acknowledged to lose.
      if (!(error instanceof LogUnavailable)) throw error;
    } finally {
      this.#feed.close();
      reader.end("it is closed");
      writer.end("it is closed");
      held.release();
    }
  }

  async #erase(erasure: Erasure): Promise<ErasureOutcome> {
    const { writer, reader, epoch } = this.#parts;
    const request = { do: "erase", erasure } as const;
    const { outcome, cursor } = await writer.ask(request, "erased");
    reader.changed();
    if (outcome.state === "erased") {
      const entries = entriesOf(outcome.commit, outcome.outcome, epoch);
      this.#feed.publish(entries, cursor);
    }
    return outcome;
  }

  async #sign(): Promise<SignedCheckpoint | undefined> {
    const request = { do: "checkpoint", at: this.#now() } as const;
    const { writer, folder } = this.#parts;
    const { signed } = await writer.ask(request, "checkpointed");
    if (!signed) return undefined;
    keepLatestCheckpoint(folder, signed);
    return signed;
  }

  #requireOpen(): void {
    if (this.#closing) {
      throw new LogUnavailable("Cannot use the log: it is closed");
    }
  }
}
