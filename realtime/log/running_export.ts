/** One export under way: its thread, and the clock of a reader who takes no more of it. */
import type { AuditReply, AuditRequest } from "./audit_messages.ts";
import type { ExportRequest } from "./audit_reading.ts";
import { LogUnavailable } from "./log.ts";
import type { WorkerCalls } from "./worker_calls.ts";

/** A thread that reads the log for audits. */
export type AuditCalls = WorkerCalls<
  AuditRequest,
  Exclude<AuditReply, { state: "unavailable" }>
>;

export class RunningExport {
  calls?: AuditCalls;
  readonly #maxPauseMs: number;
  readonly #ended: () => void;
  #pause?: ReturnType<typeof setTimeout>;
  #failure?: { readonly error: unknown };
  #controller?: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;

  constructor(maxPauseMs: number, ended: () => void) {
    this.#maxPauseMs = maxPauseMs;
    this.#ended = ended;
  }

  /** Ends it before its time: whoever reads it hears why. */
  end(reason: string): void {
    this.fail(new LogUnavailable(`Cannot go on with the export: ${reason}`));
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#release("it was ended before its time");
    this.#controller?.error(error);
  }

  stream(
    calls: AuditCalls,
    onProgress: ExportRequest["onProgress"] = () => {},
  ): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#startPause();
    return new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: async (controller) => {
        clearTimeout(this.#pause);
        try {
          const piece = await calls.ask({ do: "next" }, "piece");
          const { bytes, last, done, total } = piece;
          controller.enqueue(bytes);
          onProgress(done, total);
          if (!last) return this.#startPause();
          // A thread that is ended lets go of the file only later, maybe after the log's close.
          await calls.ask({ do: "close" }, "done");
          this.#release("the export is over");
          controller.close();
        } catch (error) {
          this.#release("the export failed");
          throw this.#failure ? this.#failure.error : error;
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
