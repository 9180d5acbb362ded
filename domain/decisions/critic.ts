/** CRITIC and standard deviation: a criterion counts by how much it varies, and disagrees. */
import { midranks } from "../consensus/kendall_w.ts";
import { columnsOf, isConstant, sumOf } from "./columns.ts";
import type { Matrix, Problem } from "./decision.ts";
import { normalize } from "./normalize.ts";
import type { Information } from "./weigh.ts";

export const CORRELATIONS = ["pearson", "spearman"] as const;
export type Correlation = typeof CORRELATIONS[number];

/** Conflict that only rounding left. */
const AGREED = 1e-12;

/**
 * σⱼ·Σₖ (1 − rⱼₖ) on columns scaled by their range; constant columns neither count nor
 * disagree. Source: D. Diakoulaki, G. Mavrotas and L. Papayannakis, Determining objective
 * weights in multiple criteria problems: the CRITIC method, Computers & Operations Research
 * 22 (1995).
 */
export function critic(
  problem: Problem,
  correlation: Correlation = "pearson",
): Information {
  const columns = columnsOf(normalize(problem, "minmax"));
  const read = columns.map((column) =>
    correlation === "spearman" ? midranks(column).ranks : column
  );
  const constant = columns.map(isConstant);
  const correlations = read.map((a, j) =>
    read.map((b, k) => {
      if (j === k) return 1;
      return constant[j] || constant[k] ? null : pearson(a, b);
    })
  );
  const deviations = columns.map(deviationOf);
  const conflicts = correlations.map((row) =>
    sumOf(row.map((r) => r === null ? 0 : 1 - r))
  );
  // Where all who vary agree, or only one varies, nothing but how much they vary is left.
  const agreed = conflicts.every((conflict) => conflict <= AGREED);
  return {
    information: deviations.map((value, j) =>
      agreed ? value : value * conflicts[j]
    ),
    details: { deviations, correlations, conflicts },
  };
}

/**
 * The sample standard deviation (n − 1) of columns scaled by their range.
 * Source: Y. M. Wang and Y. Luo, Integration of correlations with standard deviations for
 * determining attribute weights, Mathematical and Computer Modelling 51 (2010).
 */
export function deviation(problem: Problem): Information {
  const scaled: Matrix = normalize(problem, "minmax");
  const deviations = columnsOf(scaled).map(deviationOf);
  return { information: deviations, details: { deviations } };
}

/** With n − 1; 0 where there is one value, or only one. */
function deviationOf(values: readonly number[]): number {
  if (isConstant(values)) return 0;
  const gaps = gapsOf(values);
  return Math.sqrt(sumOf(gaps.map((gap) => gap ** 2)) / (gaps.length - 1));
}

function pearson(a: readonly number[], b: readonly number[]): number {
  const x = gapsOf(a);
  const y = gapsOf(b);
  const square = (gaps: readonly number[]) =>
    sumOf(gaps.map((gap) => gap ** 2));
  const together = sumOf(x.map((gap, i) => gap * y[i]));
  const r = together / Math.sqrt(square(x) * square(y));
  return Math.max(-1, Math.min(r, 1));
}

/** Distances from the mean. */
function gapsOf(values: readonly number[]): readonly number[] {
  const mean = sumOf(values) / values.length;
  return values.map((value) => value - mean);
}
