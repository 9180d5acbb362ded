/** Simple cells as closures: no scope, no budget, a comparison or two per value. */
import type { SimpleTest } from "./simple_cell.ts";
import { isList } from "./values.ts";

/** Looks at nothing but the value, so it needs no scope; a `Test` otherwise. */
export type SimplePass = (value: unknown) => boolean | null | undefined;

/** One simple test, which agrees with what the grammar would make of its text. */
export function simpleTest(test: SimpleTest): SimplePass {
  if (test.type === "equal") {
    const { value: expected } = test;
    return (value) => alone(value) === expected;
  }
  const { from, to, fromIncluded, toIncluded } = test;
  const text = typeof (from ?? to) === "string";
  return (given) => {
    const value = alone(given);
    if (value === null) return null;
    if (text ? typeof value !== "string" : typeof value !== "number") {
      return undefined;
    }
    // Told again for the compiler: both ends are of the kind just checked.
    if (typeof value !== "number" && typeof value !== "string") {
      return undefined;
    }
    if (from !== undefined && (fromIncluded ? value < from : value <= from)) {
      return false;
    }
    return to === undefined || (toIncluded ? value <= to : value < to);
  };
}

/** A list of one stands for what is in it. */
function alone(value: unknown): unknown {
  return isList(value) && value.length === 1 ? value[0] : value;
}
