/** Entropy weighting: a criterion counts by how unevenly its values are spread. */
import { columnsOf, isConstant, sumOf } from "./columns.ts";
import type { Matrix } from "./decision.ts";
import { shares } from "./normalize.ts";
import type { Information } from "./weigh.ts";

/**
 * 1 − E with E = −Σ pᵢ·log pᵢ of the shares, to the base of the number of alternatives: only
 * then E is 1 for an even spread. Source: C. E. Shannon (1948); M. Zeleny, Multiple Criteria
 * Decision Making (1982).
 */
export function entropy(matrix: Matrix): Information {
  const base = Math.log(matrix.length);
  const entropies = columnsOf(matrix).map((column) => {
    if (isConstant(column)) return 1;
    const parts = shares(column).map((share) =>
      share === 0 ? 0 : -share * Math.log(share)
    );
    return Math.min(sumOf(parts) / base, 1);
  });
  const information = entropies.map((value) => 1 - value);
  return { information, details: { entropies, divergence: information } };
}
