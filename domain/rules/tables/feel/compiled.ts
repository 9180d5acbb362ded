/** What FEEL text becomes: closures over a scope, and what is known of them before any fact. */
import type { Position } from "../table.ts";
import type { Scope } from "./scope.ts";
import type { Node } from "./syntax.ts";

export type Evaluate = (scope: Scope) => unknown;

/** Does a value pass? null if FEEL does not say, `undefined` if its kind makes the question wrong. */
export type Test = (value: unknown, scope: Scope) => boolean | null | undefined;

/** Turns nodes into closures; each kind of node is compiled in the file of its idea. */
export interface Compiler {
  expression(node: Node): Evaluate;
  /** One of the tests of a list such as `"a", > 5`. */
  test(node: Node): Test;
  /** A compiler for text in which these names are bound, such as the body of a loop. */
  binding(names: readonly string[]): Compiler;
  /** A compiler for a filter, where any name may be one of the item's own. */
  filtering(): Compiler;
}

/** A fact or another decision that some text reads, by the first place that does. */
export type Reads = Map<string, Position>;
