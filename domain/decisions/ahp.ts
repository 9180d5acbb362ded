/** AHP: weights from how many times more each criterion counts than each other. */
import { sumOf } from "./columns.ts";
import type { Matrix } from "./decision.ts";
import type { Weighing } from "./weigh.ts";

/** Mean consistency index of random comparisons of 1, 2, 3 … criteria: Saaty (1980). */
export const RANDOM_INDEX = [
  0,
  0,
  0.58,
  0.9,
  1.12,
  1.24,
  1.32,
  1.41,
  1.45,
  1.49,
  1.51,
  1.48,
  1.56,
  1.57,
  1.59,
] as const;

/** Comparisons above this ratio should be looked at again: Saaty (1980). */
export const MAX_CONSISTENCY_RATIO = 0.1;

/** Each squares the matrix: 2^60 steps of the power method. */
const SQUARINGS = 60;

/**
 * The principal eigenvector; CI = (λ − n)/(n − 1), CR = CI/RI.
 *
 * @param comparisons n × n, positive and reciprocal; `[i][j]` says how much more i counts.
 * Source: T. L. Saaty, The Analytic Hierarchy Process (1980).
 */
export function ahp(comparisons: Matrix): Weighing {
  const size = comparisons.length;
  const weights = principal(comparisons);
  const ratios = comparisons.map((row, i) =>
    sumOf(row.map((value, j) => value * weights[j])) / weights[i]
  );
  // Reciprocal comparisons cannot come below n but by rounding.
  const lambdaMax = Math.max(sumOf(ratios) / size, size);
  const ci = size < 3 ? 0 : (lambdaMax - size) / (size - 1);
  const cr = size < 3 ? 0 : ci / RANDOM_INDEX[size - 1];
  const consistent = cr <= MAX_CONSISTENCY_RATIO;
  const geometricMean = shares(
    comparisons.map((row) =>
      Math.exp(sumOf(row.map((value) => Math.log(value))) / size)
    ),
  );
  return {
    weights,
    details: {
      lambdaMax,
      ci,
      cr,
      consistent,
      geometricMean,
      ...(consistent ? {} : {
        warning: `The comparisons contradict each other: CR is ${
          cr.toFixed(3)
        }, above ${MAX_CONSISTENCY_RATIO.toFixed(2)}`,
      }),
    },
  };
}

/** By squaring: its rows become the eigenvector however slowly single steps would come near. */
function principal(matrix: Matrix): readonly number[] {
  let power = matrix;
  for (let step = 0; step < SQUARINGS; step++) {
    const square = power.map((row) =>
      power[0].map((_, j) => sumOf(row.map((value, k) => value * power[k][j])))
    );
    const total = sumOf(square.map(sumOf));
    power = square.map((row) => row.map((value) => value / total));
  }
  return shares(power.map(sumOf));
}

function shares(values: readonly number[]): readonly number[] {
  const sum = sumOf(values);
  return values.map((value) => value / sum);
}
