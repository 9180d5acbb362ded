/** ELECTRE I: the kernel of those who outrank all others. */
import { scaleColumns } from "./columns.ts";
import type { Problem, Scorer } from "./decision.ts";
import { kernelOf } from "./kernel.ts";
import { shares } from "./normalize.ts";
import { atLeast, atMost, pairsOf, type Relation } from "./outranking.ts";

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
  const bearable = pairs.discordance.map((row) =>
    row.map((value) => atMost(value, most))
  );
  const outranks = (weights: readonly number[]): Relation =>
    pairs.concordance(weights).map((row, a) =>
      row.map((value, b) => a !== b && bearable[a][b] && atLeast(value, least))
    );
  return {
    best: "highest",
    scores: (weights) => {
      const kernel = new Set(kernelOf(outranks(weights)));
      return matrix.map((_, one) => kernel.has(one) ? 1 : 0);
    },
    details: (weights) => {
      const relation = outranks(weights);
      return {
        normalized,
        concordance: pairs.concordance(weights),
        discordance: pairs.discordance,
        outranks: relation,
        kernel: kernelOf(relation),
        unoutranked: matrix.flatMap((_, one) =>
          relation.some((row) => row[one]) ? [] : [one]
        ),
      };
    },
    magnitude: () => 0,
  };
}
