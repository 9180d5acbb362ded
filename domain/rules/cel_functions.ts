/** The functions of expressions: CEL's own, and the few that people miss. docs/rules.md lists them. */
import { CONVERSIONS } from "./cel_conversions.ts";
import { fail } from "./cel_fault.ts";
import { METHODS } from "./cel_methods.ts";
import {
  list,
  ofNumber,
  ofNumbers,
  ofStrings,
  type Overload,
  takenAt,
} from "./cel_overload.ts";
import { type Budget, isMap, keysOf, kindName, kindOf } from "./cel_values.ts";

/** The overloads of a function, or of a method; undefined where there is none. */
export function overloadsOf(
  name: string,
  method: boolean,
): readonly Overload[] | undefined {
  // Both `size(list)` and `list.size()`.
  if (name === "size") return SIZES;
  return (method ? METHODS : FUNCTIONS).get(name);
}

/**
 * Runs the first overload that takes these arguments.
 *
 * @throws {CelFault} When none does.
 */
export function call(
  name: string,
  { overloads, args }: {
    readonly overloads: readonly Overload[];
    readonly args: readonly unknown[];
  },
  budget: Budget,
): unknown {
  for (const overload of overloads) {
    const fits = args.every((arg, index) => {
      const taken = takenAt(overload, index);
      return taken === "any" || taken === kindOf(arg);
    });
    if (fits) return overload.run(args, budget);
  }
  return fail(`${name}() does not take ${args.map(kindName).join(" and ")}`);
}

function least(values: readonly number[]): number {
  return values.reduce(
    (a, b) => Math.min(a, b),
    values[0] ?? fail("min() of an empty list"),
  );
}

function greatest(values: readonly number[]): number {
  return values.reduce(
    (a, b) => Math.max(a, b),
    values[0] ?? fail("max() of an empty list"),
  );
}

/** Characters as people count them: a code point is one, as in CEL. */
function countCharacters(value: string): number {
  let count = 0;
  for (const _ of value) count++;
  return count;
}

const SIZES: readonly Overload[] = [
  ofStrings(1, "number", (_, value) => countCharacters(value)),
  { takes: ["list"], gives: "number", run: ([items]) => list(items).length },
  {
    takes: ["map"],
    gives: "number",
    run: ([map], budget) =>
      isMap(map) ? keysOf(map, budget).length : fail("Not a map"),
  },
];

const FUNCTIONS: ReadonlyMap<string, readonly Overload[]> = new Map<
  string,
  readonly Overload[]
>([
  ...CONVERSIONS,
  ["abs", [ofNumber(Math.abs)]],
  ["floor", [ofNumber(Math.floor)]],
  ["ceil", [ofNumber(Math.ceil)]],
  // Halves go away from zero, as on paper; Math.round takes -2.5 to -2.
  ["round", [
    ofNumber((value) => Math.sign(value) * Math.round(Math.abs(value))),
  ]],
  ["min", ofNumbers(least)],
  ["max", ofNumbers(greatest)],
  ["sum", ofNumbers((values) => values.reduce((a, b) => a + b, 0))],
]);
