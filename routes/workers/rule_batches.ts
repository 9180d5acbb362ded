/** Streams many facts through workers that evaluate the same rules: in order, a few chunks at a time. */
import type { Facts } from "../../domain/rules/cel_run.ts";
import type { CompiledRule } from "../../domain/rules/compile_rule.ts";
import {
  type BatchOptions,
  CHUNK_SIZE,
  type FactsVerdict,
} from "../../domain/rules/evaluate_batch.ts";
import { RealtimeError } from "../../realtime/realtime_error.ts";
import { type LaneOptions, RulesLane, type RulesThread } from "./rules_lane.ts";
import { RulesThreads } from "./rules_threads.ts";

/** Chunks that a worker has at once: one to work on, one so that it need not wait. */
const CHUNKS_PER_WORKER = 2;

export interface RuleBatchesOptions
  extends Partial<Omit<LaneOptions, "threads">> {
  /** Workers of one batch. @default Cores less one, at most 4 */
  readonly workers?: number;
  /** Batches at a time; further ones are refused. @default 2 */
  readonly maxBatches?: number;
  /** @default A worker of `rules_worker.ts` */
  readonly createThread?: () => RulesThread;
}

export interface StreamOptions extends BatchOptions {
  /** Ends the batch, and those of its workers that are at work, at once. */
  readonly signal?: AbortSignal;
}

/**
 * As many workers as may be in use at a time stay for the next batches, until the stop: to
 * start one holds up the calling loop for some 10 ms.
 */
export class RuleBatches {
  readonly #threads: RulesThreads;
  readonly #lane: LaneOptions;
  readonly #workers: number;
  readonly #maxBatches: number;
  #batches = 0;
  #stopped = false;

  constructor({
    workers = Math.min(4, Math.max(1, navigator.hardwareConcurrency - 1)),
    maxBatches = 2,
    createThread = createRulesThread,
    timeoutMs = 10_000,
    schedule = scheduleBySystem,
  }: RuleBatchesOptions = {}) {
    this.#workers = workers;
    this.#maxBatches = maxBatches;
    const maxIdle = workers * maxBatches;
    this.#threads = new RulesThreads({ createThread, maxIdle });
    this.#lane = { threads: this.#threads, timeoutMs, schedule };
  }

  /** Starts the workers before they are needed, while nobody waits for this loop. */
  warm(): void {
    this.#threads.warm();
  }

  /** Ends the workers, those of a batch with it; further batches are refused. */
  stop(): void {
    this.#stopped = true;
    this.#threads.stop();
  }

  /**
   * Verdicts in chunks, in the order of the facts. Facts are taken as verdicts are: whoever
   * reads slowly holds few chunks in memory. Stop reading, or abort, and workers that are at
   * work end.
   *
   * @throws {RealtimeError} `unavailable` when too many batches run, or it is stopped
   */
  async *evaluate(
    rules: readonly CompiledRule[],
    facts: Iterable<Facts> | AsyncIterable<Facts>,
    options: StreamOptions,
  ): AsyncGenerator<readonly FactsVerdict[]> {
    const { chunkSize = CHUNK_SIZE, signal, from = 0, ...rest } = options;
    signal?.throwIfAborted();
    if (this.#stopped) {
      const message = "Cannot evaluate a batch: the server is stopping";
      throw new RealtimeError("unavailable", message);
    }
    if (this.#batches >= this.#maxBatches) {
      const message = "Cannot evaluate a batch: too many run already";
      throw new RealtimeError("unavailable", message);
    }
    this.#batches++;
    const { at, maxSteps, thresholds } = rest;
    const lanes = Array.from(
      { length: this.#workers },
      () => new RulesLane(rules, { at, maxSteps, thresholds }, this.#lane),
    );
    const end = (reason: unknown) => lanes.forEach((lane) => lane.end(reason));
    const abort = () => end(signal?.reason);
    signal?.addEventListener("abort", abort);
    const pending: Promise<readonly FactsVerdict[]>[] = [];
    let [asked, index] = [0, from];
    try {
      for await (const chunk of chunksOf(facts, chunkSize)) {
        signal?.throwIfAborted();
        const verdicts = lanes[asked++ % lanes.length].ask(index, chunk);
        // Heard of when its turn comes.
        verdicts.catch(() => {});
        pending.push(verdicts);
        index += chunk.length;
        if (pending.length < lanes.length * CHUNKS_PER_WORKER) continue;
        const first = pending.shift();
        if (first !== undefined) yield await first;
      }
      for (const verdicts of pending) yield await verdicts;
    } finally {
      signal?.removeEventListener("abort", abort);
      end(new Error("Cannot evaluate further: nobody reads the batch"));
      this.#batches--;
    }
  }
}

async function* chunksOf(
  facts: Iterable<Facts> | AsyncIterable<Facts>,
  size: number,
): AsyncGenerator<readonly Facts[]> {
  let chunk: Facts[] = [];
  // Facts that are all there are taken without a turn of the event loop for each.
  if (Symbol.iterator in facts) {
    for (const one of facts) {
      chunk.push(one);
      if (chunk.length < size) continue;
      yield chunk;
      chunk = [];
    }
  } else {
    for await (const one of facts) {
      chunk.push(one);
      if (chunk.length < size) continue;
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

function createRulesThread(): Worker {
  const module = new URL("./rules_worker.ts", import.meta.url);
  return new Worker(module, { type: "module" });
}

function scheduleBySystem(run: () => void, ms: number): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
