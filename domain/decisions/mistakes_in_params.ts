/** Parameters that do not fit the method or the matrix. */
import type { Method, WeightedProblem } from "./analyze.ts";
import { columnsOf } from "./columns.ts";
import { type Mistake, perCriterion } from "./mistake.ts";
import { isZero } from "./normalize.ts";
import { NEEDED } from "./preference.ts";
import { type PerCriterion, shapeAt, thresholdAt } from "./promethee.ts";
import { TOPSIS_NORMALIZATIONS } from "./topsis.ts";

/** Only what the method reads is looked at. */
export function mistakesInParams(
  method: Method,
  problem: WeightedProblem,
): readonly Mistake[] {
  switch (method) {
    case "topsis":
      return topsisMistakes(problem);
    case "promethee2":
      return prometheeMistakes(problem);
    case "electre2":
      return electreTwoMistakes(problem);
    case "aras":
      return arasMistakes(problem);
    case "spotis":
      return spotisMistakes(problem);
    default:
      return [];
  }
}

function topsisMistakes({ params = {} }: WeightedProblem) {
  const { normalization } = params;
  if (
    normalization === undefined ||
    TOPSIS_NORMALIZATIONS.some((one) => one === normalization)
  ) return [];
  const known = TOPSIS_NORMALIZATIONS.join(", ");
  return [mistake(["normalization"], `Not one of ${known}`)];
}

function prometheeMistakes({ params = {}, directions }: WeightedProblem) {
  const size = directions.length;
  const lengths = ([
    ["preference", params.preference],
    ["q", params.q],
    ["p", params.p],
    ["s", params.s],
  ] satisfies [string, PerCriterion<unknown> | undefined][])
    .flatMap(([name, list]) =>
      Array.isArray(list) && list.length !== size
        ? [mistake([name], perCriterion(list.length, size))]
        : []
    );
  if (lengths.length > 0) return lengths;
  return directions.flatMap((_, j) => {
    const { shape, q, p, s } = shapeAt(params, j);
    const needed = NEEDED[shape].filter((name) =>
      thresholdAt(params[name], j) === undefined
    );
    if (needed.length > 0) {
      return needed.map((name) =>
        mistake([name, j], `Missing, which ${shape} needs`)
      );
    }
    if (shape === "vshape" && p <= 0) {
      return [mistake(["p", j], "Not above 0")];
    }
    if (shape === "gaussian" && s <= 0) {
      return [mistake(["s", j], "Not above 0")];
    }
    if ((shape === "level" || shape === "linear") && p < q) {
      return [mistake(["p", j], "Below q")];
    }
    return [];
  });
}

function electreTwoMistakes({ params = {} }: WeightedProblem) {
  const { p0 = 0.65, p1 = 0.5, p2 = 0.35, q0 = 0.65, q1 = 0.35 } = params;
  return [
    ...(p0 < p1 ? [mistake(["p1"], "Above p0")] : []),
    ...(p1 < p2 ? [mistake(["p2"], "Above p1")] : []),
    ...(q0 < q1 ? [mistake(["q1"], "Above q0")] : []),
  ];
}

function arasMistakes({ params = {}, directions, matrix }: WeightedProblem) {
  const { optimal } = params;
  if (optimal === undefined) return [];
  const size = directions.length;
  if (optimal.length !== size) {
    return [mistake(["optimal"], perCriterion(optimal.length, size))];
  }
  const columns = columnsOf(matrix);
  return optimal.flatMap((value, j) => {
    const isCost = directions[j] === "cost";
    if (value < 0) return [mistake(["optimal", j], "Below 0")];
    if (!isCost || (value > 0) !== isZero(columns[j])) return [];
    return [mistake(["optimal", j], "Not above 0 as the costs in its column")];
  });
}

function spotisMistakes({ params = {}, directions, matrix }: WeightedProblem) {
  const { bounds, ideal } = params;
  const size = directions.length;
  const lists = Object.entries({ bounds, ideal }).flatMap(([name, list]) =>
    list !== undefined && list.length !== size
      ? [mistake([name], perCriterion(list.length, size))]
      : []
  );
  if (lists.length > 0) return lists;
  return columnsOf(matrix).flatMap((column, j) => {
    const [low, high] = bounds?.[j] ??
      [Math.min(...column), Math.max(...column)];
    if (low > high) return [mistake(["bounds", j], "Lowest above highest")];
    if (column.some((value) => value < low || value > high)) {
      const message = "The matrix has values outside of these bounds";
      return [mistake(["bounds", j], message)];
    }
    if (ideal !== undefined && (ideal[j] < low || ideal[j] > high)) {
      return [mistake(["ideal", j], "Outside of the bounds")];
    }
    return [];
  });
}

function mistake(
  path: readonly (string | number)[],
  message: string,
): Mistake {
  return { path: ["params", ...path], message };
}
