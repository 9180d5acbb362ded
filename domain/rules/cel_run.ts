/** One evaluation of one expression: its facts, its steps, its variables, its trace. */
import type { CelNode } from "./cel_tree.ts";
import type { Tracer } from "./cel_trace.ts";
import type { Budget } from "./cel_values.ts";

/** What rules are asked about: values of JSON by name. */
export type Facts = Readonly<Record<string, unknown>>;

export interface Run extends Budget {
  readonly facts: Facts;
  /** The values of the macros' variables, by nesting. */
  readonly slots: unknown[];
  /** Where those values stand: an index of a list, a key of a map. */
  readonly places: unknown[];
  /** Only read by code that was compiled to trace. */
  readonly tracer: Tracer;
}

/** A compiled node. @throws {CelFault} When it has no value. */
export type Code = (run: Run) => unknown;

/** What a node is compiled within. */
export interface Scope {
  /** The variables of macros around it. */
  readonly variables: ReadonlyMap<string, Variable>;
  readonly traced: boolean;
  /** Compiles a node below; handed down, for the parts need each other. */
  readonly compile: (node: CelNode, scope: Scope) => Code;
}

export interface Variable {
  readonly slot: number;
  /** The path of what it goes over, where that is a fact. */
  readonly over?: (run: Run) => string;
}
