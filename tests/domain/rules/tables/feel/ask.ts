/** Asks one expression or one cell, the way tables do. */
import {
  compileCell,
  compileExpression,
  type Source,
} from "../../../../../domain/rules/tables/feel/cell.ts";
import { GrammarAllowance } from "../../../../../domain/rules/tables/feel/allowance.ts";
import { Budget } from "../../../../../domain/rules/tables/feel/budget.ts";
import {
  namesIn,
  Scope,
} from "../../../../../domain/rules/tables/feel/scope.ts";
import { SpecialNames } from "../../../../../domain/rules/tables/feel/special_names.ts";

type Facts = Readonly<Record<string, unknown>>;

/** What an expression comes to, as JSON has it. */
export function answer(text: string, facts: Facts = {}): unknown {
  const source = sourceOf(facts);
  const value = compileExpression(text, source)(scopeOf(facts));
  return JSON.parse(JSON.stringify(value));
}

/** Whether a value passes a cell. */
export function passes(
  text: string,
  value: unknown,
  facts: Facts = {},
): boolean | null {
  const source = sourceOf(facts);
  return compileCell(text, source).passes(value, scopeOf(facts));
}

/** A fresh source for the grammar: names of facts, nothing read yet. */
export function sourceOf(facts: Facts): Source {
  return {
    names: new SpecialNames(facts),
    reads: new Map(),
    allowance: new GrammarAllowance(),
  };
}

export function scopeOf(facts: Facts): Scope {
  return new Scope(namesIn(facts), new Budget());
}
