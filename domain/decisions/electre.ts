/** ELECTRE I: the kernel of those who outrank all others. */
import { scaleColumns } from "./columns.ts";
import type { Matrix, Problem, Scorer } from "./decision.ts";
import { kernelOf } from "./kernel.ts";
import { shares } from "./normalize.ts";
import {
  atLeast,
  atMostAll,
  keepLast,
  outrankedBy,
  pairsOf,
  type Relation,
  rowsOf,
} from "./outranking.ts";

export interface ElectreParams {
  /** Least share of the weights that must speak for it. @default 0.65 */
  readonly concordance?: number;
  /** Most that may speak against it, from 0 to 1. @default 0.35 */
  readonly discordance?: number;
}

/**
 * a outranks b if C(a, b) reaches the one threshold and D(a, b) stays within the other, on
 * columns as shares of their sum. It ranks nobody: the score is 1 in the kernel, 0 outside.
 * Source: B. Roy, Classement et choix en présence de points de vue multiples, RIRO 2 (1968);
 * discordance over the largest range of all criteria.
 */
export function electre1(
  { matrix, directions }: Problem,
  { concordance: least = 0.65, discordance: most = 0.35 }: ElectreParams,
): Scorer {
  const normalized = scaleColumns(matrix, shares);
  const pairs = pairsOf({ matrix: normalized, directions });
  const { size } = pairs.discordance;
  const bearable = atMostAll(pairs.discordance, most);
  const relate = keepLast((weights) => {
    const concordance = pairs.concordance(weights);
    const at = new Uint8Array(size * size);
    for (let pair = 0; pair < at.length; pair++) {
      // Every step from one pair of the same to the next is size + 1 long.
      if (pair % (size + 1) === 0 || bearable[pair] === 0) continue;
      if (atLeast(concordance.at[pair], least)) at[pair] = 1;
    }
    const relation: Relation = { size, at };
    return { concordance, relation, kernel: kernelOf(relation) };
  });
  return {
    best: "highest",
    scores: (weights) => {
      const scores = matrix.map(() => 0);
      for (const one of relate(weights).kernel) scores[one] = 1;
      return scores;
    },
    details: (weights) => {
      const { concordance, relation, kernel } = relate(weights);
      const outranked = outrankedBy(relation);
      return {
        normalized,
        concordance: rowsOf(concordance),
        discordance: rowsOf(pairs.discordance),
        outranked,
        kernel,
        unoutranked: unoutranked(outranked),
      };
    },
    magnitude: () => 0,
  };
}

/** Whom nobody outranks; the kernel has them all. */
function unoutranked(outranked: Matrix): readonly number[] {
  const beaten = new Set(outranked.flat());
  return outranked.flatMap((_, one) => beaten.has(one) ? [] : [one]);
}
