/** Columns made comparable: by their sum, maximum, range or length. */
import {
  extremes,
  highest,
  isConstant,
  scaleColumns,
  sumOf,
} from "./columns.ts";
import type { Matrix, Problem } from "./decision.ts";

export const NORMALIZATIONS = [
  "none",
  "sum",
  "max",
  "minmax",
  "vector",
] as const;
export type Normalization = typeof NORMALIZATIONS[number];

/**
 * Scales every column so that more is better, also of a cost: 1/x before `sum` and `max`,
 * the distance from the maximum for `minmax`, 1 − x/‖x‖ for `vector`. `none` changes nothing.
 * A column without range is 0 under `minmax`, one of zeros under every kind.
 * Source: A. Jahan and K. L. Edwards, A state-of-the-art survey on the influence of
 * normalization techniques in ranking, Materials & Design 65 (2015).
 */
export function normalize(
  { matrix, directions }: Problem,
  normalization: Normalization,
): Matrix {
  if (normalization === "none") return matrix;
  return scaleColumns(matrix, (column, j) => {
    const direction = directions[j];
    switch (normalization) {
      case "sum":
        return shares(direction === "cost" ? inverted(column) : column);
      case "max":
        return ofMaximum(direction === "cost" ? inverted(column) : column);
      case "minmax": {
        const { best, worst } = extremes(column, direction);
        return ofRange(column, worst, best);
      }
      case "vector": {
        const scaled = ofLength(column);
        if (direction === "benefit" || isZero(column)) return scaled;
        return scaled.map((value) => 1 - value);
      }
    }
  });
}

/** Every value as a share of the sum; zeros stay zeros. */
export function shares(column: readonly number[]): readonly number[] {
  return over(column, sumOf(column));
}

/** Every value as a share of the Euclidean length of all. */
export function ofLength(column: readonly number[]): readonly number[] {
  // Scaled first: squares of what is tiny would vanish.
  const most = highest(column.map(Math.abs));
  const scaled = over(column, most);
  return over(scaled, Math.sqrt(sumOf(scaled.map((value) => value ** 2))));
}

/** 0 at `from`, 1 at `to`; 0 everywhere if there is nothing between. */
export function ofRange(
  column: readonly number[],
  from: number,
  to: number,
): readonly number[] {
  if (isConstant(column)) return column.map(() => 0);
  return column.map((value) => (value - from) / (to - from));
}

export function isZero(column: readonly number[]): boolean {
  return column.every((value) => value === 0);
}

/** 1/x of every value; a column of zeros stays one. */
export function inverted(column: readonly number[]): readonly number[] {
  return isZero(column) ? column : column.map((value) => 1 / value);
}

function ofMaximum(column: readonly number[]): readonly number[] {
  return over(column, highest(column));
}

function over(column: readonly number[], divisor: number) {
  return divisor === 0 ? column : column.map((value) => value / divisor);
}
