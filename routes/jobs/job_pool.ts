/**
 * The threads that jobs are worked out in: a bounded number, each with bounded memory. One that
 * crashes, hangs or runs out of memory is replaced, and only its task fails.
 *
 * Threads of `node:worker_threads`, because only they take a bound on memory: a Web Worker that
 * runs out of it takes the whole process along.
 */
import { Worker } from "node:worker_threads";
import type { Json } from "../../realtime/json.ts";
import { type After, systemAfter } from "../../realtime/timer.ts";
import { JobFault } from "./job_kind.ts";
import type { JobReply, JobTask } from "./job_task.ts";

export interface JobPoolOptions {
  /** @default Cores less one, from 1 to 4 */
  readonly maxThreads?: number;
  /** Heap of each, in MiB. @default 512 */
  readonly maxHeapMb?: number;
  /** Ms that a thread may work without a word. @default 60_000 */
  readonly maxSilenceMs?: number;
  /** @default setTimeout */
  readonly after?: After;
  /** @default job_thread.ts */
  readonly module?: URL;
}

export interface TaskOptions {
  readonly signal: AbortSignal;
  readonly progress?: (done: number, total: number) => void;
  readonly part?: (part: Json) => void;
}

export interface JobPoolStats {
  readonly maxThreads: number;
  readonly busy: number;
  readonly waiting: number;
  /** Threads that were lost: crashed, silent, out of memory, or aborted at work. */
  readonly lost: number;
}

export class JobPool {
  readonly #options: Required<JobPoolOptions>;
  readonly #idle: Worker[] = [];
  readonly #busy = new Set<Worker>();
  readonly #waiting: PromiseWithResolvers<void>[] = [];
  #taken = 0;
  #lost = 0;
  #stopped = false;

  constructor(options: JobPoolOptions = {}) {
    this.#options = {
      maxThreads: Math.min(4, Math.max(1, navigator.hardwareConcurrency - 1)),
      maxHeapMb: 512,
      maxSilenceMs: 60_000,
      after: systemAfter,
      module: new URL("./job_thread.ts", import.meta.url),
      ...options,
    };
  }

  /** Starts a thread before it is needed: starting one holds up the calling loop. */
  warm(): void {
    if (!this.#stopped && this.#taken + this.#idle.length === 0) {
      this.#idle.push(this.#start());
    }
  }

  /**
   * What the task comes to, once a thread is free for it.
   *
   * @throws {JobFault} When the thread is lost, or the pool is stopped.
   * @throws The signal's reason.
   */
  async run(task: JobTask, options: TaskOptions): Promise<Json> {
    await this.#turn(options.signal);
    try {
      // Both may have happened since the turn came.
      options.signal.throwIfAborted();
      if (this.#stopped) throw stopping();
      return await this.#work(task, options);
    } finally {
      // Handed on, so that nobody can slip in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#taken--;
      else next.resolve();
    }
  }

  stats(): JobPoolStats {
    return {
      maxThreads: this.#options.maxThreads,
      busy: this.#busy.size,
      waiting: this.#waiting.length,
      lost: this.#lost,
    };
  }

  /** Ends all threads; what is under way fails. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const { reject } of this.#waiting.splice(0)) reject(stopping());
    const threads = [...this.#idle.splice(0), ...this.#busy];
    await Promise.all(threads.map((thread) => thread.terminate()));
  }

  async #work(task: JobTask, options: TaskOptions): Promise<Json> {
    const thread = this.#idle.pop() ?? this.#start();
    this.#busy.add(thread);
    let state: "idle" | "lost" = "lost";
    try {
      const { text } = await this.#ask(thread, task, options);
      state = "idle";
      return JSON.parse(text);
    } catch (error) {
      if (error instanceof TaskFailed) state = "idle";
      throw error;
    } finally {
      this.#busy.delete(thread);
      if (state === "idle" && !this.#stopped) this.#idle.push(thread);
      else {
        if (!this.#stopped) this.#lost++;
        await thread.terminate();
      }
    }
  }

  #start(): Worker {
    const { module, maxHeapMb } = this.#options;
    const thread = new Worker(module, {
      resourceLimits: { maxOldGenerationSizeMb: maxHeapMb },
    });
    // Nobody may be listening when one fails, or ends, that has nothing to do.
    const forget = () => {
      const place = this.#idle.indexOf(thread);
      if (place < 0) return;
      this.#idle.splice(place, 1);
      this.#lost++;
    };
    thread.on("error", forget);
    thread.on("exit", forget);
    return thread;
  }

  async #turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#stopped) throw stopping();
    if (this.#taken < this.#options.maxThreads) {
      this.#taken++;
      return;
    }
    const turn = Promise.withResolvers<void>();
    this.#waiting.push(turn);
    const leave = () => {
      const place = this.#waiting.indexOf(turn);
      if (place < 0) return;
      this.#waiting.splice(place, 1);
      turn.reject(signal.reason);
    };
    signal.addEventListener("abort", leave);
    try {
      await turn.promise;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  async #ask(
    thread: Worker,
    task: JobTask,
    { signal, progress, part }: TaskOptions,
  ): Promise<{ readonly text: string }> {
    const { after, maxSilenceMs } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<
      { readonly text: string }
    >();
    let callOff = () => {};
    const watch = () => {
      callOff();
      callOff = after(
        maxSilenceMs,
        () => reject(new JobFault("Its worker fell silent and was ended")),
      );
    };
    const onMessage = (reply: JobReply) => {
      watch();
      if (reply.says === "progress") progress?.(reply.done, reply.total);
      else if (reply.says === "part") part?.(JSON.parse(reply.text));
      else if (reply.says === "done") resolve(reply);
      else reject(new TaskFailed(reply.message));
    };
    const onError = (error: Error & { readonly code?: string }) =>
      reject(
        new JobFault(
          error.code === "ERR_WORKER_OUT_OF_MEMORY"
            ? "Its worker ran out of memory"
            : "Its worker crashed",
          { cause: error },
        ),
      );
    const onExit = () => reject(new JobFault("Its worker ended"));
    const onAbort = () => reject(signal.reason);
    thread.on("message", onMessage);
    thread.on("error", onError);
    thread.on("exit", onExit);
    signal.addEventListener("abort", onAbort);
    try {
      watch();
      // As text: copying many objects would hold up this loop longer than writing them does.
      thread.postMessage(JSON.stringify(task));
      return await promise;
    } finally {
      callOff();
      thread.off("message", onMessage);
      thread.off("error", onError);
      thread.off("exit", onExit);
      signal.removeEventListener("abort", onAbort);
    }
  }
}

/** The task itself threw; the thread is as good as before. */
class TaskFailed extends Error {
  override readonly name = "TaskFailed";
}

function stopping(): JobFault {
  return new JobFault("The server is stopping");
}
