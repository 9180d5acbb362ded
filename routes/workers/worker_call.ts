/** Calculations in Web Workers: one worker per call, a few at a time, none for ever. */
import { RealtimeError } from "../../realtime/realtime_error.ts";

interface WorkerCallOptions {
  /** Workers at a time; further calls wait. @default 2 */
  readonly maxWorkers?: number;
  /** Calls that may wait; further ones are refused. @default 32 */
  readonly maxWaiting?: number;
  /** How long a worker may take. @default 30_000 */
  readonly timeoutMs?: number;
}

/** A calculation that a worker module answers: the input posted to it, one message back. */
export class WorkerCall<Input, Output> {
  readonly #module: URL;
  readonly #maxWorkers: number;
  readonly #maxWaiting: number;
  readonly #timeoutMs: number;
  readonly #waiting: (() => void)[] = [];
  #working = 0;

  constructor(module: URL, options: WorkerCallOptions = {}) {
    const { maxWorkers = 2, maxWaiting = 32, timeoutMs = 30_000 } = options;
    this.#module = module;
    this.#maxWorkers = maxWorkers;
    this.#maxWaiting = maxWaiting;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws {RealtimeError} `unavailable` when too many wait, or it takes too long */
  async run(input: Input): Promise<Output> {
    await this.#turn();
    try {
      return await this.#ask(input);
    } finally {
      const next = this.#waiting.shift();
      // The turn is handed on, so nobody can slip in between.
      if (next === undefined) this.#working--;
      else next();
    }
  }

  async #turn(): Promise<void> {
    if (this.#working < this.#maxWorkers) {
      this.#working++;
      return;
    }
    if (this.#waiting.length >= this.#maxWaiting) {
      throw unavailable("too many calculations are waiting");
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async #ask(input: Input): Promise<Output> {
    const worker = new Worker(this.#module, { type: "module" });
    const { promise, resolve, reject } = Promise.withResolvers<Output>();
    const timer = setTimeout(
      () => reject(unavailable("it takes too long")),
      this.#timeoutMs,
    );
    worker.onmessage = ({ data }: MessageEvent<Output>) => resolve(data);
    worker.onerror = (event) => {
      // Unless it is stopped here, it ends the process.
      event.preventDefault();
      reject(new Error(`Cannot calculate: ${event.message}`));
    };
    worker.postMessage(input);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      worker.terminate();
    }
  }
}

function unavailable(reason: string): RealtimeError {
  return new RealtimeError("unavailable", `Cannot calculate: ${reason}`);
}
