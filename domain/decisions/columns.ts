/** Columns of a matrix: the values that every alternative has by one criterion. */
import type { Direction, Matrix } from "./decision.ts";

/** Answers the values of one column; `j` is the criterion. */
export type ColumnScale = (
  column: readonly number[],
  j: number,
) => readonly number[];

/** Largest difference that is rounding, as a share of the values. */
const SAME = 1e-12;

export function columnsOf(matrix: Matrix): readonly (readonly number[])[] {
  return (matrix[0] ?? []).map((_, j) => matrix.map((row) => row[j]));
}

/** Scales every column by itself. */
export function scaleColumns(matrix: Matrix, scale: ColumnScale): Matrix {
  const columns = columnsOf(matrix).map(scale);
  return matrix.map((_, i) => columns.map((column) => column[i]));
}

/** Equal for all but for rounding: says nothing about any alternative. */
export function isConstant(column: readonly number[]): boolean {
  const min = lowest(column);
  const max = highest(column);
  return max - min <= SAME * Math.max(Math.abs(min), Math.abs(max));
}

/** The best value of a column and the worst one. */
export function extremes(column: readonly number[], direction: Direction) {
  const min = lowest(column);
  const max = highest(column);
  return direction === "benefit"
    ? { best: max, worst: min }
    : { best: min, worst: max };
}

export function lowest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b));
}

export function highest(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b));
}

export function sumOf(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** A sum per row: every value times the weight of its column. */
export function weightedSums(
  rows: Matrix,
  weights: readonly number[],
): readonly number[] {
  return rows.map((row) => {
    let sum = 0;
    for (let j = 0; j < row.length; j++) sum += row[j] * weights[j];
    return sum;
  });
}

/** Every value times the weight of its column. */
export function weighted(rows: Matrix, weights: readonly number[]): Matrix {
  return rows.map((row) => row.map((value, j) => value * weights[j]));
}
