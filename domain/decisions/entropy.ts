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
  const size = matrix.length;
  const divergence = columnsOf(matrix).map((column) => {
    if (isConstant(column)) return 0;
    const terms = shares(column).map((share) => divergenceOf(share * size - 1));
    return sumOf(terms) / (size * Math.log(size));
  });
  const entropies = divergence.map((value) => 1 - value);
  return { information: divergence, details: { entropies, divergence } };
}

/**
 * A share's part of 1 − E, from how far it is above the even share: (1 + x)·ln(1 + x) − x. The
 * x add up to 0; with them nearly even columns keep what 1 − E would lose to rounding.
 */
function divergenceOf(x: number): number {
  return x <= -1 ? 1 : Math.max((1 + x) * Math.log1p(x) - x, 0);
}
