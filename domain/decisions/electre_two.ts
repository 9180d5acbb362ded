/** ELECTRE II: ranks from who outranks whom strongly and weakly, peeled from the top and the bottom. */
import type { Problem, Scorer } from "./decision.ts";
import {
  atLeast,
  atMostAll,
  keepLast,
  outrankedBy,
  pairsOf,
  type Relation,
  rowsOf,
} from "./outranking.ts";
import { highest } from "./columns.ts";
import { SAME_SCORE } from "./ranks.ts";

export interface ElectreTwoParams {
  /** Concordance that is strong beside discordance up to `q0`. @default 0.65 */
  readonly p0?: number;
  /** Concordance that is strong beside discordance up to `q1`. @default 0.5 */
  readonly p1?: number;
  /** Concordance that is weak beside discordance up to `q0`. @default 0.35 */
  readonly p2?: number;
  /** @default 0.65 */
  readonly q0?: number;
  /** @default 0.35 */
  readonly q1?: number;
}

/**
 * The score is the mean of two ranks: from the top down, who is outranked by nobody left; from
 * the bottom up, who outranks nobody left. The thresholds are ordered, so whoever outranks
 * strongly does so weakly too. Values are compared as given.
 * Source: B. Roy and P. Bertier, La méthode ELECTRE II (1973), with the thresholds of
 * L. F. Gomes et al., Tomada de decisões em cenários complexos (2004).
 */
export function electre2(problem: Problem, params: ElectreTwoParams): Scorer {
  const { p0 = 0.65, p1 = 0.5, p2 = 0.35, q0 = 0.65, q1 = 0.35 } = params;
  const pairs = pairsOf(problem);
  const { size } = pairs.discordance;
  const bearable = atMostAll(pairs.discordance, q0);
  const slight = atMostAll(pairs.discordance, q1);
  const relate = keepLast((weights) => {
    const concordance = pairs.concordance(weights);
    const strong = new Uint8Array(size * size);
    const weak = new Uint8Array(size * size);
    for (let a = 0; a < size; a++) {
      for (let b = a + 1; b < size; b++) {
        const favour = concordance.at[a * size + b];
        const disfavour = concordance.at[b * size + a];
        // Whoever outranks must also have more to speak for it than the other has.
        const isAhead = favour > disfavour + SAME_SCORE;
        if (!isAhead && disfavour <= favour + SAME_SCORE) continue;
        const pair = isAhead ? a * size + b : b * size + a;
        const most = isAhead ? favour : disfavour;
        if (bearable[pair] === 0 || !atLeast(most, p2)) continue;
        weak[pair] = 1;
        if (atLeast(most, p0)) strong[pair] = 1;
        else if (slight[pair] === 1 && atLeast(most, p1)) strong[pair] = 1;
      }
    }
    return { concordance, strong, weak, ...layersOf(weak) };
  });
  const layersOf = (weak: Uint8Array) => {
    const direct = layers({ size, at: weak });
    const turned = new Uint8Array(weak.length);
    for (let a = 0, pair = 0; a < size; a++) {
      for (let b = a; b < weak.length; b += size, pair++) {
        turned[pair] = weak[b];
      }
    }
    const up = layers({ size, at: turned });
    const last = highest(up);
    return { direct, inverse: up.map((layer) => last + 1 - layer) };
  };
  return {
    best: "lowest",
    scores: (weights) => {
      const { direct, inverse } = relate(weights);
      return direct.map((layer, one) => (layer + inverse[one]) / 2);
    },
    details: (weights) => {
      const { concordance, strong, weak, direct, inverse } = relate(weights);
      return {
        direct,
        inverse,
        concordance: rowsOf(concordance),
        discordance: rowsOf(pairs.discordance),
        strong: outrankedBy({ size, at: strong }),
        weak: outrankedBy({ size, at: weak }),
      };
    },
    magnitude: () => 0,
  };
}

/** 1 for those whom nobody outranks, 2 for those whom then nobody does … A last circle shares its layer. */
function layers({ size, at }: Relation): readonly number[] {
  const layer = Array.from({ length: size }, () => 0);
  /** How many of those who are left outrank it. */
  const above = new Uint16Array(size);
  for (let a = 0, pair = 0; a < size; a++) {
    for (let b = 0; b < size; b++, pair++) above[b] += at[pair];
  }
  let left = layer.map((_, one) => one);
  for (let depth = 1; left.length > 0; depth++) {
    const free = left.filter((one) => above[one] === 0);
    const taken = free.length === 0 ? left : free;
    for (const one of taken) {
      layer[one] = depth;
      for (let b = 0; b < size; b++) above[b] -= at[one * size + b];
    }
    left = left.filter((one) => layer[one] === 0);
  }
  return layer;
}
