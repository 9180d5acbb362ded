/** What an expression sees while it is evaluated: names, the value under test, and the budget. */
import type { Budget } from "./budget.ts";
import { canonicalName } from "./syntax.ts";
import type { Context } from "./values.ts";

export class Scope {
  readonly budget: Budget;
  /** The value under test, `?` in a cell. */
  readonly tested: unknown;
  readonly #names: ReadonlyMap<string, unknown>;
  readonly #outer?: Scope;

  constructor(
    names: ReadonlyMap<string, unknown>,
    budget: Budget,
    options: { readonly tested?: unknown; readonly outer?: Scope } = {},
  ) {
    this.#names = names;
    this.budget = budget;
    this.#outer = options.outer;
    this.tested = "tested" in options ? options.tested : options.outer?.tested;
  }

  /** What a name stands for, the innermost first; `undefined` if nothing bears it. */
  find(name: string): unknown {
    const value = this.#names.get(name);
    // Null is a value, and hides what is further out.
    return value === undefined ? this.#outer?.find(name) : value;
  }

  with(names: ReadonlyMap<string, unknown>): Scope {
    return new Scope(names, this.budget, { outer: this });
  }

  testing(tested: unknown): Scope {
    return new Scope(NOTHING, this.budget, { outer: this, tested });
  }
}

const NOTHING: ReadonlyMap<string, unknown> = new Map();

/** The names of a context, spelled as names are compared. */
export function namesIn(context: Context): Map<string, unknown> {
  return new Map(
    Object.entries(context).map((
      [name, value],
    ) => [canonicalName(name), value ?? null]),
  );
}
