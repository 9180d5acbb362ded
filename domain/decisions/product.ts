/** WPM and WASPAS: the weighted product of all values, alone and halfway to the sum. */
import { columnsOf, scaleColumns, weightedSums } from "./columns.ts";
import type { Matrix, Problem, Scorer } from "./decision.ts";
import {
  inverted,
  isZero,
  type Normalization,
  normalize,
} from "./normalize.ts";

export interface WpmParams {
  /** @default "none" */
  readonly normalization?: Normalization;
}

export interface WaspasParams {
  /** Share of the sum, from 0 to 1; the rest is the product. @default 0.5 */
  readonly lambda?: number;
}

/**
 * Π xᵢⱼ^wⱼ, with weights as given; without normalization a cost is divided by.
 * Source: P. W. Bridgman, Dimensional Analysis (1922); D. W. Miller and M. K. Starr,
 * Executive Decisions and Operations Research (1969).
 */
export function wpm(problem: Problem, params: WpmParams): Scorer {
  const rows = factors(problem, params);
  const logs = logarithms(rows);
  return {
    best: "highest",
    scores: (weights) => products(logs, weights),
    details: (weights) => ({
      normalized: rows,
      powers: logs.map((row) =>
        row.map((log, j) => Math.exp(exponent(log, weights[j])))
      ),
    }),
    magnitude: () => 0,
  };
}

/**
 * λ·Σ wⱼ·nᵢⱼ + (1 − λ)·Π nᵢⱼ^wⱼ on x/max, for a cost min/x; with weights as given.
 * Source: E. K. Zavadskas et al., Optimization of weighted aggregated sum product
 * assessment, Elektronika ir Elektrotechnika 122 (2012).
 */
export function waspas(
  problem: Problem,
  { lambda = 0.5 }: WaspasParams,
): Scorer {
  const rows = normalize(problem, "max");
  const logs = logarithms(rows);
  return {
    best: "highest",
    scores: (weights) => {
      const product = products(logs, weights);
      return weightedSums(rows, weights)
        .map((sum, i) => lambda * sum + (1 - lambda) * product[i]);
    },
    details: (weights) => ({
      normalized: rows,
      wsm: weightedSums(rows, weights),
      wpm: products(logs, weights),
      lambda,
    }),
    magnitude: () => 0,
  };
}

/** What is raised to the weights. */
export function factors(
  problem: Problem,
  { normalization = "none" }: WpmParams,
): Matrix {
  if (normalization !== "none") return normalize(problem, normalization);
  return scaleColumns(
    problem.matrix,
    (column, j) => problem.directions[j] === "cost" ? inverted(column) : column,
  );
}

/** Of a column of zeros 0, as of ones: what is the same for all must not make all 0. */
export function logarithms(rows: Matrix): Matrix {
  const empty = columnsOf(rows).map(isZero);
  return rows.map((row) =>
    row.map((value, j) => empty[j] ? 0 : Math.log(value))
  );
}

function products(logs: Matrix, weights: readonly number[]) {
  return logs.map((row) => {
    let sum = 0;
    for (let j = 0; j < row.length; j++) sum += exponent(row[j], weights[j]);
    return Math.exp(sum);
  });
}

/** Without weight it is 0, also for the logarithm of 0. */
function exponent(log: number, weight: number): number {
  return weight === 0 ? 0 : log * weight;
}
