/** One table asked of one case: which rules match, what they come to, and why. */
import type { Json } from "../../decider.ts";
import type { CompiledOutput, CompiledRule, CompiledTable } from "./compile.ts";
import { jsonOf } from "./facts.ts";
import type { Budget } from "./feel/budget.ts";
import { CannotEvaluate } from "./feel/cannot.ts";
import type { Evaluate } from "./feel/compiled.ts";
import type { Scope } from "./feel/scope.ts";
import { Disagreement, type Hit, settle } from "./hit_policy.ts";
import type { Mistake, Path } from "./table.ts";
import { shown, typed } from "./typed.ts";

/** Errors named of one evaluation. */
const MAX_ERRORS = 20;

export interface TableTrace {
  /** The value of each input; absent from the first that could not be told. */
  readonly inputs: readonly Json[];
  /** The rules asked, in order, each with the first cell that did not hold; null if all did. */
  readonly rules: readonly {
    readonly rule: number;
    readonly failedAt: number | null;
  }[];
}

export interface TableAnswer {
  /** One value, an object of several outputs, or a list of these; null without a match, and with any error. */
  readonly outputs: Json;
  /** The rules that match, by index. */
  readonly matched: readonly number[];
  readonly trace: TableTrace;
  readonly errors: readonly Mistake[];
}

/** The answer, and its value in FEEL for the tables that build on it. */
export interface Evaluated {
  readonly answer: TableAnswer;
  readonly value: unknown;
}

/** Evaluates a compiled table; `scope` holds the facts. Never throws for what a fact may be. */
export function evaluateTable(table: CompiledTable, scope: Scope): Evaluated {
  return new Evaluation(table, scope).run();
}

class Evaluation {
  readonly #table: CompiledTable;
  readonly #scope: Scope;
  readonly #errors: Mistake[] = [];
  readonly #inputs: Json[] = [];
  readonly #rules: { rule: number; failedAt: number | null }[] = [];
  readonly #matched: number[] = [];

  constructor(table: CompiledTable, scope: Scope) {
    this.#table = table;
    this.#scope = scope;
  }

  run(): Evaluated {
    const values = this.#readInputs();
    if (this.#errors.length === 0) this.#matchRules(values);
    const value = this.#errors.length === 0 ? this.#settle() : null;
    const outputs = this.#errors.length === 0
      ? this.#try(["outputs"], () => jsonOf(value, this.#budget)) ?? null
      : null;
    const failed = this.#errors.length > 0;
    return {
      value: failed ? null : value,
      answer: {
        outputs,
        matched: this.#matched,
        trace: { inputs: this.#inputs, rules: this.#rules },
        errors: this.#errors.slice(0, MAX_ERRORS),
      },
    };
  }

  get #budget(): Budget {
    return this.#scope.budget;
  }

  #readInputs(): readonly unknown[] {
    return this.#table.inputs.map(({ value, allowed, type }, index) =>
      this.#try(["inputs", index], () => {
        const found = typed(value(this.#scope) ?? null, type);
        this.#inputs.push(jsonOf(found, this.#budget));
        if (allowed && allowed.passes(found, this.#scope) !== true) {
          throw new CannotEvaluate(`Not an allowed value: ${shown(found)}`);
        }
        return found;
      }) ?? null
    );
  }

  #matchRules(values: readonly unknown[]): void {
    const { rules, policy } = this.#table;
    for (const [rule, { cells }] of rules.entries()) {
      const failedAt = this.#firstFailing(cells, values, rule);
      this.#rules.push({ rule, failedAt });
      if (this.#errors.length >= MAX_ERRORS) return;
      if (failedAt !== null) continue;
      this.#matched.push(rule);
      if (policy === "F") return;
    }
  }

  #firstFailing(
    cells: CompiledRule["cells"],
    values: readonly unknown[],
    rule: number,
  ): number | null {
    let column = 0;
    try {
      for (; column < cells.length; column++) {
        if (cells[column].passes(values[column], this.#scope) !== true) {
          return column;
        }
      }
      return null;
    } catch (error) {
      this.#note(["rules", rule, "in", column], error);
      return column;
    }
  }

  #settle(): unknown {
    if (this.#matched.length === 0) return this.#fallback();
    const { policy, rules } = this.#table;
    const counted = policy === "C#";
    const hits = this.#matched.map((rule): Hit => {
      if (counted) return { rule, outputs: [], ranks: [] };
      const path: Path = ["rules", rule, "out"];
      const outputs = this.#outputs(rules[rule].outputs, path);
      return { rule, outputs, ranks: this.#ranks(outputs) };
    });
    if (this.#errors.length > 0) return null;
    return this.#try(["rules"], () =>
      settle(policy, hits, {
        budget: this.#budget,
        valueOf: ({ outputs }) => this.#valueOf(outputs),
      })) ?? null;
  }

  #fallback(): unknown {
    const { outputs } = this.#table;
    if (outputs.every(({ fallback }) => fallback === undefined)) return null;
    return this.#valueOf(outputs.map(({ fallback, type }, index) => {
      if (fallback === undefined) return null;
      const path = ["outputs", index, "default"];
      const read = () => typed(fallback(this.#scope) ?? null, type);
      return this.#try(path, read) ?? null;
    }));
  }

  #outputs(cells: readonly Evaluate[], path: Path): readonly unknown[] {
    return cells.map((cell, column) =>
      this.#try([...path, column], () => {
        const { allowed, type } = this.#table.outputs[column];
        const value = typed(cell(this.#scope) ?? null, type);
        const fits = value === null || !allowed ||
          allowed.passes(value, this.#scope) === true;
        if (fits) return value;
        throw new CannotEvaluate(`Not an allowed value: ${shown(value)}`);
      }) ?? null
    );
  }

  #ranks(values: readonly unknown[]): readonly number[] {
    const { outputs, policy } = this.#table;
    if (policy !== "P" && policy !== "O") return [];
    return outputs.flatMap(({ allowed }, column) =>
      allowed ? [rankOf(values[column], allowed, this.#scope)] : []
    );
  }

  #valueOf(values: readonly unknown[]): unknown {
    const { outputs } = this.#table;
    if (outputs.length === 1) return values[0];
    return Object.fromEntries(
      outputs.map(({ name }, column) => [name, values[column]]),
    );
  }

  #try<Value>(path: Path, run: () => Value): Value | undefined {
    try {
      return run();
    } catch (error) {
      this.#note(path, error);
    }
  }

  #note(path: Path, error: unknown): void {
    if (error instanceof Disagreement) {
      this.#errors.push({ path, message: error.message });
    } else if (error instanceof CannotEvaluate) {
      const { message, position } = error;
      this.#errors.push(
        position ? { path, message, position } : { path, message },
      );
    } else throw error;
  }
}

/** The place of a value among those allowed; what is not among them comes last. */
function rankOf(
  value: unknown,
  allowed: NonNullable<CompiledOutput["allowed"]>,
  scope: Scope,
): number {
  const place = allowed.tests.findIndex((test) =>
    test(value, scope.testing(value)) === true
  );
  return place < 0 ? allowed.tests.length : place;
}
