/** A cell: unary tests compiled once, asked of one value after the other. */
import type { GrammarAllowance } from "./allowance.ts";
import { passesAny } from "./comparison.ts";
import type { Evaluate, Reads, Test } from "./compiled.ts";
import { FeelCompiler } from "./compiler.ts";
import type { Scope } from "./scope.ts";
import {
  type Literal,
  readSimpleCell,
  type SimpleCell,
} from "./simple_cell.ts";
import { simpleTest } from "./simple_tests.ts";
import type { SpecialNames } from "./special_names.ts";
import { checkLength, readExpression, readUnaryTests } from "./syntax.ts";

export interface Cell {
  /** Whether the value passes; null if FEEL does not say. @throws {CannotEvaluate} */
  readonly passes: (value: unknown, scope: Scope) => boolean | null;
  /** The tests one by one, in the order written. */
  readonly tests: readonly Test[];
  /** What the cell says, where that is simple. */
  readonly simple?: SimpleCell;
}

export interface Source {
  /** Lets `Approved/Declined` be read as one name. */
  readonly names: SpecialNames;
  /** Where the facts that the text reads are written to. */
  readonly reads: Reads;
  readonly allowance: GrammarAllowance;
}

/** Compiles unary tests: `-`, `"a", "b"`, `not(> 5)`. @throws {CannotRead} */
export function compileCell(text: string, source: Source): Cell {
  checkLength(text);
  const simple = readSimpleCell(text);
  if (simple !== undefined) {
    const tests = simple.tests.map(simpleTest);
    if (tests.length === 0) return { passes: () => true, tests, simple };
    return { passes: asking(tests, simple.negated), tests, simple };
  }
  return compileWithGrammar(text, source);
}

/** The same by the grammar, for any cell. @throws {CannotRead} */
export function compileWithGrammar(text: string, source: Source): Cell {
  source.allowance.admit(text);
  const root = readUnaryTests(text, source.names.in(text));
  const compiler = new FeelCompiler(source.reads);
  const list = root.children.find(({ kind }) => kind === "PositiveUnaryTests");
  const tests = (list?.children ?? []).map((child) => compiler.test(child));
  if (tests.length === 0) return { passes: () => true, tests };
  const negated = root.children[0].kind === "not";
  const ask = asking(tests, negated);
  return {
    passes: (value, scope) => ask(value, scope.testing(value)),
    tests,
  };
}

/** Compiles an expression. @throws {CannotRead} */
export function compileExpression(text: string, source: Source): Evaluate {
  checkLength(text);
  const literal = literalOf(text);
  if (literal !== undefined) return () => literal;
  source.allowance.admit(text);
  const root = readExpression(text, source.names.in(text));
  return new FeelCompiler(source.reads).expression(root);
}

/** Most answers are literals, which need no grammar. */
function literalOf(text: string): Literal | undefined {
  const simple = readSimpleCell(text);
  if (simple?.tests.length !== 1 || simple.negated) return undefined;
  const [only] = simple.tests;
  return only.type === "equal" ? only.value : undefined;
}

function asking(tests: readonly Test[], negated: boolean): Cell["passes"] {
  return (value, scope) => {
    const passed = passesAny(tests, { value, scope });
    return negated && passed !== null ? !passed : passed;
  };
}
