/** Kendall's W, coefficient of concordance: 1 where all rank alike, 0 where they cancel out. Source: M. Kendall and J. D. Gibbons, Rank Correlation Methods, 5th ed. (1990), chapter 6, with the correction for ties. */
import type { Agreement } from "./agreement.ts";
import { sumOf, withinOne } from "./sums.ts";

export interface Rater {
  /** A rank per item, lowest first; ties may be given any equal number. */
  readonly values: readonly number[];
  readonly weight: number;
}

/**
 * W = 12 S / (m² (n³ − n) − m Σ T): S from the sums of ranks, T = t³ − t for every tie of t.
 *
 * @param options.heads How many people they are, where equals came together as one rater.
 */
export function kendallW(
  raters: readonly Rater[],
  { heads = raters.length }: { readonly heads?: number } = {},
): Agreement {
  const items = raters[0]?.values.length ?? 0;
  const weight = sumOf(raters.map((rater) => rater.weight));
  const details = { raters: heads, items };
  const none = (reason: string) => ({
    value: null,
    details: { ...details, reason },
  });
  if (heads < 2) return none("It takes two raters to agree");
  if (items < 2) return none("It takes two items to rank");
  const sums = Array.from({ length: items }, () => 0);
  let ties = 0;
  let allTied = true;
  for (const rater of raters) {
    const ranked = midranks(rater.values);
    if (ranked.ties < items ** 3 - items) allTied = false;
    ranked.ranks.forEach((rank, item) => sums[item] += rater.weight * rank);
    ties += rater.weight * ranked.ties;
  }
  if (allTied) return none("Every rater ties all items");
  const most = weight ** 2 * (items ** 3 - items) - weight * ties;
  const mean = weight * (items + 1) / 2;
  const squares = sumOf(sums.map((sum) => (sum - mean) ** 2));
  return { value: withinOne(12 * squares / most), details };
}

/** Ranks from 1 up, equals sharing the mean of theirs, and Σ (t³ − t) over all ties of t. */
export function midranks(values: readonly number[]) {
  const order = values.map((_, item) => item).sort((a, b) =>
    values[a] - values[b]
  );
  const ranks = values.map(() => 0);
  let ties = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && values[order[end]] === values[order[start]]) {
      end++;
    }
    for (const item of order.slice(start, end)) {
      ranks[item] = (start + 1 + end) / 2;
    }
    ties += (end - start) ** 3 - (end - start);
  }
  return { ranks, ties };
}
