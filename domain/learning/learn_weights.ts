/** Weights that would have made past choices: a proposal for people to judge, never a change. */

/** Choices that count before anything is proposed. */
export const MIN_CHOICES = 3;
/** How decided people are taken to be: a full point of utility is preferred at odds of e⁵. */
const SCALE = 5;
/** Weight of the belief that the weights were right, against one choice each. */
const RIDGE = 1;
const MAX_ROUNDS = 5_000;
const PRECISION = 1e-12;

export interface PastChoice {
  /** By alternative, by criterion: from 0 to 1, 1 is best (see `utilities`). */
  readonly utilities: readonly (readonly number[])[];
  /** Index of what was chosen. */
  readonly chosen: number;
}

export type LearnedWeights =
  | {
    readonly state: "estimated";
    /** Sum to 1. */
    readonly weights: readonly number[];
    /** Choices that told anything. */
    readonly counted: number;
    /** Mean log likelihood per choice under the weights before and these; higher is better. */
    readonly before: number;
    readonly after: number;
  }
  | { readonly state: "cannot_tell"; readonly counted: number };

/**
 * Proposes weights from what was chosen over what was not: Bradley-Terry where an
 * alternative's log strength is SCALE × its weighted utility (covariates in the manner of
 * A. Springall, Applied Statistics 22, 1973), so chosen over rejected has the probability
 * 1 / (1 + e^−d). Every choice counts as one however many it was made from. A ridge around
 * the weights before keeps the estimate finite where data would not, and near where it was
 * while data are few. Weights are never negative. By coordinates, each step on a quadratic
 * bound from below, so that it always gains (D. Böhning and B. G. Lindsay, AISM 40, 1988).
 *
 * @param before By criterion, not negative; scaled to sum 1.
 * @throws {RangeError} If sizes differ, or all weights before are 0.
 */
export function learnWeights(
  choices: readonly PastChoice[],
  before: readonly number[],
): LearnedWeights {
  const total = before.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0)) throw new RangeError("Cannot learn: all weights are 0");
  const prior = before.map((weight) => SCALE * weight / total);
  const choicesThatTell = choices
    .map((choice) => differencesOf(choice, before.length))
    .filter((rows) => rows.some((row) => row.some((value) => value !== 0)));
  const counted = choicesThatTell.length;
  if (counted < MIN_CHOICES) return { state: "cannot_tell", counted };
  const rows = choicesThatTell.flatMap((one) =>
    one.map((difference) => ({ difference, share: 1 / one.length }))
  );
  const fitted = fit(rows, prior);
  const sum = fitted.reduce((all, one) => all + one, 0);
  // Against every weight: nothing that sums to 1 says so.
  if (!(sum > 0)) return { state: "cannot_tell", counted };
  const weights = fitted.map((one) => one / sum);
  const likelihood = (scaled: readonly number[]) =>
    rows.reduce(
      (all, { difference, share }) =>
        all - share * Math.log1p(Math.exp(-product(scaled, difference))),
      0,
    ) /
    counted;
  return {
    state: "estimated",
    weights,
    counted,
    before: likelihood(prior),
    after: likelihood(weights.map((weight) => SCALE * weight)),
  };
}

/**
 * Scores as utilities: each criterion from 0 for its worst to 1 for its best value; one that
 * is the same for all is 0, since it tells nobody apart.
 */
export function utilities(
  matrix: readonly (readonly number[])[],
  directions: readonly ("benefit" | "cost")[],
): readonly (readonly number[])[] {
  const columns = directions.map((direction, criterion) => {
    const values = matrix.map((row) => row[criterion]);
    const low = Math.min(...values);
    // Halved, so that the range of the largest numbers stays finite.
    const range = Math.max(...values) / 2 - low / 2;
    return values.map((value) => {
      if (range === 0) return 0;
      const share = (value / 2 - low / 2) / range;
      return direction === "benefit" ? share : 1 - share;
    });
  });
  return matrix.map((_, alternative) =>
    columns.map((column) => column[alternative])
  );
}

/** What was chosen less what was not, per rejected alternative. */
function differencesOf(
  { utilities, chosen }: PastChoice,
  size: number,
): readonly (readonly number[])[] {
  const own = utilities[chosen];
  if (own === undefined || utilities.some((row) => row.length !== size)) {
    throw new RangeError(
      `Cannot learn: a choice needs ${size} utilities for each alternative`,
    );
  }
  return utilities.filter((_, index) => index !== chosen)
    .map((row) => row.map((value, criterion) => own[criterion] - value));
}

interface Row {
  readonly difference: readonly number[];
  readonly share: number;
}

function fit(rows: readonly Row[], prior: readonly number[]): number[] {
  const fitted = [...prior];
  const margins = rows.map(({ difference }) => product(fitted, difference));
  // The logistic curve bends by no more than a quarter.
  const bends = prior.map((_, k) =>
    rows.reduce(
      (sum, { difference, share }) => sum + share * difference[k] ** 2 / 4,
      RIDGE,
    )
  );
  for (let round = 0; round < MAX_ROUNDS; round++) {
    let moved = 0;
    for (const [k, bend] of bends.entries()) {
      const slope = rows.reduce(
        (sum, { difference, share }, at) =>
          sum + share * difference[k] / (1 + Math.exp(margins[at])),
        RIDGE * (prior[k] - fitted[k]),
      );
      const next = Math.max(0, fitted[k] + slope / bend);
      const step = next - fitted[k];
      if (step === 0) continue;
      fitted[k] = next;
      rows.forEach(({ difference }, at) => margins[at] += step * difference[k]);
      moved = Math.max(moved, Math.abs(step));
    }
    if (moved < PRECISION) break;
  }
  return fitted;
}

function product(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * b[index], 0);
}
