/** What can be said of tables before any case: their mistakes, their gaps and overlaps. */
import { type Coverage, coverage } from "./coverage.ts";
import type { CompiledTable } from "./compile.ts";
import type { Facts } from "./facts.ts";
import { Budget } from "./feel/budget.ts";
import { Scope } from "./feel/scope.ts";
import { readSimpleCell } from "./feel/simple_cell.ts";
import { canonicalName } from "./feel/syntax.ts";
import { compileTables } from "./tables.ts";
import type { DecisionTable, Mistake } from "./table.ts";

export interface Checked {
  /** Paths start with the index of the table. */
  readonly mistakes: readonly Mistake[];
  /** One per table; none while there are mistakes that keep the tables from being read. */
  readonly coverage: readonly Coverage[];
}

/**
 * Checks tables, as one checks a rule before it is saved.
 *
 * @param options.facts An example: with it, names that are neither facts nor decisions are mistakes.
 */
export function checkTables(
  tables: readonly DecisionTable[],
  options: { readonly facts?: Facts } = {},
): Checked {
  const { facts } = options;
  const compiled = compileTables(tables, { names: facts });
  if (compiled.state === "refused") {
    return { mistakes: compiled.mistakes, coverage: [] };
  }
  const known = new Set(
    [...Object.keys(facts ?? {}), ...compiled.tables.map((one) => one.decision)]
      .map(canonicalName),
  );
  const mistakes = compiled.tables.flatMap((table, index) => {
    const unknown = facts === undefined ? [] : [...table.reads]
      .filter(([name]) => !known.has(name))
      .map(([name, place]) => ({ ...place, message: `Unknown fact: ${name}` }));
    return [...unknown, ...answersNotAllowed(table, tables[index])]
      .map((mistake) => ({ ...mistake, path: [index, ...mistake.path] }));
  });
  return {
    mistakes,
    coverage: compiled.tables.map((table, index) =>
      coverage(table, tables[index].rules.map(({ out }) => out))
    ),
  };
}

/** Answers written out that the table itself does not allow. */
function answersNotAllowed(
  { outputs }: CompiledTable,
  { rules }: DecisionTable,
): readonly Mistake[] {
  const scope = new Scope(new Map(), new Budget());
  return rules.flatMap(({ out }, rule) =>
    out.flatMap((text, column) => {
      const allowed = outputs[column].allowed?.simple &&
        outputs[column].allowed;
      const [only, ...more] = readSimpleCell(text)?.tests ?? [];
      if (!allowed || only?.type !== "equal" || more.length > 0) return [];
      if (only.value === null || allowed.passes(only.value, scope)) return [];
      const message = `Not an allowed value: ${text.trim()}`;
      return [{ path: ["rules", rule, "out", column], message }];
    })
  );
}
