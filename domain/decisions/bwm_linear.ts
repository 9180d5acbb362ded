/** BWM, linear: weights whose differences to the comparisons are smallest. */
import type { BestWorst } from "./bwm.ts";
import { sumOf } from "./columns.ts";
import { maximize } from "./simplex.ts";
import type { Weighing } from "./weigh.ts";

/**
 * Least ξ with |w_B − a_Bj·w_j| ≤ ξ and |w_j − a_jW·w_W| ≤ ξ. All is proportional, so ξ is
 * set to 1 and the sum of weights made as large as can be; without end where all agree.
 * Source: J. Rezaei, Best-worst multi-criteria decision-making method: some properties and a
 * linear model, Omega 64 (2016).
 */
export function linearBestWorst(
  { best, worst, bestToOthers, othersToWorst }: BestWorst,
): Weighing {
  const size = bestToOthers.length;
  const rows: number[][] = [];
  /** |w_a − times·w_b| ≤ 1, as two inequalities. */
  const bind = (a: number, times: number, b: number) => {
    const row = Array.from({ length: size }, () => 0);
    row[a] += 1;
    row[b] -= times;
    rows.push(row, row.map((value) => -value));
  };
  for (let j = 0; j < size; j++) {
    if (j !== best) bind(best, bestToOthers[j], j);
    if (j !== worst && j !== best) bind(j, othersToWorst[j], worst);
  }
  if (size === 1) return { weights: [1], details: { xi: 0 } };
  const found = maximize(
    bestToOthers.map(() => 1),
    { rows, limits: rows.map(() => 1) },
  );
  const total = sumOf(found.at);
  return {
    weights: found.at.map((value) => value / total),
    details: { xi: found.state === "unbounded" ? 0 : 1 / total },
  };
}
