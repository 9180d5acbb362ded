/** Decision tables that build on each other: put in order once, then asked of many cases. */
import { type CompiledTable, compileTable, decisionName } from "./compile.ts";
import { type Evaluated, evaluateTable, type TableAnswer } from "./evaluate.ts";
import { factMistakes, type Facts } from "./facts.ts";
import { GrammarAllowance } from "./feel/allowance.ts";
import { Budget } from "./feel/budget.ts";
import { namesIn, Scope } from "./feel/scope.ts";
import { SpecialNames } from "./feel/special_names.ts";
import { canonicalName, type Names } from "./feel/syntax.ts";
import type { DecisionTable, Mistake } from "./table.ts";

/** What one table of several answers. */
export interface DecisionAnswer extends TableAnswer {
  readonly decision: string;
}

export type CompiledTables =
  | {
    readonly state: "refused";
    /** Paths start with the index of the table. */
    readonly mistakes: readonly Mistake[];
  }
  | {
    readonly state: "ready";
    /** In the order given. */
    readonly tables: readonly CompiledTable[];
    /** One answer per table, in the order given. Never throws for what a fact may be. */
    readonly evaluate: (facts: Facts) => readonly DecisionAnswer[];
  };

/**
 * Compiles tables whose inputs may be each other's decisions. A table that reads its own
 * name reads the fact of that name.
 *
 * @param options.names Facts, or anything with their names. Needed only for names that
 *   hold an operator, such as `Approved/Declined`.
 */
export function compileTables(
  tables: readonly DecisionTable[],
  options: { readonly names?: Names } = {},
): CompiledTables {
  const grammar = {
    names: new SpecialNames({ ...options.names, ...decisionsOf(tables) }),
    allowance: new GrammarAllowance(),
  };
  const read = tables.map((table) => compileTable(table, grammar));
  const mistakes = read.flatMap(({ mistakes }, index) =>
    mistakes.map((mistake) => ({ ...mistake, path: [index, ...mistake.path] }))
  );
  mistakes.push(...repeated(tables));
  if (mistakes.length > 0) return { state: "refused", mistakes };
  const compiled = read.map(({ table }) => table);
  const order = inOrder(compiled, tables.map(decisionName));
  if (!Array.isArray(order)) return { state: "refused", mistakes: [order] };
  return {
    state: "ready",
    tables: compiled,
    evaluate: (facts) => evaluateAll(compiled, order, facts),
  };
}

/** The decisions as names, with those of their outputs: `Approval.Rate/Year` reads one. */
function decisionsOf(tables: readonly DecisionTable[]): Names {
  return Object.fromEntries(tables.map((table) => [
    decisionName(table),
    Object.fromEntries(table.outputs.map(({ name }) => [name ?? "", null])),
  ]));
}

function repeated(tables: readonly DecisionTable[]) {
  const names = tables.map(decisionName);
  return names.flatMap((name, index) =>
    names.indexOf(name) < index
      ? [{ path: [index, "decision"], message: "Named before" }]
      : []
  );
}

/** Indices such that each table comes after those it reads, or the circle that prevents it. */
function inOrder(
  tables: readonly CompiledTable[],
  names: readonly string[],
): number[] | Mistake {
  const order: number[] = [];
  const open: number[] = [];
  const visit = (index: number): Mistake | undefined => {
    if (order.includes(index)) return undefined;
    if (open.includes(index)) {
      const circle = [...open.slice(open.indexOf(index)), index];
      const shown = circle.map((one) => names[one]).join(" → ");
      return {
        path: [index],
        message: `Decisions wait for each other: ${shown}`,
      };
    }
    open.push(index);
    for (const name of tables[index].reads.keys()) {
      const next = names.indexOf(name);
      if (next < 0 || next === index) continue;
      const mistake = visit(next);
      if (mistake !== undefined) return mistake;
    }
    open.pop();
    order.push(index);
  };
  for (const index of tables.keys()) {
    const mistake = visit(index);
    if (mistake !== undefined) return mistake;
  }
  return order;
}

function evaluateAll(
  tables: readonly CompiledTable[],
  order: readonly number[],
  facts: Facts,
): readonly DecisionAnswer[] {
  const wrong = factMistakes(facts);
  const known = wrong.length > 0 ? new Map() : namesIn(facts);
  const budget = new Budget();
  const failed = new Set<string>();
  const answers: DecisionAnswer[] = [];
  for (const index of order) {
    const table = tables[index];
    const name = canonicalName(table.decision);
    const errors = wrong.length > 0 ? wrong : unknowns(table, known, failed);
    const { answer, value } = errors.length > 0
      ? unanswered(errors)
      : evaluateTable(table, new Scope(known, budget));
    if (answer.errors.length > 0) failed.add(name);
    known.set(name, value);
    answers[index] = { decision: table.decision, ...answer };
  }
  return answers;
}

/** What the table reads and nobody says. */
function unknowns(
  { reads, decision }: CompiledTable,
  known: ReadonlyMap<string, unknown>,
  failed: ReadonlySet<string>,
): readonly Mistake[] {
  return [...reads].flatMap(([name, place]) => {
    if (failed.has(name) && name !== canonicalName(decision)) {
      return [{ ...place, message: `This decision has errors: ${name}` }];
    }
    return known.has(name)
      ? []
      : [{ ...place, message: `Unknown fact: ${name}` }];
  });
}

function unanswered(errors: readonly Mistake[]): Evaluated {
  const trace = { inputs: [], rules: [] };
  return {
    value: null,
    answer: { outputs: null, matched: [], trace, errors },
  };
}
