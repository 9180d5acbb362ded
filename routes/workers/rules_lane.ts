/** One worker of a batch, watched: when a chunk takes too long it is ended and replaced. */
import type { Facts } from "../../domain/rules/cel_run.ts";
import type { CompiledRule } from "../../domain/rules/compile_rule.ts";
import type {
  BatchOptions,
  FactsVerdict,
} from "../../domain/rules/evaluate_batch.ts";
import { skips } from "../../domain/rules/judge_rule.ts";
import { assess } from "../../domain/rules/risk_score.ts";
import type { Rule } from "../../domain/rules/rule.ts";
import type { RulesThreads } from "./rules_threads.ts";

/** What is told once, before the facts of a batch; the rules of an earlier one are forgotten. */
export interface RulesMessage {
  readonly type: "RULES";
  readonly rules: readonly Rule[];
  readonly options: Pick<BatchOptions, "at" | "maxSteps" | "thresholds">;
}

/** Facts to be evaluated; answered by one message, their verdicts. */
export interface FactsMessage {
  readonly type: "FACTS";
  /** Place of the first. */
  readonly from: number;
  readonly facts: readonly Facts[];
}

export type RulesRequest = RulesMessage | FactsMessage;

/** As much of a Worker as a lane needs, so that tests can hand in one that hangs. */
export interface RulesThread {
  postMessage(request: RulesRequest): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<readonly FactsVerdict[]>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

export interface LaneOptions {
  readonly threads: Pick<RulesThreads, "take" | "give">;
  /** Ms that one chunk may take. */
  readonly timeoutMs: number;
  /** Calls back after a while; gives what takes that back. */
  readonly schedule: (run: () => void, ms: number) => () => void;
}

interface Asked {
  readonly message: FactsMessage;
  readonly resolve: (verdicts: readonly FactsVerdict[]) => void;
  readonly reject: (error: unknown) => void;
}

export class RulesLane {
  readonly #rules: readonly CompiledRule[];
  readonly #batch: RulesMessage["options"];
  readonly #options: LaneOptions;
  #thread: RulesThread;
  /** In the order they were asked; the thread is at the first. */
  #asked: Asked[] = [];
  #unwatch: () => void = () => {};
  #closed: { readonly reason: unknown } | undefined;

  constructor(
    rules: readonly CompiledRule[],
    batch: RulesMessage["options"],
    options: LaneOptions,
  ) {
    this.#rules = rules;
    this.#batch = batch;
    this.#options = options;
    this.#thread = this.#start();
  }

  /** The verdicts of a chunk; TIMEOUT of every rule when it takes too long. */
  ask(from: number, facts: readonly Facts[]): Promise<readonly FactsVerdict[]> {
    if (this.#closed) return Promise.reject(this.#closed.reason);
    return new Promise((resolve, reject) => {
      const message: FactsMessage = { type: "FACTS", from, facts };
      this.#asked.push({ message, resolve, reject });
      this.#thread.postMessage(message);
      if (this.#asked.length === 1) this.#watch();
    });
  }

  /** Gives the thread back, or ends it when it is at work; whoever still waits is told why. */
  end(reason: unknown): void {
    this.#close(reason, this.#asked.length === 0 ? "idle" : "spoilt");
  }

  #close(reason: unknown, thread: "idle" | "spoilt"): void {
    if (this.#closed) return;
    this.#closed = { reason };
    this.#unwatch();
    if (thread === "idle") this.#options.threads.give(this.#thread);
    else this.#thread.terminate();
    for (const { reject } of this.#asked.splice(0)) reject(reason);
  }

  #start(): RulesThread {
    const thread = this.#options.threads.take();
    thread.onmessage = ({ data }) => {
      this.#unwatch();
      this.#asked.shift()?.resolve(data);
      this.#watch();
    };
    thread.onerror = (event) => {
      // Unless it is stopped here, it ends the process.
      event.preventDefault();
      const reason = `Cannot evaluate rules: ${event.message}`;
      this.#close(new Error(reason), "spoilt");
    };
    const rules = this.#rules.map(({ rule }) => rule);
    thread.postMessage({ type: "RULES", rules, options: this.#batch });
    return thread;
  }

  /** The chunk the thread is at must come back in time. */
  #watch(): void {
    if (this.#asked.length === 0) return;
    const { schedule, timeoutMs } = this.#options;
    this.#unwatch = schedule(() => this.#replace(), timeoutMs);
  }

  #replace(): void {
    this.#thread.terminate();
    this.#thread = this.#start();
    const late = this.#asked.shift();
    late?.resolve(
      late.message.facts.map((_, index) =>
        this.#unanswered(late.message.from + index)
      ),
    );
    // What waited behind it has lost nothing but time.
    for (const { message } of this.#asked) this.#thread.postMessage(message);
    this.#watch();
  }

  #unanswered(index: number): FactsVerdict {
    const result = "TIMEOUT" as const;
    const counting = this.#rules.filter((rule) => !skips(rule, this.#batch.at));
    const reason = `Took longer than ${this.#options.timeoutMs} ms`;
    const judged = counting.map(({ rule: { riskLevel } }) => ({
      result,
      riskLevel,
      score: 0,
    }));
    return {
      index,
      fired: [],
      unanswered: counting.map(({ rule: { id: ruleId } }) => ({
        ruleId,
        result,
        reason,
      })),
      ...assess(judged, this.#batch.thresholds),
    };
  }
}
