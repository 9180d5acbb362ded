/** FEEL values: their kinds, when two are equal, and which of two comes first. */
import {
  evaluate,
  FeelDate,
  FeelDateTime,
  FeelDuration,
  FeelFunction,
  FeelRange,
  FeelTime,
} from "feelin";
import type { Budget } from "./budget.ts";

export type Kind =
  | "null"
  | "boolean"
  | "number"
  | "string"
  | "date"
  | "time"
  | "date and time"
  | "days and time duration"
  | "years and months duration"
  | "list"
  | "context"
  | "range"
  | "function";

/** A FEEL context: a plain object, read by its own keys only. */
export interface Context {
  readonly [name: string]: unknown;
}

export function isContext(value: unknown): value is Context {
  return typeof value === "object" && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** The kind of a value; `undefined` for what is none, such as NaN or an error of the library. */
export function kindOf(value: unknown): Kind | undefined {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? "number" : undefined;
    case "string":
      return "string";
    case "boolean":
      return "boolean";
    case "undefined":
      return "null";
  }
  if (value === null) return "null";
  if (isList(value)) return "list";
  if (value instanceof FeelDate) return "date";
  if (value instanceof FeelTime) return "time";
  if (value instanceof FeelDateTime) return "date and time";
  if (value instanceof FeelDuration) {
    return value.yearsMonths
      ? "years and months duration"
      : "days and time duration";
  }
  if (value instanceof FeelRange) return "range";
  if (value instanceof FeelFunction) return "function";
  return isContext(value) ? "context" : undefined;
}

/** Whether two are equal; null where FEEL does not say, because their kinds differ. */
export function equals(a: unknown, b: unknown, budget: Budget): boolean | null {
  return same([a, b], budget, 0);
}

function same(
  [a, b]: readonly [unknown, unknown],
  budget: Budget,
  depth: number,
): boolean | null {
  budget.spend(1);
  budget.checkDepth(depth);
  const left = alone(a, b);
  const right = alone(b, a);
  const kind = kindOf(left);
  const other = kindOf(right);
  if (kind === "null" || other === "null") return kind === other;
  if (kind === undefined || kind !== other) return null;
  const inner = (x: unknown, y: unknown) =>
    same([x, y], budget, depth + 1) === true;
  if (isList(left) && isList(right)) {
    return left.length === right.length &&
      left.every((item, index) => inner(item, right[index]));
  }
  if (isContext(left) && isContext(right)) {
    const names = Object.keys(left);
    return names.length === Object.keys(right).length &&
      names.every((name) =>
        Object.hasOwn(right, name) && inner(left[name], right[name])
      );
  }
  if (typeof left === "object") return library.equal.invoke([left, right]);
  return left === right;
}

/** A list of one stands for what is in it, where the other is no list. */
function alone(value: unknown, other: unknown): unknown {
  return isList(value) && value.length === 1 && !isList(other)
    ? value[0]
    : value;
}

/** Less than 0, 0 or more than 0, as in sorting; `undefined` if the kinds have no order. */
export function order(a: unknown, b: unknown): number | undefined {
  const left = alone(a, b);
  const right = alone(b, a);
  if (typeof left === "number" && typeof right === "number") {
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (typeof left === "string" && typeof right === "string") {
    return left < right ? -1 : left > right ? 1 : 0;
  }
  const kind = kindOf(left);
  if (kind === undefined || kind !== kindOf(right)) return undefined;
  if (!ORDERED.includes(kind)) return undefined;
  if (library.less.invoke([left, right]) === true) return -1;
  return library.less.invoke([right, left]) === true ? 1 : 0;
}

const ORDERED: readonly Kind[] = [
  "date",
  "time",
  "date and time",
  "days and time duration",
  "years and months duration",
];

/** Is `value` in the range? null if one of them is null, `undefined` if it cannot be told. */
export function within(
  value: unknown,
  range: FeelRange,
): boolean | null | undefined {
  if (value === null || value === undefined) return null;
  if (range.start !== null) {
    const place = order(value, range.start);
    if (place === undefined) return undefined;
    if (place < 0 || place === 0 && !range["start included"]) return false;
  }
  if (range.end !== null) {
    const place = order(value, range.end);
    if (place === undefined) return undefined;
    if (place > 0 || place === 0 && !range["end included"]) return false;
  }
  return true;
}

/** What the library does with dates, times and durations, read once. */
export const library = {
  equal: functionOf("function(a, b) a = b"),
  less: functionOf("function(a, b) a < b"),
  add: functionOf("function(a, b) a + b"),
  subtract: functionOf("function(a, b) a - b"),
};

/** A function the library defines by an expression; it must not fail, or its warnings pile up. */
export function functionOf(text: string): FeelFunction {
  const { value } = evaluate(text);
  if (value instanceof FeelFunction) return value;
  throw new TypeError(`Cannot read the library's function: ${text}`);
}
