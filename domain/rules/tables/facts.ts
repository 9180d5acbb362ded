/** Facts on the way in, answers on the way out: JSON on one side, FEEL on the other. */
import type { Json } from "../../decider.ts";
import type { Budget } from "./feel/budget.ts";
import { CannotEvaluate } from "./feel/cannot.ts";
import { isContext, isList, kindOf } from "./feel/values.ts";
import type { Mistake, Path } from "./table.ts";

/** What is known of the case to be decided, by name. */
export interface Facts {
  readonly [name: string]: unknown;
}

const MAX_DEPTH = 32;
const MAX_VALUES = 100_000;

/** What of the facts is no value (NaN, too deep, a name no object should have), with its place. */
export function factMistakes(facts: Facts): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  let left = MAX_VALUES;
  const visit = (value: unknown, path: Path): void => {
    if (--left < 0 || mistakes.length >= 20) return;
    const fault = faultOf(value, path);
    if (fault !== undefined) mistakes.push({ path, message: fault });
    else if (isList(value)) {
      value.forEach((item, index) => visit(item, [...path, index]));
    } else if (isContext(value)) {
      for (const name of Object.keys(value)) {
        visitNamed(name, value[name], path);
      }
    }
  };
  const visitNamed = (name: string, value: unknown, path: Path) => {
    const place = [...path, name];
    if (name === "__proto__") {
      mistakes.push({ path: place, message: `Not a name: ${name}` });
    } else visit(value, place);
  };
  visit(facts, ["facts"]);
  if (left < 0) {
    const message = `Too many values: at most ${MAX_VALUES}`;
    mistakes.push({ path: ["facts"], message });
  }
  return mistakes;
}

function faultOf(value: unknown, path: Path): string | undefined {
  if (path.length > MAX_DEPTH) return "Too deep";
  if (typeof value === "number" && !Number.isFinite(value)) {
    return `Not a number: ${value}`;
  }
  const kind = kindOf(value);
  return kind === undefined || kind === "function" ? "Not a value" : undefined;
}

/** A FEEL value as JSON: dates, times, durations and ranges as their text. @throws {CannotEvaluate} */
export function jsonOf(value: unknown, budget: Budget): Json {
  budget.spendOn(value);
  return plain(value);
}

function plain(value: unknown): Json {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      // JSON has no -0.
      if (Number.isFinite(value)) return value + 0;
      throw new CannotEvaluate(`Not a number: ${value}`);
  }
  if (isList(value)) return value.map(plain);
  if (isContext(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, plain(item)]),
    );
  }
  const kind = kindOf(value);
  if (kind === "null") return null;
  if (kind !== undefined && kind !== "function") return String(value);
  throw new CannotEvaluate("Not a value");
}
