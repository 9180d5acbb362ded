/** Outranking: the weight of what speaks for a over b, and the worst that speaks against it. */
import { columnsOf, isConstant, sumOf } from "./columns.ts";
import type { Matrix, Problem } from "./decision.ts";
import { ranksOf, SAME_SCORE } from "./ranks.ts";

/** A number per ordered pair, a · size + b; thousands of weights are tried on them. */
export interface Pairs<Numbers> {
  readonly size: number;
  readonly at: Numbers;
}

/** 1 where a outranks b. */
export type Relation = Pairs<Uint8Array>;

/** Criteria whose sums are looked up at once. */
const BITS = 8;

/** Compares every pair once; what weights change is left open. */
export function pairsOf({ matrix, directions }: Problem) {
  const size = matrix.length;
  const columns = columnsOf(matrix);
  const constant = columns.map(isConstant);
  const supports = supportsOf({ matrix, directions });
  return {
    /**
     * Share of the weights by which a is at least as good as b; 1 beside itself. A criterion
     * that is the same for all would speak for everyone, and so bring thresholds nearer: it
     * does not count. Where nothing does, everyone is as good as everyone.
     */
    concordance(weights: readonly number[]): Pairs<Float64Array> {
      const counted = weights.map((weight, j) => constant[j] ? 0 : weight);
      const total = sumOf(counted);
      const at = new Float64Array(size * size).fill(total === 0 ? 1 : 0);
      if (total === 0) return { size, at };
      supports.forEach((support, part) => {
        const sums = subsetSums(counted.slice(part * BITS, (part + 1) * BITS));
        for (let pair = 0; pair < at.length; pair++) {
          at[pair] += sums[support[pair]];
        }
      });
      for (let pair = 0; pair < at.length; pair++) at[pair] /= total;
      for (let one = 0; one < size; one++) at[one * (size + 1)] = 1;
      return { size, at };
    },
    /** The largest lead of b over a, as a share of the largest range of all criteria. */
    discordance: discordanceOf({ matrix, directions }),
  };
}

/** By eight criteria at a time: one bit for each by which a is at least as good as b. */
function supportsOf({ matrix, directions }: Problem): readonly Uint8Array[] {
  const size = matrix.length;
  const parts = Math.ceil(directions.length / BITS);
  const supports = Array.from(
    { length: parts },
    () => new Uint8Array(size * size),
  );
  columnsOf(matrix).forEach((column, j) => {
    // By ranks, as they hold equal what only rounding parts.
    const best = directions[j] === "cost" ? "lowest" : "highest";
    const ranks = Uint16Array.from(ranksOf(column, best));
    const support = supports[Math.floor(j / BITS)];
    const place = j % BITS;
    for (let a = 0, pair = 0; a < size; a++) {
      const rank = ranks[a] - 1;
      for (let b = 0; b < size; b++, pair++) {
        // The sign of a difference: half of all branches would be guessed wrong.
        support[pair] |= ((rank - ranks[b]) >>> 31) << place;
      }
    }
  });
  return supports;
}

/** The sum of every choice among a few weights, by the bits of the choice. */
function subsetSums(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(1 << weights.length);
  weights.forEach((weight, j) => {
    const bit = 1 << j;
    for (let choice = 0; choice < bit; choice++) {
      sums[bit | choice] = sums[choice] + weight;
    }
  });
  return sums;
}

function discordanceOf({ matrix, directions }: Problem): Pairs<Float64Array> {
  const size = matrix.length;
  const at = new Float64Array(size * size);
  // Signed, so that more is better.
  const signs = directions.map((one) => one === "cost" ? -1 : 1);
  const rows = matrix.map((row) =>
    Float64Array.from(row, (value, j) => signs[j] * value)
  );
  let largest = 0;
  for (let a = 0; a < size; a++) {
    const base = rows[a];
    for (let b = a + 1; b < size; b++) {
      const row = rows[b];
      let ahead = 0;
      let behind = 0;
      for (let j = 0; j < base.length; j++) {
        const lead = row[j] - base[j];
        // Not Math.max: it also minds NaN and -0, and is slower for it.
        if (lead > ahead) ahead = lead;
        else if (lead < behind) behind = lead;
      }
      at[a * size + b] = ahead;
      at[b * size + a] = 0 - behind;
      // The lead of a best over a worst is the range.
      largest = Math.max(largest, ahead, -behind);
    }
  }
  if (largest > 0) { for (let k = 0; k < at.length; k++) at[k] /= largest; }
  return { size, at };
}

/** Rows of numbers, for people. */
export function rowsOf({ size, at }: Pairs<Float64Array>): Matrix {
  return rows(size, (row, from) => {
    for (let b = 0; b < size; b++) row.push(at[from + b]);
  });
}

/** Whom each outranks, in input order. */
export function outrankedBy({ size, at }: Relation): Matrix {
  return rows(size, (row, from) => {
    for (let b = 0; b < size; b++) if (at[from + b] === 1) row.push(b);
  });
}

function rows(size: number, fill: (row: number[], from: number) => void) {
  return Array.from({ length: size }, (_, a) => {
    const row: number[] = [];
    fill(row, a * size);
    return row;
  });
}

/** Thresholds are met by what only rounding keeps from them. */
export function atLeast(value: number, threshold: number): boolean {
  return value >= threshold - SAME_SCORE;
}

export function atMost(value: number, threshold: number): boolean {
  return value <= threshold + SAME_SCORE;
}
