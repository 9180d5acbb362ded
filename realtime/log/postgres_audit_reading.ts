/**
 * Audits of a log in Postgres. Lists are single statements of the pool; an export is much to
 * hash, and made in a thread of its own.
 */
import type { Database } from "../postgres/database.ts";
import { isUnavailable, reasonOf } from "../postgres/failure.ts";
import type { AuditPage, AuditQuery } from "./audit_messages.ts";
import type { AuditReading, ExportRequest } from "./audit_reading.ts";
import { parseSigningKey, publicKeyOf } from "./checkpoint.ts";
import { ExportThreads } from "./export_threads.ts";
import { LogUnavailable } from "./log.ts";
import { listEntries } from "./postgres_audit_reads.ts";
import type { AuditCalls } from "./running_export.ts";
import { WorkerCalls } from "./worker_calls.ts";

export interface PostgresAuditOptions {
  readonly database: Pick<Database, "ask" | "url">;
  /** The key of the log's checkpoints, PKCS#8 as PEM or base64. */
  readonly signingKey: string;
  /** ms since 1970. @default Date.now */
  readonly now?: () => number;
  /** @default 60_000 */
  readonly maxPauseMs?: number;
}

export class PostgresAuditReading implements AuditReading {
  readonly #database: PostgresAuditOptions["database"];
  readonly #publicKey: string;
  readonly #exports: ExportThreads;
  #closed = false;

  /** @throws {RangeError} If the signing key is none. */
  constructor(
    { database, signingKey, now = Date.now, maxPauseMs }: PostgresAuditOptions,
  ) {
    this.#database = database;
    this.#publicKey = publicKeyOf(parseSigningKey(signingKey));
    this.#exports = new ExportThreads({
      open: () => this.#open(),
      facts: () => ({ at: now(), signingKey }),
      maxPauseMs,
    });
  }

  publicKey(): string {
    return this.#publicKey;
  }

  async list(query: AuditQuery): Promise<AuditPage> {
    this.#requireOpen();
    try {
      return await listEntries((ask) => this.#database.ask(ask), query);
    } catch (cause) {
      if (!isUnavailable(cause)) throw cause;
      throw new LogUnavailable(
        `Cannot read the log in Postgres: ${reasonOf(cause)}`,
        { cause },
      );
    }
  }

  mayExport(): boolean {
    return this.#exports.mayStart();
  }

  async export(
    channel: string,
    request: ExportRequest = {},
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    this.#requireOpen();
    return await this.#exports.start(channel, request);
  }

  close(): void {
    this.#closed = true;
    this.#exports.close();
  }

  async #open(): Promise<AuditCalls> {
    const calls: AuditCalls = new WorkerCalls(
      new URL("./postgres_audit_thread.ts", import.meta.url),
    );
    try {
      await calls.ask({ do: "open", path: this.#database.url }, "done");
      this.#requireOpen();
      return calls;
    } catch (error) {
      calls.end("it could not be opened");
      throw error;
    }
  }

  #requireOpen(): void {
    if (this.#closed) throw new LogUnavailable("Cannot audit: it is closed");
  }
}
