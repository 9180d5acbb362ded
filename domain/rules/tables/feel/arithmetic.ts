/** FEEL arithmetic: numbers, texts (`+`), dates, times and durations. Null in, null out. */
import { FeelDuration } from "feelin";
import type { Position } from "../table.ts";
import { boundedText } from "./budget.ts";
import { CannotEvaluate } from "./cannot.ts";
import { readDuration } from "./read_text.ts";
import { type Kind, kindOf, library } from "./values.ts";

const VERBS: Readonly<Record<string, string>> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "**": "raise",
  "^": "raise",
};

const INSTANTS: readonly Kind[] = ["date", "time", "date and time"];
const DURATIONS: readonly Kind[] = [
  "days and time duration",
  "years and months duration",
];

/**
 * The value of `left operator right`. Dividing by zero is null, as is a result too large
 * for a number.
 *
 * @throws {CannotEvaluate} If the kinds do not go together; FEEL would say null.
 */
export function arithmetic(
  operator: string,
  [left, right]: readonly [unknown, unknown],
  at: Position,
): unknown {
  if (left === null || right === null) return null;
  if (typeof left === "number" && typeof right === "number") {
    return finite(numeric(operator, left, right));
  }
  if (
    operator === "+" && typeof left === "string" && typeof right === "string"
  ) {
    return boundedText(left + right);
  }
  const sum = temporal(operator, left, right);
  const value = sum === undefined ? scaled(operator, left, right) : sum;
  if (value !== undefined) return value;
  const kinds = `${kindOf(left)} and ${kindOf(right)}`;
  throw new CannotEvaluate(`Cannot ${VERBS[operator]} ${kinds}`, at);
}

function numeric(operator: string, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    default:
      return left ** right;
  }
}

function finite(value: number): number | null {
  // -0 would be printed as a sign nobody wrote.
  return Number.isFinite(value) ? value + 0 : null;
}

function temporal(operator: string, left: unknown, right: unknown): unknown {
  const a = kindOf(left);
  const b = kindOf(right);
  if (a === undefined || b === undefined) return undefined;
  const durations = DURATIONS.includes(a) && DURATIONS.includes(b);
  try {
    if (operator === "+") {
      const apart = INSTANTS.includes(a) && DURATIONS.includes(b) ||
        DURATIONS.includes(a) && INSTANTS.includes(b);
      if (apart || durations && a === b) {
        return library.add.invoke([left, right]);
      }
    }
    if (operator === "-") {
      const apart = INSTANTS.includes(a) && (DURATIONS.includes(b) || a === b);
      if (apart || durations && a === b) {
        return library.subtract.invoke([left, right]);
      }
    }
  } catch {
    // Out of the library's calendar.
    return null;
  }
}

/** A duration times or over a number, or over a duration of its kind. */
function scaled(operator: string, left: unknown, right: unknown): unknown {
  if (operator === "*" && typeof left === "number") {
    return scaled("*", right, left);
  }
  if (!(left instanceof FeelDuration)) return undefined;
  if (operator !== "*" && operator !== "/") return undefined;
  if (typeof right === "number") {
    const factor = numeric(operator, unitsOf(left), right);
    if (!Number.isFinite(factor)) return null;
    const whole = Math.trunc(factor);
    return left.yearsMonths
      ? readDuration(`${whole < 0 ? "-" : ""}P${Math.abs(whole)}M`)
      : milliseconds(whole);
  }
  const apart = operator === "/" && kindOf(left) === kindOf(right);
  if (!apart || !(right instanceof FeelDuration)) return undefined;
  return finite(unitsOf(left) / unitsOf(right));
}

/** Months, or milliseconds: what durations of a kind are counted in. */
function unitsOf(value: FeelDuration): number {
  const { years, months, days, hours, minutes, seconds, milliseconds } = value
    .unwrap();
  if (value.yearsMonths) return years * 12 + months;
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 +
    milliseconds;
}

function milliseconds(whole: number): unknown {
  const seconds = Math.abs(whole) / 1000;
  // As text, so that what is too long is null like everywhere.
  return Number.isSafeInteger(whole)
    ? readDuration(`${whole < 0 ? "-" : ""}PT${seconds.toFixed(3)}S`)
    : null;
}
