/** Values of CEL in JavaScript: JSON's, timestamps and durations; what kind one is, and when two are equal. */
import { CelFault, fail } from "./cel_fault.ts";
import { Duration, Timestamp } from "./cel_time.ts";

/** One kind of number: a double that is finite. */
export type Kind =
  | "null"
  | "bool"
  | "number"
  | "string"
  | "list"
  | "map"
  | "timestamp"
  | "duration";

/** With its article, for errors. */
export const KIND_NAMES: Readonly<Record<Kind, string>> = {
  null: "null",
  bool: "a boolean",
  number: "a number",
  string: "a string",
  list: "a list",
  map: "a map",
  timestamp: "a timestamp",
  duration: "a duration",
};

/** A map: an object of the facts, or one that an expression wrote out. */
export type MapValue =
  | Readonly<Record<string, unknown>>
  | Map<unknown, unknown>;

/** What is left of an evaluation's steps. */
export interface Budget {
  steps: number;
}

/** How many characters are compared, made or searched for one step. */
export const CHARACTERS_PER_STEP = 32;
/** How many elements are looked at for one step, where nothing is evaluated for each. */
export const ELEMENTS_PER_STEP = 2;

/** @throws {CelFault} `TIMEOUT` when the steps are spent. */
export function spend(budget: Budget, steps: number): void {
  budget.steps -= steps;
  if (budget.steps < 0) throw new CelFault("TIMEOUT", "Too many steps");
}

/** Long texts cost what comparing them takes; the usual ones are in the step of their node. */
function payForText(left: string, right: string, budget: Budget): void {
  const length = Math.min(left.length, right.length);
  if (length < CHARACTERS_PER_STEP) return;
  spend(budget, Math.ceil(length / CHARACTERS_PER_STEP));
}

/** @throws {CelFault} For what JSON does not have: undefined, functions, symbols. */
export function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case "number":
      return "number";
    case "string":
      return "string";
    case "boolean":
      return "bool";
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return "list";
      if (value instanceof Timestamp) return "timestamp";
      if (value instanceof Duration) return "duration";
      return "map";
    default:
      return fail(`Not a value of JSON: ${typeof value}`);
  }
}

/** For errors: the kind of any value with its article. */
export function kindName(value: unknown): string {
  return KIND_NAMES[kindOf(value)];
}

export function isMap(value: unknown): value is MapValue {
  return typeof value === "object" && value !== null &&
    !Array.isArray(value) && !(value instanceof Timestamp) &&
    !(value instanceof Duration);
}

/** Own keys only: `constructor` of a fact is missing unless a fact is called so. */
export function hasKey(map: MapValue, key: unknown): boolean {
  if (map instanceof Map) return map.has(key);
  return typeof key === "string" && Object.hasOwn(map, key) &&
    map[key] !== undefined;
}

/** The value under a key; undefined where there is none. */
export function valueAt(map: MapValue, key: unknown): unknown {
  if (map instanceof Map) return map.get(key);
  return typeof key === "string" && Object.hasOwn(map, key)
    ? map[key]
    : undefined;
}

/** The keys of a map, paid for by their number. */
export function keysOf(map: MapValue, budget: Budget): readonly unknown[] {
  const keys = map instanceof Map ? [...map.keys()] : Object.keys(map);
  spend(budget, keys.length);
  return keys;
}

/**
 * CEL's equality: across kinds it is false, never an error; lists by element, maps by
 * key whatever the order. Each element costs a step.
 */
export function equal(left: unknown, right: unknown, budget: Budget): boolean {
  if (typeof left === "string" && typeof right === "string") {
    payForText(left, right, budget);
  }
  if (left === right) return true;
  if (
    typeof left !== "object" || typeof right !== "object" || left === null ||
    right === null
  ) return false;
  spend(budget, 1);
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    spend(budget, Math.ceil(left.length / ELEMENTS_PER_STEP));
    return left.every((item, index) => equal(item, right[index], budget));
  }
  if (left instanceof Timestamp) {
    return right instanceof Timestamp && left.ms === right.ms;
  }
  if (left instanceof Duration) {
    return right instanceof Duration && left.ms === right.ms;
  }
  if (!isMap(left) || !isMap(right)) return false;
  const keys = keysOf(left, budget);
  return keys.length === keysOf(right, budget).length &&
    keys.every((key) =>
      hasKey(right, key) &&
      equal(valueAt(left, key), valueAt(right, key), budget)
    );
}

/**
 * Which of two comes first: below 0, 0 or above 0.
 *
 * @throws {CelFault} Unless both are numbers, strings, booleans, timestamps or durations alike.
 */
export function compare(
  left: unknown,
  right: unknown,
  budget: Budget,
): number {
  if (typeof left === "number" && typeof right === "number") {
    return left - right;
  }
  if (typeof left === "string" && typeof right === "string") {
    payForText(left, right, budget);
    return left < right ? -1 : left > right ? 1 : 0;
  }
  if (typeof left === "boolean" && typeof right === "boolean") {
    return Number(left) - Number(right);
  }
  if (left instanceof Timestamp && right instanceof Timestamp) {
    return left.ms - right.ms;
  }
  if (left instanceof Duration && right instanceof Duration) {
    return left.ms - right.ms;
  }
  return fail(`Cannot compare ${kindName(left)} with ${kindName(right)}`);
}
