/** Works out ahead what will be asked: the rules in use, on the facts asked about lately. */
import type { RuleBook } from "./rule_book.ts";
import type { RuleEvaluations } from "./rule_cache.ts";

export interface Warmed {
  /** Rules in use, compiled. */
  readonly rules: number;
  /** Facts that they were evaluated on. */
  readonly facts: number;
  /** Results that were not known before. */
  readonly computed: number;
  /** Results that were known already. */
  readonly known: number;
}

export interface RuleWarmingOptions {
  readonly book: Pick<RuleBook, "inUse">;
  readonly evaluations: Pick<RuleEvaluations, "evaluate" | "recent">;
  /** Ms since 1970. @default The system's clock. */
  readonly now?: () => number;
  /** Lets others have their turn. @default a timer of 0 ms */
  readonly pause?: () => Promise<void>;
}

export class RuleWarming {
  readonly #options: RuleWarmingOptions;
  #running?: Promise<Warmed>;

  constructor(options: RuleWarmingOptions) {
    this.#options = options;
  }

  /**
   * After a rule was published its results are under new keys: the first to ask would wait for
   * them. Whoever asks while it runs waits for the same run.
   */
  warm(): Promise<Warmed> {
    this.#running ??= this.#run().finally(() => this.#running = undefined);
    return this.#running;
  }

  async #run(): Promise<Warmed> {
    const { book, evaluations, now = Date.now, pause = turn } = this.#options;
    const rules = [...(await book.inUse()).values()];
    const subjects = evaluations.recent.all();
    let computed = 0;
    let known = 0;
    for (const { facts, way } of subjects) {
      const { results } = await evaluations.evaluate(rules, facts, {
        ...way,
        at: now(),
        clock: () => performance.now(),
      });
      for (const { cached } of results) {
        if (cached) known++;
        else computed++;
      }
      await pause();
    }
    return { rules: rules.length, facts: subjects.length, computed, known };
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
