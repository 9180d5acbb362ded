/** ELECTRE II: ranks from who outranks whom strongly and weakly, peeled from the top and the bottom. */
import type { Problem, Scorer } from "./decision.ts";
import { atLeast, atMost, pairsOf, type Relation } from "./outranking.ts";

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
 * the bottom up, who outranks nobody left. Values are compared as given. Source: B. Roy and
 * P. Bertier, La méthode ELECTRE II (1973), with the thresholds of L. F. Gomes et al.,
 * Tomada de decisões em cenários complexos (2004).
 */
export function electre2(problem: Problem, params: ElectreTwoParams): Scorer {
  const { p0 = 0.65, p1 = 0.5, p2 = 0.35, q0 = 0.65, q1 = 0.35 } = params;
  const pairs = pairsOf(problem);
  const relate = (weights: readonly number[]) => {
    const concordance = pairs.concordance(weights);
    const meets = (a: number, b: number, least: number, most: number) =>
      concordance[a][b] > concordance[b][a] + 1e-12 &&
      atLeast(concordance[a][b], least) &&
      atMost(pairs.discordance[a][b], most);
    const relation = (holds: (a: number, b: number) => boolean) =>
      concordance.map((row, a) => row.map((_, b) => a !== b && holds(a, b)));
    const strong = relation((a, b) =>
      meets(a, b, p0, q0) || meets(a, b, p1, q1)
    );
    const weak = relation((a, b) => meets(a, b, p2, q0));
    return { concordance, strong, weak };
  };
  const rank = (weights: readonly number[]) => {
    const found = relate(weights);
    const either = found.strong.map((row, a) =>
      row.map((strong, b) => strong || found.weak[a][b])
    );
    const direct = layers(either);
    const up = layers(either.map((_, b) => either.map((row) => row[b])));
    const last = Math.max(...up);
    const inverse = up.map((layer) => last + 1 - layer);
    return { ...found, direct, inverse };
  };
  const mean = (direct: readonly number[], inverse: readonly number[]) =>
    direct.map((layer, one) => (layer + inverse[one]) / 2);
  return {
    best: "lowest",
    scores: (weights) => {
      const { direct, inverse } = rank(weights);
      return mean(direct, inverse);
    },
    details: (weights) => ({
      ...rank(weights),
      discordance: pairs.discordance,
    }),
    magnitude: () => 0,
  };
}

/** 1 for those whom nobody outranks, 2 for those whom then nobody does … A last circle shares its layer. */
function layers(relation: Relation): readonly number[] {
  const layer = relation.map(() => 0);
  for (let depth = 1; layer.includes(0); depth++) {
    const left = layer.flatMap((one, at) => one === 0 ? [at] : []);
    const free = left.filter((one) =>
      left.every((other) => !relation[other][one])
    );
    for (const one of free.length === 0 ? left : free) layer[one] = depth;
  }
  return layer;
}
