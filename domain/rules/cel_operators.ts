/** Which kinds the operators take, and what kind they give, as far as it is seen without facts. */
import type { BinaryOperator } from "./cel_tree.ts";
import { ANY, type CelType, mayEqual, nameOf } from "./cel_types.ts";
import type { Kind } from "./cel_values.ts";

/** The kinds that have an order. */
const ORDERED: readonly (Kind | "any")[] = [
  "any",
  "number",
  "string",
  "bool",
  "timestamp",
  "duration",
];

type Pair = readonly [left: CelType, right: CelType];

/** Why an operator does not take two types; undefined when it may. */
export function operatorMistake(
  operator: BinaryOperator,
  [left, right]: Pair,
): string | undefined {
  const pair = `${nameOf(left)} and ${nameOf(right)}`;
  switch (operator) {
    case "==":
    case "!=":
      return mayEqual(left, right) ? undefined : `Never equal: ${pair}`;
    case "<":
    case "<=":
    case ">":
    case ">=": {
      const alike = left.kind === right.kind || left.kind === "any" ||
        right.kind === "any";
      const ordered = ORDERED.includes(left.kind) &&
        ORDERED.includes(right.kind);
      return alike && ordered ? undefined : `Cannot compare ${pair}`;
    }
    case "in": {
      if (right.kind === "map" || right.kind === "any") return undefined;
      if (right.kind !== "list") {
        return `"in" takes a list or a map, got ${nameOf(right)}`;
      }
      return mayEqual(left, right.element ?? ANY)
        ? undefined
        : `Never in the list: ${nameOf(left)}`;
    }
    default: {
      const result = arithmeticOf(operator, [left.kind, right.kind]);
      return result === undefined
        ? `Cannot use ${operator} on ${pair}`
        : undefined;
    }
  }
}

/** The kind that an operator gives two types it takes. */
export function operatorResult(
  operator: BinaryOperator,
  [left, right]: Pair,
): CelType["kind"] {
  switch (operator) {
    case "+":
    case "-":
    case "*":
    case "/":
    case "%":
      return arithmeticOf(operator, [left.kind, right.kind]) ?? "any";
    default:
      return "bool";
  }
}

/** The kinds that arithmetic takes and gives: left, operators, right, result. */
const ARITHMETIC: readonly (readonly [Kind, string, Kind, Kind])[] = [
  ["number", "+-*/%", "number", "number"],
  ["string", "+", "string", "string"],
  ["list", "+", "list", "list"],
  ["timestamp", "+-", "duration", "timestamp"],
  ["duration", "+", "timestamp", "timestamp"],
  ["duration", "+-", "duration", "duration"],
  ["timestamp", "-", "timestamp", "duration"],
];

/** The kind of the result; `any` when it depends, undefined when there is none. */
function arithmeticOf(
  operator: string,
  [left, right]: readonly [CelType["kind"], CelType["kind"]],
): CelType["kind"] | undefined {
  const results = ARITHMETIC.filter(([from, operators, to]) =>
    operators.includes(operator) && (left === "any" || left === from) &&
    (right === "any" || right === to)
  ).map(([, , , result]) => result);
  const [first] = results;
  return results.every((result) => result === first) ? first : "any";
}
