/** Aggregation: what several people scored becomes one matrix, with how far they differ. */
import type { Matrix } from "../decision.ts";
import type { Scores } from "./events.ts";

export const AGGREGATIONS = ["median", "mean"] as const;
/** The median shrugs off one wild score; the mean lets everyone move it. */
export type Aggregation = typeof AGGREGATIONS[number];

export interface Cell {
  /** Null where nobody scored. */
  readonly value: number | null;
  readonly count: number;
  readonly lowest: number | null;
  readonly highest: number | null;
  /** Sample standard deviation (n − 1), in the criterion's unit; 0 for fewer than two. */
  readonly spread: number;
}

export interface Aggregate {
  /** By alternative, by criterion. */
  readonly cells: readonly (readonly Cell[])[];
  /** Cells that nobody scored. */
  readonly missing: number;
  /** Null while any is missing. */
  readonly matrix: Matrix | null;
}

interface Axes {
  readonly aggregation: Aggregation;
  readonly alternatives: readonly { readonly id: string }[];
  readonly criteria: readonly { readonly id: string }[];
}

/** Sheets in any order give the same: what people scored is sorted first. */
export function aggregate(
  { aggregation, alternatives, criteria }: Axes,
  sheets: Iterable<Scores>,
): Aggregate {
  const all = [...sheets];
  const cells = alternatives.map(({ id }) =>
    criteria.map((criterion) => cellOf(valuesOf(all, id, criterion.id)))
  );
  const missing = cells.flat().filter(({ count }) => count === 0).length;
  const matrix = cells.map((row) => row.map(({ value }) => value ?? 0));
  return { cells, missing, matrix: missing === 0 ? matrix : null };

  function cellOf(values: readonly number[]): Cell {
    const [lowest = null] = values;
    const highest = values.at(-1) ?? null;
    const value = values.length === 0
      ? null
      : aggregation === "mean"
      ? meanOf(values)
      : medianOf(values);
    const spread = spreadOf(values);
    return { value, count: values.length, lowest, highest, spread };
  }
}

function valuesOf(
  sheets: readonly Scores[],
  alternative: string,
  criterion: string,
): readonly number[] {
  return sheets.flatMap((scores) => {
    const row = Object.hasOwn(scores, alternative) ? scores[alternative] : {};
    const value = Object.hasOwn(row, criterion) ? row[criterion] : null;
    // The log has no -0: the sign would change with a restart, and with who came first.
    return value === null ? [] : [value + 0];
  }).sort((a, b) => a - b);
}

function meanOf(values: readonly number[]): number {
  const [first] = values;
  // From the first on: equal values have themselves as mean, to the bit, and no spread.
  const sum = values.reduce((sum, value) => sum + (value - first), 0);
  return first + sum / values.length;
}

function medianOf(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]
    : sorted[middle - 1] / 2 + sorted[middle] / 2;
}

function spreadOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
