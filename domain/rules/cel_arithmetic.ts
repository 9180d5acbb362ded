/** Arithmetic as people expect it: one kind of number, no division by zero, nothing infinite. */
import { fail } from "./cel_fault.ts";
import { Duration, Timestamp } from "./cel_time.ts";
import {
  type Budget,
  CHARACTERS_PER_STEP,
  kindName,
  spend,
} from "./cel_values.ts";

/** Longest string, in UTF-16 units, that an expression may make. */
export const MAX_STRING_LENGTH = 100_000;
/** Longest list that an expression may make by joining. */
export const MAX_LIST_LENGTH = 100_000;

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";

/**
 * The value of an operator on two values.
 *
 * @throws {CelFault} On kinds that do not go together, division by zero, overflow.
 */
export function calculate(
  operator: ArithmeticOperator,
  [left, right]: readonly [unknown, unknown],
  budget: Budget,
): unknown {
  if (typeof left === "number" && typeof right === "number") {
    return finite(numeric(operator, left, right));
  }
  if (operator === "+") {
    if (typeof left === "string" && typeof right === "string") {
      return joined(left, right, budget);
    }
    if (Array.isArray(left) && Array.isArray(right)) {
      spend(budget, left.length + right.length);
      if (left.length + right.length > MAX_LIST_LENGTH) {
        fail(`A list has at most ${MAX_LIST_LENGTH} elements`);
      }
      return [...left, ...right];
    }
  }
  if (operator === "+" || operator === "-") {
    const time = shifted(operator === "+" ? 1 : -1, left, right);
    if (time !== undefined) return time;
  }
  const words = WORDS[operator];
  return fail(`Cannot ${words} ${kindName(left)} and ${kindName(right)}`);
}

const WORDS: Readonly<Record<ArithmeticOperator, string>> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "%": "take the remainder of",
};

/** Numbers alone. @throws {CelFault} On division by zero. */
function numeric(
  operator: ArithmeticOperator,
  left: number,
  right: number,
): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return right === 0 ? fail("Division by zero") : left / right;
    case "%":
      return right === 0 ? fail("Remainder by zero") : left % right;
  }
}

/** @throws {CelFault} For what no double holds. Minus zero is zero. */
export function finite(number: number): number {
  if (Number.isFinite(number)) return number === 0 ? 0 : number;
  return fail("A number too large to hold");
}

/** Two strings as one, paid for by their length. */
export function joined(left: string, right: string, budget: Budget): string {
  const length = left.length + right.length;
  if (length > MAX_STRING_LENGTH) {
    fail(`A string has at most ${MAX_STRING_LENGTH} characters`);
  }
  spend(budget, Math.ceil(length / CHARACTERS_PER_STEP));
  return left + right;
}

function shifted(
  sign: 1 | -1,
  left: unknown,
  right: unknown,
): Timestamp | Duration | undefined {
  if (left instanceof Timestamp && right instanceof Duration) {
    return new Timestamp(left.ms + sign * right.ms);
  }
  if (left instanceof Duration && right instanceof Duration) {
    return new Duration(left.ms + sign * right.ms);
  }
  if (sign < 0 && left instanceof Timestamp && right instanceof Timestamp) {
    return new Duration(left.ms - right.ms);
  }
  if (sign > 0 && left instanceof Duration && right instanceof Timestamp) {
    return new Timestamp(left.ms + right.ms);
  }
  return undefined;
}
