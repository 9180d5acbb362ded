/** The calling thread's end of the writer: asks, and knows whether writing works. */
import { LogUnavailable } from "./log.ts";
import type {
  OpenWriter,
  WriterReply,
  WriterRequest,
} from "./sqlite_messages.ts";
import { WorkerCalls } from "./worker_calls.ts";

type Answer = Exclude<WriterReply, { state: "unavailable" }>;

export class WriterThread {
  readonly #calls: WorkerCalls<WriterRequest, Answer>;
  readonly #probeIntervalMs: number;
  #probe?: ReturnType<typeof setInterval>;

  /** @param failed Told when the thread died by itself. */
  constructor(probeIntervalMs: number, failed?: (reason: string) => void) {
    this.#probeIntervalMs = probeIntervalMs;
    this.#calls = new WorkerCalls(
      new URL("./sqlite_writer.ts", import.meta.url),
      failed,
    );
  }

  async open(options: OpenWriter) {
    const request = { do: "open", options } as const;
    return (await this.#calls.ask(request, "opened")).opened;
  }

  /** @throws {LogUnavailable} When it is not known to be written. */
  async ask<State extends Answer["state"]>(
    request: WriterRequest,
    state: State,
  ) {
    try {
      const answer = await this.#calls.ask(request, state);
      this.#stopProbe();
      return answer;
    } catch (error) {
      if (error instanceof LogUnavailable) this.#startProbe();
      throw error;
    }
  }

  writable(): boolean {
    return this.#probe === undefined && !this.#calls.ended;
  }

  end(reason: string): void {
    this.#stopProbe();
    this.#calls.end(reason);
  }

  /** Without it a server taken out of service for not writing would get nothing to write. */
  #startProbe(): void {
    if (this.#calls.ended) return;
    this.#probe ??= setInterval(() => {
      this.#calls.ask({ do: "probe" }, "done").then(
        () => this.#stopProbe(),
        () => {/* still not: asked again after the interval */},
      );
    }, this.#probeIntervalMs);
  }

  #stopProbe(): void {
    clearInterval(this.#probe);
    this.#probe = undefined;
  }
}
