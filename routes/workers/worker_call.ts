/** Calculations in Web Workers: a few at a time, none for ever. */
import { RealtimeError } from "../../realtime/realtime_error.ts";

interface WorkerCallOptions {
  /** Workers at a time; further calls wait. @default 2 */
  readonly maxWorkers?: number;
  /** Calls that may wait; further ones are refused. @default 32 */
  readonly maxWaiting?: number;
  /** How long a worker may take. @default 30_000 */
  readonly timeoutMs?: number;
  /** Acts after so many ms; hands back what calls it off. @default setTimeout */
  readonly after?: After;
}

type After = (ms: number, act: () => void) => () => void;

/**
 * A calculation that a worker module answers: the input posted to it, one message back.
 * Starting a worker holds up the calling loop for some 10 ms: they are started by `warm`, or
 * else by the first calls, and stay for the next ones.
 */
export class WorkerCall<Input, Output> {
  readonly #module: URL;
  readonly #maxWorkers: number;
  readonly #maxWaiting: number;
  readonly #timeoutMs: number;
  readonly #after: After;
  readonly #waiting: PromiseWithResolvers<void>[] = [];
  readonly #idle: Worker[] = [];
  #calls = 0;
  #stopped = false;

  constructor(module: URL, options: WorkerCallOptions = {}) {
    const { maxWorkers = 2, maxWaiting = 32, timeoutMs = 30_000 } = options;
    this.#module = module;
    this.#maxWorkers = maxWorkers;
    this.#maxWaiting = maxWaiting;
    this.#timeoutMs = timeoutMs;
    this.#after = options.after ?? afterTimeout;
  }

  /** Starts all workers before they are needed, while nobody waits for this loop. */
  warm(): void {
    while (
      !this.#stopped && this.#calls + this.#idle.length < this.#maxWorkers
    ) {
      this.#rest(this.#start());
    }
  }

  /** @throws {RealtimeError} `unavailable` when too many wait, it takes too long, or it is stopped */
  async run(input: Input): Promise<Output> {
    await this.#turn();
    const worker = this.#idle.pop() ?? this.#start();
    let state: "idle" | "spoilt" = "spoilt";
    try {
      const answer = await this.#ask(worker, input);
      state = this.#stopped ? "spoilt" : "idle";
      return answer;
    } finally {
      if (state === "idle") this.#rest(worker);
      else worker.terminate();
      // The turn is handed on, so nobody can slip in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#calls--;
      else next.resolve();
    }
  }

  /** Ends what is idle at once, and what is under way when it is done; refuses all further calls. */
  stop(): void {
    this.#stopped = true;
    for (const worker of this.#idle.splice(0)) worker.terminate();
    for (const waiting of this.#waiting.splice(0)) {
      waiting.reject(unavailable("the server is stopping"));
    }
  }

  #start(): Worker {
    return new Worker(this.#module, { type: "module" });
  }

  /** Until the next call; what fails meanwhile is not called again. */
  #rest(worker: Worker): void {
    worker.onerror = (event) => {
      // Unless it is stopped here, it ends the process.
      event.preventDefault();
      const place = this.#idle.indexOf(worker);
      if (place >= 0) this.#idle.splice(place, 1);
      worker.terminate();
    };
    this.#idle.push(worker);
  }

  async #turn(): Promise<void> {
    if (this.#stopped) throw unavailable("the server is stopping");
    if (this.#calls < this.#maxWorkers) {
      this.#calls++;
      return;
    }
    if (this.#waiting.length >= this.#maxWaiting) {
      throw unavailable("too many calculations are waiting");
    }
    const waiting = Promise.withResolvers<void>();
    this.#waiting.push(waiting);
    await waiting.promise;
  }

  async #ask(worker: Worker, input: Input): Promise<Output> {
    const { promise, resolve, reject } = Promise.withResolvers<Output>();
    const callOff = this.#after(
      this.#timeoutMs,
      () => reject(unavailable("it takes too long")),
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
      callOff();
    }
  }
}

function unavailable(reason: string): RealtimeError {
  return new RealtimeError("unavailable", `Cannot calculate: ${reason}`);
}

function afterTimeout(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}
