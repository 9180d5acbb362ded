/** Reads a data folder's log for audits, in threads of their own: no list and no export holds up the server. */
import {
  type AuditPage,
  type AuditQuery,
  type AuditReply,
  type AuditRequest,
} from "./audit_messages.ts";
import { LogUnavailable } from "./log.ts";
import {
  DATABASE_FILE,
  folderPublicKey,
  folderSigningKey,
} from "./sqlite_folder.ts";
import { WorkerCalls } from "./worker_calls.ts";

/** Each export is a thread with a connection of its own. */
const MAX_EXPORTS = 4;
/** How long a reader of an export may pause before its thread is taken away. */
const MAX_PAUSE_MS = 60_000;

type Calls = WorkerCalls<
  AuditRequest,
  Exclude<AuditReply, { state: "unavailable" }>
>;

export interface AuditReadingOptions {
  /** The data folder of a log that is open. */
  readonly folder: string;
  /** ms since 1970. @default Date.now */
  readonly now?: () => number;
  /** @default 60_000 */
  readonly maxPauseMs?: number;
}

export interface ExportRequest {
  /** Also tell who is behind the actor ids. @default false */
  readonly actors?: boolean;
}

export class AuditReading {
  readonly #folder: string;
  readonly #now: () => number;
  readonly #maxPauseMs: number;
  readonly #exports = new Set<RunningExport>();
  #lists?: Promise<Calls>;
  #closed = false;

  constructor(
    { folder, now = Date.now, maxPauseMs = MAX_PAUSE_MS }: AuditReadingOptions,
  ) {
    this.#folder = folder;
    this.#now = now;
    this.#maxPauseMs = maxPauseMs;
  }

  /** Base64 of the public half of the key that seals exports; null before there is one. */
  publicKey(): string | null {
    return folderPublicKey(this.#folder) ?? null;
  }

  /** Entries of all channels, whoever may read them, newest first. @throws {LogUnavailable} */
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

  /** False while as many exports are under way as may be. */
  mayExport(): boolean {
    return this.#exports.size < MAX_EXPORTS;
  }

  /**
   * The file of one channel as it is now, read as fast as it is taken.
   *
   * @throws {LogUnavailable} If the log cannot be read, or too many exports are under way.
   */
  async export(
    channel: string,
    { actors = false }: ExportRequest = {},
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    this.#requireOpen();
    if (!this.mayExport()) {
      throw new LogUnavailable("Cannot export: too many exports are under way");
    }
    const running: RunningExport = new RunningExport(
      this.#maxPauseMs,
      () => this.#exports.delete(running),
    );
    // Counted before the first wait: many who ask at once must not all pass.
    this.#exports.add(running);
    try {
      const calls = running.calls = await this.#open();
      const signingKey = folderSigningKey(this.#folder);
      const start = { channel, actors, at: this.#now(), signingKey };
      await calls.ask({ do: "export", start }, "done");
      return running.stream(calls);
    } catch (error) {
      running.end("the export could not be started");
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    for (const running of [...this.#exports]) running.end("it is closed");
    this.#lists?.then((calls) => calls.end("it is closed"), () => {});
  }

  async #open(): Promise<Calls> {
    const calls: Calls = new WorkerCalls(
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

/** One export: its thread, and the clock of a reader who takes no more of it. */
class RunningExport {
  calls?: Calls;
  readonly #maxPauseMs: number;
  readonly #ended: () => void;
  #pause?: ReturnType<typeof setTimeout>;
  #controller?: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;

  constructor(maxPauseMs: number, ended: () => void) {
    this.#maxPauseMs = maxPauseMs;
    this.#ended = ended;
  }

  /** Ends it before its time: whoever reads it hears why. */
  end(reason: string): void {
    this.#release(reason);
    this.#controller?.error(
      new LogUnavailable(`Cannot go on with the export: ${reason}`),
    );
  }

  stream(calls: Calls): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#startPause();
    return new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: async (controller) => {
        clearTimeout(this.#pause);
        try {
          const { bytes, last } = await calls.ask({ do: "next" }, "piece");
          controller.enqueue(bytes);
          if (!last) return this.#startPause();
          // A thread that is ended lets go of the file only later, maybe after the log's close.
          await calls.ask({ do: "close" }, "done");
          this.#release("the export is over");
          controller.close();
        } catch (error) {
          this.#release("the export failed");
          throw error;
        }
      },
      cancel: () => this.#release("nobody reads it"),
    });
  }

  /** Gives back the thread. */
  #release(reason: string): void {
    clearTimeout(this.#pause);
    this.#ended();
    this.calls?.end(reason);
  }

  #startPause(): void {
    this.#pause = setTimeout(
      () => this.end("nobody read on"),
      this.#maxPauseMs,
    );
  }
}
