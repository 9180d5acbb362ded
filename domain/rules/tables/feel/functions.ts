/** The functions cells may call: those of FEEL that always end soon and depend on nothing else. */
import { evaluate, FeelFunction } from "feelin";
import { boundedText, type Budget } from "./budget.ts";
import { CannotEvaluate } from "./cannot.ts";
import {
  readDate,
  readDateAndTime,
  readDuration,
  readTime,
} from "./read_text.ts";
import { functionOf, isList, kindOf, order } from "./values.ts";

export type Call = (args: readonly unknown[], budget: Budget) => unknown;

export interface Builtin {
  readonly parameters: readonly string[];
  readonly call: Call;
}

/** Taken from the library as they are. */
const FROM_LIBRARY = [
  "number",
  "string",
  "date",
  "time",
  "duration",
  "not",
  "substring",
  "string length",
  "upper case",
  "lower case",
  "substring before",
  "substring after",
  "contains",
  "starts with",
  "ends with",
  "string join",
  "list contains",
  "count",
  "sum",
  "mean",
  "all",
  "any",
  "sublist",
  "append",
  "concatenate",
  "insert before",
  "remove",
  "reverse",
  "index of",
  "union",
  "distinct values",
  "flatten",
  "product",
  "stddev",
  "mode",
  "decimal",
  "floor",
  "ceiling",
  "abs",
  "round up",
  "round down",
  "round half up",
  "round half down",
  "modulo",
  "sqrt",
  "log",
  "exp",
  "odd",
  "even",
  "is",
  "before",
  "after",
  "meets",
  "met by",
  "overlaps",
  "includes",
  "day of year",
  "day of week",
  "month of year",
  "week of year",
  "get value",
  "get entries",
];

/** Of these the library compares every list or context with every other. */
const QUADRATIC = ["distinct values", "union"];

/** Known to FEEL and refused here, with the reason. */
export const REFUSED_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ["matches", "Patterns are not taken: one may run for hours"],
  ["replace", "Patterns are not taken: one may run for hours"],
  ["split", "Patterns are not taken: one may run for hours"],
  ["now", "Depends on the clock: give the time as a fact"],
  ["today", "Depends on the clock: give the day as a fact"],
]);

const BUILTINS: ReadonlyMap<string, Builtin> = new Map([
  ...FROM_LIBRARY.map((name): [string, Builtin] => [name, fromLibrary(name)]),
  // The library's take numbers only, and its median sorts 10 before 9.
  ["min", { parameters: ["...list"], call: (args, b) => extreme(args, -1, b) }],
  ["max", { parameters: ["...list"], call: (args, b) => extreme(args, 1, b) }],
  ["median", { parameters: ["...list"], call: median }],
  // Two words of the grammar stand in these names, so they cannot be looked up.
  ["date and time", { parameters: ["from", "time"], call: dateAndTime }],
  ["years and months duration", { parameters: ["from", "to"], call: months }],
]);

/** The function of that name, if cells may call it. */
export function builtin(name: string): Builtin | undefined {
  return BUILTINS.get(name);
}

/** `@"2024-02-29"`: a date, time, date and time, or duration by its form; null for none. */
export function temporal(text: string): unknown {
  if (/^-?P/.test(text)) return readDuration(text);
  if (/^\d{1,2}:/.test(text)) return readTime(text);
  return text.includes("T") ? readDateAndTime(text) : readDate(text);
}

function fromLibrary(name: string): Builtin {
  const { value } = evaluate(name);
  if (typeof value !== "function") {
    throw new TypeError(`Cannot find the library's function: ${name}`);
  }
  const parameters: unknown = Reflect.get(value, "$args");
  const names = isList(parameters) ? parameters.map(String) : [];
  const bound = new FeelFunction((...args) => value(...args), names);
  const quadratic = QUADRATIC.includes(name);
  const call: Call = (args, budget) => {
    if (quadratic) {
      const items = args.filter(isList).flat();
      const compared = items.filter((item) => typeof item === "object");
      budget.spend(compared.length ** 2 / 2);
    }
    return invoke(bound, args, budget);
  };
  return { parameters: names, call };
}

function invoke(
  bound: FeelFunction,
  args: readonly unknown[],
  budget: Budget,
): unknown {
  budget.spendOn(args);
  try {
    const value: unknown = bound.invoke([...args]);
    if (typeof value === "string") return boundedText(value);
    // Failures of the library and numbers without a value are null, as FEEL has it.
    return kindOf(value) === undefined ? null : value;
  } catch (error) {
    if (error instanceof CannotEvaluate) throw error;
    if (isOverflow(error)) throw new CannotEvaluate("Too many items");
    // Out of the calendar's range, not of the kind it takes, or not known to the library.
    return null;
  }
}

/** Items are handed over as arguments, of which the machine takes some hundred thousand. */
function isOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes("call stack");
}

/** What a function over a list was given: one list, or its items one by one. */
function itemsOf(args: readonly unknown[]): readonly unknown[] {
  return args.length === 1 && isList(args[0]) ? args[0] : args;
}

function extreme(
  args: readonly unknown[],
  direction: 1 | -1,
  budget: Budget,
): unknown {
  const [first = null, ...rest] = itemsOf(args);
  budget.spend(rest.length);
  let best = first;
  for (const item of rest) {
    const place = order(item, best);
    if (place === undefined) return null;
    if (place * direction > 0) best = item;
  }
  return best;
}

function median(args: readonly unknown[], budget: Budget): number | null {
  const items = itemsOf(args);
  budget.spend(items.length * 10);
  const sorted = items.filter((item) => typeof item === "number").sort((a, b) =>
    a - b
  );
  if (sorted.length === 0 || sorted.length < items.length) return null;
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? sorted[middle]
    : sorted[middle - 1] / 2 + sorted[middle] / 2;
}

const JOIN = functionOf("function(a, b) date and time(a, b)");
const MONTHS = functionOf("function(a, b) years and months duration(a, b)");

function dateAndTime(args: readonly unknown[], budget: Budget): unknown {
  const [from, time] = args;
  if (args.length === 2) {
    const day = kindOf(from) === "date" || kindOf(from) === "date and time";
    if (!day || kindOf(time) !== "time") return null;
    return invoke(JOIN, args, budget);
  }
  if (kindOf(from) === "date and time") return from;
  if (kindOf(from) === "date") return readDateAndTime(`${from}T00:00:00`);
  return typeof from === "string" ? readDateAndTime(from) : null;
}

function months(args: readonly unknown[], budget: Budget): unknown {
  const days = args.map((arg) =>
    kindOf(arg) === "date and time" ? builtin("date")?.call([arg], budget) : arg
  );
  if (days.length !== 2 || days.some((day) => kindOf(day) !== "date")) {
    return null;
  }
  return invoke(MONTHS, days, budget);
}
