/** What keeps weights from being read from a matrix or from comparisons. */
import { RANDOM_INDEX } from "./ahp.ts";
import type { BestWorst } from "./bwm.ts";
import type { Matrix, Problem } from "./decision.ts";
import { MAX_MISTAKES, type Mistake } from "./mistake.ts";
import { mistakesInShape, mistakesInValues } from "./mistakes.ts";
import type { WeighingInput } from "./weigh.ts";

/** How far a · 1/a may be from 1: 0.33 for a third, 0.14 for a seventh. */
const MAX_RECIPROCAL_ERROR = 0.05;

/** Everything `weigh` cannot answer with numbers; nothing if it can. */
export function mistakesInWeighing(input: WeighingInput): readonly Mistake[] {
  switch (input.method) {
    case "ahp":
      return ahpMistakes(input.comparisons).slice(0, MAX_MISTAKES);
    case "bwm":
      return bwmMistakes(input.params);
  }
  const { matrix } = input;
  const directions = input.directions ?? matrix[0].map(() => "benefit");
  const problem = { matrix, directions };
  const shape = mistakesInShape(problem);
  if (shape.length > 0) return shape;
  if (input.method === "entropy") {
    return mistakesInValues("not_negative", problem);
  }
  return input.method === "merec" ? merecMistakes(problem) : [];
}

function merecMistakes({ matrix }: Problem): readonly Mistake[] {
  return matrix.flatMap((row, i) =>
    row.flatMap((value, j) =>
      value > 0 ? [] : [{
        path: ["matrix", i, j],
        message: "Not above 0, which logarithms need",
      }]
    )
  ).slice(0, MAX_MISTAKES);
}

function ahpMistakes(comparisons: Matrix): readonly Mistake[] {
  const size = comparisons.length;
  if (size > RANDOM_INDEX.length) {
    const message = `Too many criteria: at most ${RANDOM_INDEX.length}`;
    return [{ path: ["comparisons"], message }];
  }
  const wrong = comparisons.findIndex((row) => row.length !== size);
  if (wrong >= 0) {
    const message = `Not square: ${
      comparisons[wrong].length
    } values, where there are ${size} rows`;
    return [{ path: ["comparisons", wrong], message }];
  }
  return comparisons.flatMap((row, i) =>
    row.flatMap((value, j): readonly Mistake[] => {
      const path = ["comparisons", i, j];
      if (i === j) {
        return value === 1 ? [] : [{ path, message: "Not 1 beside itself" }];
      }
      const product = value * comparisons[j][i];
      if (j > i || Math.abs(product - 1) <= MAX_RECIPROCAL_ERROR) return [];
      const message = `Not one divided by comparisons.${j}.${i}`;
      return [{ path, message }];
    })
  );
}

function bwmMistakes(params: BestWorst): readonly Mistake[] {
  const { best, worst, bestToOthers, othersToWorst } = params;
  const size = bestToOthers.length;
  const at = (path: readonly (string | number)[], message: string) => [
    { path: ["params", ...path], message },
  ];
  if (othersToWorst.length !== size) {
    return at(["othersToWorst"], `Not ${size} as in bestToOthers`);
  }
  if (best >= size) return at(["best"], "No such criterion");
  if (worst >= size) return at(["worst"], "No such criterion");
  if (best === worst && size > 1) return at(["worst"], "The best one too");
  if (bestToOthers[best] !== 1) {
    return at(["bestToOthers", best], "Not 1 beside itself");
  }
  if (othersToWorst[worst] !== 1) {
    return at(["othersToWorst", worst], "Not 1 beside itself");
  }
  if (bestToOthers[worst] !== othersToWorst[best]) {
    return at(["othersToWorst", best], "Not as in bestToOthers");
  }
  return [];
}
