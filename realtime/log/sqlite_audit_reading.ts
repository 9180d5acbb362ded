/** Audits of a data folder's log, in threads of their own: no list and no export holds up the server. */
import type { AuditPage, AuditQuery } from "./audit_messages.ts";
import type { AuditReading, ExportRequest } from "./audit_reading.ts";
import { ExportThreads } from "./export_threads.ts";
import { LogUnavailable } from "./log.ts";
import type { AuditCalls } from "./running_export.ts";
import {
  DATABASE_FILE,
  folderPublicKey,
  folderSigningKey,
} from "./sqlite_folder.ts";
import { WorkerCalls } from "./worker_calls.ts";

export interface SqliteAuditOptions {
  /** The data folder of a log that is open. */
  readonly folder: string;
  /** ms since 1970. @default Date.now */
  readonly now?: () => number;
  /** @default 60_000 */
  readonly maxPauseMs?: number;
}

export class SqliteAuditReading implements AuditReading {
  readonly #folder: string;
  readonly #exports: ExportThreads;
  #lists?: Promise<AuditCalls>;
  #closed = false;

  constructor({ folder, now = Date.now, maxPauseMs }: SqliteAuditOptions) {
    this.#folder = folder;
    this.#exports = new ExportThreads({
      open: () => this.#open(),
      facts: () => ({ at: now(), signingKey: folderSigningKey(folder) }),
      maxPauseMs,
    });
  }

  publicKey(): string | null {
    return folderPublicKey(this.#folder) ?? null;
  }

  async list(query: AuditQuery): Promise<AuditPage> {
    this.#requireOpen();
    const lists = this.#lists ??= this.#open();
    // One that could not be opened, or failed, is opened again by the next list.
    const calls = await lists.catch((error) => {
      this.#lists = undefined;
      throw error;
    });
    if (calls.ended) this.#lists = undefined;
    return (await calls.ask({ do: "list", query }, "page")).page;
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
    this.#lists?.then((calls) => calls.end("it is closed"), () => {});
  }

  async #open(): Promise<AuditCalls> {
    const calls: AuditCalls = new WorkerCalls(
      new URL("./audit_thread.ts", import.meta.url),
    );
    try {
      const path = `${this.#folder}/${DATABASE_FILE}`;
      await calls.ask({ do: "open", path }, "done");
      if (this.#closed) throw new LogUnavailable("Cannot audit: it is closed");
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
