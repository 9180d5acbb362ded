/** Outranking: the weight of what speaks for a over b, and the worst that speaks against it. */
import { columnsOf } from "./columns.ts";
import { concordanceOf } from "./concordance.ts";
import type { Matrix, Problem } from "./decision.ts";
import { discordanceOf } from "./discordance.ts";
import { ascendingOrder } from "./order.ts";
import { SAME_SCORE } from "./ranks.ts";

/** A number per ordered pair, a · size + b; thousands of weights are tried on them. */
export interface Pairs<Numbers> {
  readonly size: number;
  readonly at: Numbers;
}

/** 1 where a outranks b. */
export type Relation = Pairs<Uint8Array>;

/** The values of a criterion, signed so that more is better. */
export interface Criterion {
  readonly values: readonly number[];
  /** Indices of the values, the worst first. */
  readonly ascending: Uint32Array;
}

/** Compares every pair once; what weights change is left open. */
export function pairsOf({ matrix, directions }: Problem) {
  const criteria = columnsOf(matrix).map((column, j): Criterion => {
    const sign = directions[j] === "cost" ? -1 : 1;
    const values = column.map((value) => sign * value);
    return { values, ascending: ascendingOrder(values) };
  });
  return {
    concordance: concordanceOf(criteria),
    discordance: discordanceOf(criteria),
  };
}

/**
 * Keeps what was found for the last weights: a scorer is asked for its scores and then for its
 * working, and both begin with the same pairs.
 */
export function keepLast<Found>(
  find: (weights: readonly number[]) => Found,
): (weights: readonly number[]) => Found {
  let last: { weights: readonly number[]; found: Found } | undefined;
  return (weights) => {
    if (last?.weights !== weights) last = { weights, found: find(weights) };
    return last.found;
  };
}

/** Rows of numbers, for people. */
export function rowsOf({ size, at }: Pairs<Float64Array>): Matrix {
  return Array.from({ length: size }, (_, a) => {
    // Of full length at once: to let it grow takes more than twice as long.
    const row = new Array<number>(size);
    for (let b = 0; b < size; b++) row[b] = at[a * size + b];
    return row;
  });
}

/** Whom each outranks, in input order. */
export function outrankedBy({ size, at }: Relation): Matrix {
  return Array.from({ length: size }, (_, a) => {
    const row: number[] = [];
    for (let b = 0; b < size; b++) if (at[a * size + b] === 1) row.push(b);
    return row;
  });
}

/** Thresholds are met by what only rounding keeps from them. */
export function atLeast(value: number, threshold: number): boolean {
  return value >= threshold - SAME_SCORE;
}

/** 1 for pairs whose number is at most the threshold. */
export function atMostAll(
  { at }: Pairs<Float64Array>,
  threshold: number,
): Uint8Array {
  const is = new Uint8Array(at.length);
  for (let pair = 0; pair < at.length; pair++) {
    if (atMost(at[pair], threshold)) is[pair] = 1;
  }
  return is;
}

function atMost(value: number, threshold: number): boolean {
  return value <= threshold + SAME_SCORE;
}
