/** What keeps a method from being applied: each mistake with its place, for whoever asks. */
import type { Method, MethodParams, WeightedProblem } from "./analyze.ts";
import { columnsOf, isConstant, sumOf } from "./columns.ts";
import type { Problem } from "./decision.ts";
import { MAX_MISTAKES, type Mistake, perCriterion } from "./mistake.ts";
import { mistakesInParams } from "./mistakes_in_params.ts";
import { factors, logarithms } from "./product.ts";
import { isZero, normalize } from "./normalize.ts";

/** Largest power of e that a product may come to; doubles end at 709. */
const MAX_EXPONENT = 700;

/** What values a method can read; a column of zeros is fine everywhere. */
type Demand = "any" | "not_negative" | "positive_costs" | "mean_above_0";

/** Everything `analyze` cannot answer with numbers; nothing if it can. */
export function mistakesIn(
  method: Method,
  problem: WeightedProblem,
): readonly Mistake[] {
  const shape = mistakesInShape(problem);
  if (shape.length > 0) return shape;
  const mistakes = [
    ...mistakesInWeights(problem.weights),
    ...mistakesInParams(method, problem),
    ...mistakesInValues(demandOf(method, problem.params), problem),
  ];
  if (mistakes.length > 0) return mistakes.slice(0, MAX_MISTAKES);
  return mistakesInProducts(method, problem);
}

/** Lengths that do not fit each other. */
export function mistakesInShape(
  { matrix, directions, weights }: Problem & {
    readonly weights?: readonly number[];
  },
): readonly Mistake[] {
  const size = matrix[0].length;
  const ragged = matrix.findIndex((row) => row.length !== size);
  if (ragged >= 0) {
    const message = `Not a table: ${
      matrix[ragged].length
    } values, where the first row has ${size}`;
    return [{ path: ["matrix", ragged], message }];
  }
  const lists = { directions, weights };
  return Object.entries(lists).flatMap(([name, list]) =>
    list === undefined || list.length === size
      ? []
      : [{ path: [name], message: perCriterion(list.length, size) }]
  );
}

function mistakesInWeights(weights: readonly number[]): readonly Mistake[] {
  if (sumOf(weights) > 0) return [];
  return [{ path: ["weights"], message: "All 0: nothing would count" }];
}

/** Values that columns cannot be scaled with. */
export function mistakesInValues(
  demand: Demand,
  { matrix, directions }: Problem,
): readonly Mistake[] {
  if (demand === "any") return [];
  return columnsOf(matrix).flatMap((column, j): readonly Mistake[] => {
    if (isZero(column)) return [];
    if (demand === "mean_above_0") {
      if (isConstant(column) || sumOf(column) > 0) return [];
      const message = "The mean of the column is not above 0";
      return [{ path: ["matrix", 0, j], message }];
    }
    const above = demand === "positive_costs" && directions[j] === "cost";
    return column.flatMap((value, i) =>
      value > 0 || (value === 0 && !above)
        ? []
        : [{ path: ["matrix", i, j], message: above ? COST : NEGATIVE }]
    );
  }).slice(0, MAX_MISTAKES);
}

const COST = "Not above 0, which this needs of a cost";
const NEGATIVE = "Below 0, which this cannot read";

function demandOf(method: Method, params: MethodParams = {}): Demand {
  const { normalization = "none" } = params;
  switch (method) {
    case "wsm":
      return isInverting(normalization) ? "positive_costs" : "any";
    case "wpm":
      if (normalization === "minmax") return "any";
      return normalization === "vector" ? "not_negative" : "positive_costs";
    case "waspas":
    case "copras":
    case "aras":
      return "positive_costs";
    case "electre1":
      return "not_negative";
    case "edas":
      return "mean_above_0";
    case "topsis":
    case "vikor":
    case "promethee2":
    case "electre2":
    case "moora":
    case "mabac":
    case "spotis":
      return "any";
  }
}

function isInverting(normalization: string): boolean {
  return normalization === "sum" || normalization === "max";
}

/** Products that would leave the range of numbers, or vanish in it and so become equal. */
function mistakesInProducts(
  method: Method,
  problem: WeightedProblem,
): readonly Mistake[] {
  if (method !== "wpm" && method !== "waspas") return [];
  const logs = logarithms(
    method === "wpm"
      ? factors(problem, problem.params ?? {})
      : normalize(problem, "max"),
  );
  const fits = logs.every((row) => {
    const exponents = row.map((log, j) =>
      Number.isFinite(log) ? Math.abs(log) * problem.weights[j] : 0
    );
    return sumOf(exponents) <= MAX_EXPONENT;
  });
  if (fits) return [];
  const message = "Too large: the products leave the range of numbers";
  return [{ path: ["weights"], message }];
}
