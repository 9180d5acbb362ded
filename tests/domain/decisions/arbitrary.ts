/** Decisions made up by chance, small enough that ties and dominance are common. */
import fc from "fast-check";
import {
  type Method,
  METHODS,
  type WeightedProblem,
} from "../../../domain/decisions/analyze.ts";
import type { Direction } from "../../../domain/decisions/decision.ts";

export const MAX_SIZE = 6;

/** Every method, and those with a choice that changes much. */
export const VARIANTS: readonly {
  readonly method: Method;
  readonly params?: WeightedProblem["params"];
}[] = [
  ...METHODS.map((method) => ({ method })),
  ...(["sum", "max", "minmax", "vector"] as const).flatMap((normalization) => [
    { method: "wsm" as const, params: { normalization } },
    { method: "wpm" as const, params: { normalization } },
  ]),
  { method: "topsis", params: { normalization: "minmax" } },
  { method: "topsis", params: { normalization: "none" } },
  { method: "moora", params: { variant: "reference_point" } },
  {
    method: "promethee2",
    params: { preference: "linear", q: 0.5, p: 2.5 },
  },
];

/** Values above 0, which every method reads. */
export function problems(): fc.Arbitrary<WeightedProblem> {
  const value = fc.oneof(
    fc.integer({ min: 1, max: 5 }),
    fc.double({ min: 0.1, max: 1000, noNaN: true }),
  );
  return shaped(value);
}

/** Anything the body allows, degenerate columns included. */
export function wildProblems(): fc.Arbitrary<WeightedProblem> {
  const value = fc.oneof(
    fc.constantFrom(0, 1, -1, 1e100, -1e100, 1e-100, 3, 3, 3),
    fc.double({ min: -1000, max: 1000, noNaN: true })
      .filter((one) => one === 0 || Math.abs(one) >= 1e-100),
  );
  return shaped(value);
}

function shaped(value: fc.Arbitrary<number>): fc.Arbitrary<WeightedProblem> {
  const size = fc.integer({ min: 1, max: MAX_SIZE });
  return fc.tuple(size, size).chain(([alternatives, criteria]) => {
    const list = <T>(item: fc.Arbitrary<T>, length: number) =>
      fc.array(item, { minLength: length, maxLength: length });
    const direction = fc.constantFrom<Direction[]>("benefit", "cost");
    const weight = fc.constantFrom(0, 0.1, 0.25, 1, 3);
    return fc.record({
      matrix: list(list(value, criteria), alternatives),
      directions: list(direction, criteria),
      weights: list(weight, criteria)
        .filter((weights) => weights.some((one) => one > 0)),
    });
  });
}

/** A seeded order of so many things. */
export function orderOf(length: number, keys: readonly number[]) {
  return Array.from({ length }, (_, one) => one)
    .sort((a, b) => keys[a] - keys[b] || a - b);
}
