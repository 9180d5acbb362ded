/** Results of decision calculations: kept by what was asked, or worked out here or in a worker. */
import type { Matrix } from "../domain/decisions/decision.ts";
import { contentKey } from "./content_key.ts";
import type { KeptResults } from "./kept_results.ts";
import { ResultCache } from "./result_cache.ts";
import {
  createDecisionCalls,
  type DecisionCalls,
} from "./workers/decision_calls.ts";
import { calculate, type DecisionTask } from "./workers/decision_task.ts";

/** Pairs of values that are compared at once: a few milliseconds. */
const MAX_PAIRS = 400_000;

/** Ms since 1970, and whether it was there or on its way when it was asked for. */
export interface DecisionResult {
  /** An object, as JSON. */
  readonly json: string;
  readonly computedAt: number;
  readonly cached: boolean;
}

export interface DecisionResultsOptions {
  /** Where results are kept, among others. @default One of its own. */
  readonly results?: ResultCache;
  /** @default workers of its own, that start as somebody asks */
  readonly calls?: Pick<DecisionCalls, "run">;
}

/** The key is made of the whole task: method, figures, weights, parameters, samples, seed. */
export class DecisionResults {
  readonly #calls: Pick<DecisionCalls, "run">;
  readonly #results: KeptResults<string>;

  constructor({
    results = new ResultCache(),
    calls = createDecisionCalls(),
  }: DecisionResultsOptions = {}) {
    this.#calls = calls;
    this.#results = results.kind("decision", {
      sizeOf: ({ length }) => length,
    });
  }

  /** @throws {RealtimeError} `unavailable` when workers are busy for too long */
  async of(task: DecisionTask): Promise<DecisionResult> {
    const key = `decision:${task.do}:${contentKey(task)}`;
    const asked = { key, about: aboutOf(task) };
    const { value, computedAt, cached } = await this.#results.once(
      asked,
      () => isLarge(task) ? this.#calls.run(task) : calculate(task),
    );
    return { json: value, computedAt, cached };
  }
}

/** Whether the loop that delivers messages would wait for it. */
function isLarge(task: DecisionTask): boolean {
  switch (task.do) {
    case "analyze":
      return pairsOf(task.input.matrix) > MAX_PAIRS;
    case "compare":
      return pairsOf(task.input.matrix) * task.input.methods.length > MAX_PAIRS;
    case "smaa":
      return true;
  }
}

function pairsOf(matrix: Matrix): number {
  return matrix.length ** 2 * matrix[0].length;
}

const NAMES = {
  analyze: "Ranking",
  compare: "Comparison",
  smaa: "Rank stability",
} as const;

/** `Ranking by topsis, 3 × 5`. */
function aboutOf({ do: what, input }: DecisionTask): string {
  const method = "method" in input
    ? input.method
    : `${input.methods.length} methods`;
  const size = `${input.matrix.length} × ${input.matrix[0].length}`;
  return `${NAMES[what]} by ${method}, ${size}`;
}
