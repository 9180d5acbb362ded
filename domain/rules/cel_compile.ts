/** Compiles an expression once into closures that run fast, and on demand into ones that trace. */
import {
  compileField,
  compileHas,
  compileIndex,
  compileName,
} from "./cel_access.ts";
import { type ArithmeticOperator, calculate } from "./cel_arithmetic.ts";
import { compileEach } from "./cel_each.ts";
import { fail } from "./cel_fault.ts";
import { call, overloadsOf } from "./cel_functions.ts";
import { compileLogic, demandBoolean } from "./cel_logic.ts";
import type { Code, Facts, Run, Scope } from "./cel_run.ts";
import { Duration } from "./cel_time.ts";
import { Tracer } from "./cel_trace.ts";
import {
  type BinaryOperator,
  type CelNode,
  type CelTree,
  sizeOf,
} from "./cel_tree.ts";
import {
  type Budget,
  compare,
  ELEMENTS_PER_STEP,
  equal,
  hasKey,
  isMap,
  kindName,
  spend,
} from "./cel_values.ts";

/** An expression that is ready to run, any number of times. */
export interface Expression {
  readonly text: string;
  /**
   * The value. What it takes is taken from the budget. A tracer gets what every part
   * came to, and costs time.
   *
   * @throws {CelFault}
   */
  value(facts: Facts, budget: Budget, tracer?: Tracer): unknown;
}

/**
 * @param tree A tree that `checkCel` finds nothing wrong with.
 * @throws {RangeError} On a function that does not exist.
 */
export function compileCel({ text, root }: CelTree): Expression {
  const size = sizeOf(root);
  const scope = { variables: new Map(), compile, traced: false };
  const fast = compile(root, scope);
  let traced: Code | undefined;
  return {
    text,
    value: (facts, budget, tracer) => {
      if (tracer !== undefined) {
        traced ??= recorded(root, { ...scope, traced: true });
      }
      const code = tracer && traced ? traced : fast;
      const run: Run = {
        facts,
        steps: budget.steps,
        slots: [],
        places: [],
        tracer: tracer ?? UNUSED,
      };
      try {
        spend(run, size);
        return code(run);
      } finally {
        budget.steps = run.steps;
      }
    },
  };
}

const UNUSED = new Tracer("");

function compile(node: CelNode, scope: Scope): Code {
  // A literal says itself what it is.
  if (scope.traced && node.op !== "literal") return recorded(node, scope);
  return plain(node, scope);
}

function recorded(node: CelNode, scope: Scope): Code {
  const code = plain(node, scope);
  const { from, to } = node;
  const span = { from, to };
  const slot = scope.variables.size - 1;
  return (run) => {
    if (run.tracer.skips()) return code(run);
    const item = slot < 0 ? undefined : run.places[slot];
    return run.tracer.record(span, { run: () => code(run), item });
  };
}

function plain(node: CelNode, scope: Scope): Code {
  const inner = (part: CelNode) => compile(part, scope);
  switch (node.op) {
    case "literal": {
      const { value } = node;
      return () => value;
    }
    case "name":
      return compileName(node, scope);
    case "field":
      return compileField(node, scope);
    case "index":
      return compileIndex(node, scope);
    case "has":
      return compileHas(node, scope);
    case "list": {
      const items = node.items.map(inner);
      return (run) => items.map((item) => item(run));
    }
    case "map":
      return compileMap(
        node.entries.map(([key, value]) => [inner(key), inner(value)] as const),
      );
    case "not": {
      const of = inner(node.of);
      return (run) => !demandBoolean(of(run), "!");
    }
    case "negate":
      return compileNegate(inner(node.of));
    case "and":
    case "or":
      return compileLogic(node.op, node.of.map(inner));
    case "choose": {
      const when = inner(node.when);
      const then = inner(node.then);
      const otherwise = inner(node.otherwise);
      return (run) =>
        demandBoolean(when(run), "?:") ? then(run) : otherwise(run);
    }
    case "binary":
      return compileBinary(node.operator, inner(node.left), inner(node.right));
    case "call": {
      const { name, method } = node;
      const overloads = overloadsOf(name, method);
      if (overloads === undefined) {
        throw new RangeError(`Cannot compile: no function ${name}`);
      }
      const args = node.args.map(inner);
      return (run) =>
        call(name, { overloads, args: args.map((arg) => arg(run)) }, run);
    }
    case "each":
      return compileEach(node, scope);
  }
}

function compileMap(entries: readonly (readonly [Code, Code])[]): Code {
  return (run) => {
    const map = new Map<unknown, unknown>();
    for (const [key, value] of entries) {
      const name = key(run);
      if (typeof name === "object") {
        fail(`A key is a string, number or boolean, got ${kindName(name)}`);
      }
      if (map.has(name)) fail(`A key that is there already: ${name}`);
      map.set(name, value(run));
    }
    return map;
  };
}

function compileNegate(of: Code): Code {
  return (run) => {
    const value = of(run);
    // 0 - 0 is 0, where -0 would be shown as such.
    if (typeof value === "number") return 0 - value;
    if (value instanceof Duration) return new Duration(-value.ms);
    return fail(`Cannot negate ${kindName(value)}`);
  };
}

/** Numbers first, without a detour: they are what most rules compare. */
function compileBinary(
  operator: BinaryOperator,
  left: Code,
  right: Code,
): Code {
  switch (operator) {
    case "==":
      return (run) => equal(left(run), right(run), run);
    case "!=":
      return (run) => !equal(left(run), right(run), run);
    case "<":
      return (run) => compare(left(run), right(run), run) < 0;
    case "<=":
      return (run) => compare(left(run), right(run), run) <= 0;
    case ">":
      return (run) => compare(left(run), right(run), run) > 0;
    case ">=":
      return (run) => compare(left(run), right(run), run) >= 0;
    case "in":
      return (run) => contains(right, left(run), run);
    default:
      return compileArithmetic(operator, left, right);
  }
}

function compileArithmetic(
  operator: ArithmeticOperator,
  left: Code,
  right: Code,
): Code {
  return (run) => calculate(operator, [left(run), right(run)], run);
}

function contains(of: Code, item: unknown, run: Run): boolean {
  const all = of(run);
  if (Array.isArray(all)) {
    spend(run, Math.ceil(all.length / ELEMENTS_PER_STEP));
    return all.some((one) => equal(item, one, run));
  }
  if (isMap(all)) return hasKey(all, item);
  return fail(`"in" takes a list or a map, got ${kindName(all)}`);
}
