/** Exports, each in a thread with a connection of its own: none holds up the server, or another. */
import type { StartExport } from "./audit_messages.ts";
import type { ExportRequest } from "./audit_reading.ts";
import { LogUnavailable } from "./log.ts";
import { type AuditCalls, RunningExport } from "./running_export.ts";

const MAX_EXPORTS = 4;
/** How long a reader of an export may pause before its thread is taken away. */
const MAX_PAUSE_MS = 60_000;

export interface ExportThreadsOptions {
  /** Starts a thread that has the log open. */
  readonly open: () => Promise<AuditCalls>;
  /** What an export starts with, asked once a thread is there. */
  readonly facts: () => Pick<StartExport, "at" | "signingKey">;
  /** @default 60_000 */
  readonly maxPauseMs?: number;
}

export class ExportThreads {
  readonly #options: ExportThreadsOptions;
  readonly #running = new Set<RunningExport>();

  constructor(options: ExportThreadsOptions) {
    this.#options = options;
  }

  /** False while as many exports are under way as may be. */
  mayStart(): boolean {
    return this.#running.size < MAX_EXPORTS;
  }

  /** @throws {LogUnavailable} @throws The reason of `signal`, once it is aborted. */
  async start(
    channel: string,
    { actors = false, signal, onProgress }: ExportRequest,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    signal?.throwIfAborted();
    if (!this.mayStart()) {
      throw new LogUnavailable("Cannot export: too many exports are under way");
    }
    const { open, facts, maxPauseMs = MAX_PAUSE_MS } = this.#options;
    const running: RunningExport = new RunningExport(maxPauseMs, () => {
      this.#running.delete(running);
      signal?.removeEventListener("abort", abort);
    });
    const abort = () => running.fail(signal?.reason);
    signal?.addEventListener("abort", abort);
    // Counted before the first wait: many who ask at once must not all pass.
    this.#running.add(running);
    try {
      const calls = running.calls = await open();
      const start = { channel, actors, ...facts() };
      await calls.ask({ do: "export", start }, "done");
      signal?.throwIfAborted();
      return running.stream(calls, onProgress);
    } catch (error) {
      running.end("the export could not be started");
      // A thread that was taken away says less than why it was.
      signal?.throwIfAborted();
      throw error;
    }
  }

  /** Ends those that are under way. */
  close(): void {
    for (const running of [...this.#running]) running.end("it is closed");
  }
}
