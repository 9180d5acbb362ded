/** Ranks from scores: 1 is best, and equals share the better rank (1, 2, 2, 4). */
import type { Scorer } from "./decision.ts";
import { ascendingOrder } from "./order.ts";

/** Scores no further apart than this share of themselves are equal. */
export const SAME_SCORE = 1e-12;

interface RankOptions {
  /** Least size that the share is taken of. @default 0 */
  readonly magnitude?: number;
  /** Indices of the scores, the least first, where they are known already. */
  readonly ascending?: Uint32Array;
}

/** Ranks in the order of the scores. */
export function ranksOf(
  scores: readonly number[],
  best: Scorer["best"],
  { magnitude = 0, ascending = ascendingOrder(scores) }: RankOptions = {},
): readonly number[] {
  const order = best === "highest" ? ascending.toReversed() : ascending;
  const ranks = scores.map(() => 1);
  let leader = 0;
  for (let place = 1; place < order.length; place++) {
    const first = scores[order[leader]];
    if (!isSame(first, scores[order[place]], magnitude)) leader = place;
    ranks[order[place]] = leader + 1;
  }
  return ranks;
}

export function isSame(a: number, b: number, magnitude = 0): boolean {
  const size = Math.max(Math.abs(a), Math.abs(b), magnitude);
  return Math.abs(a - b) <= SAME_SCORE * size;
}

/** Everyone who shares the first rank. */
export function winnersOf(ranks: readonly number[]): readonly number[] {
  return ranks.flatMap((rank, one) => rank === 1 ? [one] : []);
}
