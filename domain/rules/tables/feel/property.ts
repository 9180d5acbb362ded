/** Properties: entries of contexts, parts of dates and durations, ends of ranges. */
import { FeelRange } from "feelin";
import type { Compiler, Evaluate } from "./compiled.ts";
import { canonicalName, nameOf, type Node } from "./syntax.ts";
import { isContext, isList, type Kind, kindOf } from "./values.ts";

const DAY = ["year", "month", "day", "weekday"];
const CLOCK = ["hour", "minute", "second", "time offset", "timezone"];

const PARTS: Partial<Record<Kind, readonly string[]>> = {
  date: DAY,
  time: CLOCK,
  "date and time": [...DAY, ...CLOCK],
  "days and time duration": ["days", "hours", "minutes", "seconds"],
  "years and months duration": ["years", "months"],
};
const ENDS = ["start", "end", "start included", "end included"];

/** `applicant.monthly income`; of a list, the list of its items' properties; null if there is none. */
export function propertyOf(node: Node, compiler: Compiler): Evaluate {
  const target = compiler.expression(node.children[0]);
  const name = nameOf(node.children[2]);
  return (scope) => {
    const value = target(scope);
    scope.budget.spend(isList(value) ? value.length : 1);
    return isList(value)
      ? value.map((item) => property(item, name))
      : property(value, name);
  };
}

function property(value: unknown, name: string): unknown {
  if (isContext(value)) {
    if (Object.hasOwn(value, name)) return value[name] ?? null;
    const key = Object.keys(value).find((key) => canonicalName(key) === name);
    return key === undefined ? null : value[key] ?? null;
  }
  if (typeof value !== "object" || value === null) return null;
  const kind = kindOf(value);
  const known = value instanceof FeelRange
    ? ENDS
    : kind === undefined
    ? []
    : PARTS[kind] ?? [];
  // Asked by name, from a list of ours: nothing else of the object can be reached.
  return known.includes(name) ? Reflect.get(value, name) ?? null : null;
}
