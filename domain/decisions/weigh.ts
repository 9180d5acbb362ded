/** Weights: what each criterion counts, read from the matrix or from comparisons. */
import { ahp } from "./ahp.ts";
import { bwm, type BwmParams } from "./bwm.ts";
import { type Correlation, critic, deviation } from "./critic.ts";
import type { Details, Direction, Matrix } from "./decision.ts";
import { entropy } from "./entropy.ts";
import { merec } from "./merec.ts";

export const WEIGHTINGS = [
  "equal",
  "entropy",
  "critic",
  "std",
  "merec",
  "ahp",
  "bwm",
] as const;
export type Weighting = typeof WEIGHTINGS[number];

/** What may be asked; `mistakesInWeighting` finds what cannot be answered. */
export type WeighingInput =
  | {
    readonly method: "equal" | "entropy" | "std" | "merec";
    readonly matrix: Matrix;
    readonly directions?: readonly Direction[];
  }
  | {
    readonly method: "critic";
    readonly matrix: Matrix;
    readonly directions?: readonly Direction[];
    readonly params?: { readonly correlation?: Correlation };
  }
  | { readonly method: "ahp"; readonly comparisons: Matrix }
  | { readonly method: "bwm"; readonly params: BwmParams };

/** Weights add up to 1. */
export interface Weighing {
  readonly weights: readonly number[];
  readonly details: Details;
}

export function weigh(input: WeighingInput): Weighing {
  switch (input.method) {
    case "ahp":
      return ahp(input.comparisons);
    case "bwm":
      return bwm(input.params);
    case "equal":
      return balanced(input.matrix[0].map(() => 1), {});
  }
  const { matrix } = input;
  const directions = input.directions ?? matrix[0].map(() => "benefit");
  const problem = { matrix, directions };
  switch (input.method) {
    case "entropy":
      return informed(entropy(matrix));
    case "critic":
      return informed(critic(problem, input.params?.correlation));
    case "std":
      return informed(deviation(problem));
    case "merec":
      return informed(merec(problem));
  }
}

/** What a criterion tells, in any unit, and the working. */
export interface Information {
  readonly information: readonly number[];
  readonly details: Details;
}

/** Where no column tells anything apart, none can count more than another. */
function informed({ information, details }: Information): Weighing {
  if (information.some((value) => value > 0)) {
    return balanced(information, details);
  }
  const reason = "No criterion tells the alternatives apart";
  return balanced(information.map(() => 1), { ...details, reason });
}

function balanced(parts: readonly number[], details: Details): Weighing {
  const sum = parts.reduce((a, b) => a + b, 0);
  return { weights: parts.map((part) => part / sum), details };
}
