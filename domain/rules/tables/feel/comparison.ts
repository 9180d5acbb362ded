/** Comparisons and tests: `a < b`, `x between 1 and 2`, `x in (…)`, and what a cell holds. */
import { FeelRange } from "feelin";
import type { Position } from "../table.ts";
import { alike } from "./alike.ts";
import { CannotEvaluate, CannotRead } from "./cannot.ts";
import type { Compiler, Evaluate, Test } from "./compiled.ts";
import type { Scope } from "./scope.ts";
import type { Node } from "./syntax.ts";
import { equals, isList, kindOf, order, within } from "./values.ts";

const ORDERS: Readonly<Record<string, (place: number) => boolean>> = {
  "<": (place) => place < 0,
  "<=": (place) => place <= 0,
  ">": (place) => place > 0,
  ">=": (place) => place >= 0,
};

/** `a < b`, `a between b and c`, `a in b`, `a in (b, c)`. */
export function comparisonOf(node: Node, compiler: Compiler): Evaluate {
  const [first, operator] = node.children;
  const left = compiler.expression(first);
  switch (operator.kind) {
    case "in":
      return membership(node, left, compiler);
    case "between": {
      const low = compiler.expression(node.children[2]);
      const high = compiler.expression(node.children[4]);
      return (scope) => {
        const value = left(scope);
        const above = compare(">=", [value, low(scope)], node);
        return above && compare("<=", [value, high(scope)], node);
      };
    }
  }
  const right = compiler.expression(node.children[2]);
  const sign = operator.text;
  if (sign === "=" || sign === "!=") {
    return (scope) => {
      const same = equals(left(scope), right(scope), scope.budget);
      return sign === "=" || same === null ? same : !same;
    };
  }
  return (scope) => compare(sign, [left(scope), right(scope)], node);
}

function compare(
  sign: string,
  [left, right]: readonly [unknown, unknown],
  at: Position,
): boolean | null {
  if (left === null || right === null) return null;
  const place = order(left, right);
  if (place === undefined) throw incomparable(left, right, at);
  return ORDERS[sign](place);
}

function membership(
  node: Node,
  left: Evaluate,
  compiler: Compiler,
): Evaluate {
  const tests = node.children.slice(2).flatMap((child) =>
    child.kind === "PositiveUnaryTests"
      ? child.children
      : child.kind === "PositiveUnaryTest"
      ? [child]
      : []
  ).map((child) => compiler.test(child));
  return (scope) => passesAny(tests, { value: left(scope), scope, at: node });
}

/**
 * Whether a value passes one of several tests. One that it passes decides; otherwise
 * one that cannot be asked of its kind is an error, and an unknown makes all unknown.
 */
export function passesAny(
  tests: readonly Test[],
  { value, scope, at }: {
    readonly value: unknown;
    readonly scope: Scope;
    readonly at?: Position;
  },
): boolean | null {
  let answer: boolean | null | undefined = false;
  for (const test of tests) {
    const passed = test(value, scope);
    if (passed === true) return true;
    if (passed === undefined) answer = undefined;
    else if (passed === null && answer === false) answer = null;
  }
  if (answer !== undefined) return answer;
  throw new CannotEvaluate(`Cannot compare this with a ${kindOf(value)}`, at);
}

/** `> 5` as a test; its bound is evaluated each time, as it may name facts. */
export function orderTest(sign: string, bound: Evaluate): Test {
  if (sign === "=" || sign === "!=") {
    return (value, scope) => {
      const end = bound(scope);
      const same = equals(alike(value, end), end, scope.budget) ?? false;
      return sign === "=" ? same : !same;
    };
  }
  const holds = ORDERS[sign];
  return (value, scope) => {
    const end = bound(scope);
    if (value === null || end === null) return null;
    const place = order(alike(value, end), end);
    return place === undefined ? undefined : holds(place);
  };
}

/** A test by a value: its equal, one of a list, or within a range. */
export function passesValue(
  value: unknown,
  expected: unknown,
  scope: Scope,
): boolean | null | undefined {
  if (expected instanceof FeelRange) {
    return within(alike(value, expected.start ?? expected.end), expected);
  }
  if (isList(expected) && !isList(value)) {
    return expected.some((item) =>
      item instanceof FeelRange
        ? within(value, item) === true
        : equals(value, item, scope.budget) === true
    );
  }
  if (isList(expected) && isList(value)) {
    return equals(value, expected, scope.budget) === true ||
      expected.some((item) => equals(value, item, scope.budget) === true);
  }
  return equals(alike(value, expected), expected, scope.budget) ?? false;
}

/** `[1..5)` as a range. @throws {CannotRead} If two numbers of it are the wrong way round. */
export function rangeOf(node: Node, compiler: Compiler): Evaluate {
  const [opening, low, , high, closing] = node.children;
  const bounds = [low, high].map((bound) => Number(bound.text));
  if (
    [low, high].every(({ kind }) => kind === "NumericLiteral") &&
    bounds[0] > bounds[1]
  ) {
    throw new CannotRead("Starts after it ends", node);
  }
  const start = compiler.expression(low);
  const end = compiler.expression(high);
  return (scope) =>
    range([start(scope), end(scope)], {
      startIncluded: opening.text === "[",
      endIncluded: closing.text === "]",
      at: node,
    });
}

/** `> 5` as a range, open at its other end. */
export function halfRangeOf(node: Node, compiler: Compiler): Evaluate {
  const [{ text: sign }, bound] = node.children;
  if (!Object.hasOwn(ORDERS, sign)) {
    throw new CannotRead(`Needs something on the left of ${sign}`, node);
  }
  const end = compiler.expression(bound);
  const included = sign.endsWith("=");
  return (scope) =>
    range(sign.startsWith(">") ? [end(scope), null] : [null, end(scope)], {
      startIncluded: sign === ">=",
      endIncluded: included && sign === "<=",
      at: node,
    });
}

function range(
  [start, end]: readonly [unknown, unknown],
  { startIncluded, endIncluded, at }: {
    readonly startIncluded: boolean;
    readonly endIncluded: boolean;
    readonly at: Position;
  },
): FeelRange | null {
  const known = start ?? end;
  if (known === null) return null;
  const kind = kindOf(known);
  if (order(start ?? known, end ?? known) === undefined) {
    throw incomparable(start, end, at);
  }
  return new FeelRange({
    start,
    end,
    "start included": startIncluded,
    "end included": endIncluded,
    valueType: kind === undefined ? null : LIBRARY_KINDS[kind] ?? kind,
  });
}

/** Where the library's names of kinds are not the specification's. */
const LIBRARY_KINDS: Readonly<Record<string, string>> = {
  "date and time": "date time",
  "days and time duration": "duration",
  "years and months duration": "duration",
};

function incomparable(
  left: unknown,
  right: unknown,
  at: Position,
): CannotEvaluate {
  return new CannotEvaluate(
    `Cannot compare ${kindOf(left)} with ${kindOf(right)}`,
    at,
  );
}
