/** The thread that writes the SQLite file: one request at a time, one flush per batch. */
import type { KeyObject } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { applyCommit } from "./apply.ts";
import { breakChain, savedChains } from "./chains.ts";
import { parseSigningKey } from "./checkpoint.ts";
import { applyErasure } from "./erasure.ts";
import type { PackedCommit } from "./packed.ts";
import { CheckpointTable } from "./sqlite_checkpoints.ts";
import type {
  BatchOutcome,
  Opened,
  OpenWriter,
  WriterReply,
  WriterRequest,
} from "./sqlite_messages.ts";
import { BUSY_TIMEOUT_MS, openToWrite } from "./sqlite_schema.ts";
import { SqliteTables } from "./sqlite_tables.ts";
import { explain, FileLost, isStorageFailure } from "./sqlite_failure.ts";

class Writer {
  readonly #db: DatabaseSync;
  readonly #tables: SqliteTables;
  readonly #checkpoints: CheckpointTable;
  readonly #key: KeyObject;
  readonly #flushDelayMs: number;
  readonly #path: string;
  readonly #inode: number | null;
  /** The write-ahead file still holds what was erased, because somebody reads from it. */
  #isSmeared = false;
  // As statements, because an error of exec() does not say its result code.
  readonly #begin: StatementSync;
  readonly #commitNow: StatementSync;

  constructor(options: OpenWriter) {
    const { path, signingKey, flushDelayMs, maxPages } = options;
    this.#path = path;
    this.#flushDelayMs = flushDelayMs;
    this.#key = parseSigningKey(signingKey);
    this.#db = openToWrite(path, maxPages);
    this.#inode = Deno.statSync(path).ino;
    this.#begin = this.#db.prepare("BEGIN IMMEDIATE");
    this.#commitNow = this.#db.prepare("COMMIT");
    this.#tables = new SqliteTables(this.#db, options.maxTailEntries);
    this.#checkpoints = new CheckpointTable(this.#db);
    for (const channel of this.#checkpoints.channelsSinceLast()) {
      this.#tables.changed.add(channel);
    }
  }

  opened(): Opened {
    const rows = this.#db.prepare("SELECT name, version FROM views").all();
    return {
      epoch: this.#tables.epoch,
      cursor: this.#tables.cursor,
      views: Object.fromEntries(
        rows.map((row) => [String(row.name), Number(row.version)]),
      ),
    };
  }

  run(request: Exclude<WriterRequest, { do: "open" }>): WriterReply {
    try {
      return this.#run(request);
    } catch (error) {
      const message = explain(error, this.#path);
      return { state: "unavailable", message };
    }
  }

  #run(request: Exclude<WriterRequest, { do: "open" }>): WriterReply {
    switch (request.do) {
      case "commit": {
        const commits: readonly PackedCommit[] = JSON.parse(request.commits);
        const outcomes = JSON.stringify(this.#commit(commits));
        return { state: "committed", outcomes, cursor: this.#tables.cursor };
      }
      case "erase": {
        const outcome = this.#erase(request.erasure);
        return { state: "erased", outcome, cursor: this.#tables.cursor };
      }
      case "forget": {
        const { userId } = request;
        const known = this.#transact(() => this.#tables.forget(userId));
        return { state: "forgotten", known };
      }
      case "index":
        this.#transact(() => this.#index(request));
        return { state: "done" };
      case "checkpoint": {
        if (this.#isSmeared) this.#wipe();
        const signed = this.#transact(() =>
          this.#checkpoints.sign(this.#tables, this.#key, request.at)
        );
        if (signed) this.#tables.changed.clear();
        return { state: "checkpointed", signed: signed ?? null };
      }
      case "probe":
        this.#transact(() =>
          this.#db.exec("INSERT OR REPLACE INTO meta VALUES ('probe', '')")
        );
        return { state: "done" };
      case "close":
        this.#db.close();
        return { state: "done" };
    }
  }

  #commit(commits: readonly PackedCommit[]): readonly BatchOutcome[] {
    const tables = this.#tables;
    const chains = commits.flatMap((commit) => commit[7] ?? []);
    const restoreChains = savedChains(tables, chains);
    try {
      return this.#transact(() =>
        commits.map((commit) => applyCommit(tables, commit))
      );
    } catch (error) {
      // One commit the file cannot hold must not take the others with it.
      if (!isStorageFailure(error) && commits.length > 1) {
        restoreChains();
        return commits.flatMap((commit) => this.#commit([commit]));
      }
      // What follows in these chains rests on what was not written.
      for (const chain of chains) breakChain(tables, chain);
      if (isStorageFailure(error)) throw error;
      return [{ state: "fault", message: explain(error, this.#path) }];
    }
  }

  #erase(erasure: Extract<WriterRequest, { do: "erase" }>["erasure"]) {
    const outcome = this.#transact(() => applyErasure(this.#tables, erasure));
    if (outcome.state === "erased") this.#wipe();
    return outcome;
  }

  /**
   * Empties the write-ahead file, which holds pages as they were. Whoever reads from it now
   * is not waited for, since every write would wait too: it is tried again later.
   */
  #wipe(): void {
    this.#db.exec("PRAGMA busy_timeout = 0");
    try {
      const row = this.#db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
      this.#isSmeared = row?.busy !== 0;
    } finally {
      this.#db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }

  #index(
    { view, clear, rows, version }: Extract<WriterRequest, { do: "index" }>,
  ) {
    if (clear) {
      this.#db.prepare("DELETE FROM views WHERE name = ?").run(view);
      this.#db.prepare("DELETE FROM view_rows WHERE view = ?").run(view);
    }
    for (const row of rows) this.#tables.putRow(row);
    if (version === null) return;
    this.#db.prepare("INSERT OR REPLACE INTO views VALUES (?, ?)")
      .run(view, version);
  }

  /** A file without a name takes writes until we end, and is gone then: no such write is acknowledged. */
  #demandFile(): void {
    let inode: number | null = null;
    try {
      inode = Deno.statSync(this.#path).ino;
    } catch (cause) {
      throw new FileLost("it was deleted", { cause });
    }
    if (inode !== this.#inode) throw new FileLost("another took its place");
  }

  #transact<Result>(run: () => Result): Result {
    this.#demandFile();
    this.#tables.trimCached();
    this.#begin.run();
    try {
      const result = run();
      this.#tables.place();
      if (this.#flushDelayMs > 0) sleep(this.#flushDelayMs);
      this.#commitNow.run();
      return result;
    } catch (error) {
      // A full disk may have rolled back already.
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      this.#tables.forgetCached();
      throw error;
    }
  }
}

let writer: Writer | undefined;

self.onmessage = ({ data }: MessageEvent<WriterRequest>) => {
  self.postMessage(answer(data));
};

function answer(request: WriterRequest): WriterReply {
  if (request.do !== "open") {
    return writer?.run(request) ??
      { state: "unavailable", message: "Cannot write the log: it is not open" };
  }
  try {
    writer = new Writer(request.options);
    return { state: "opened", opened: writer.opened() };
  } catch (error) {
    const message = explain(error, request.options.path);
    return { state: "unavailable", message };
  }
}

/** Imitates a slow disk. */
function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
