/** Concordance: the share of the weights by which one alternative is at least as good as another. */
import { isConstant, sumOf } from "./columns.ts";
import type { Criterion, Pairs } from "./outranking.ts";
import { ranksOf } from "./ranks.ts";

/** Criteria whose sums are looked up at once. */
const BITS = 8;
/** Criteria that are compared at once: their ranks share a number, each with a bit to borrow. */
const LANES = 2;
const LANE_BITS = 15;
const BORROW = 1 << LANE_BITS - 1 | 1 << 2 * LANE_BITS - 1;

/**
 * Compares every pair once; the weights are left open. It is 1 beside oneself. A criterion that
 * is the same for all would speak for everyone, and so bring thresholds nearer: it does not
 * count. Where nothing does, everyone is as good as everyone.
 */
export function concordanceOf(
  criteria: readonly Criterion[],
): (weights: readonly number[]) => Pairs<Float64Array> {
  const size = criteria[0].values.length;
  const constant = criteria.map(({ values }) => isConstant(values));
  // By ranks, as they hold equal what only rounding parts.
  const ranks = criteria.map(({ values, ascending }) =>
    ranksOf(values, "highest", { ascending })
  );
  const supports = Array.from(
    { length: Math.ceil(ranks.length / BITS) },
    (_, part) => supportOf(ranks.slice(part * BITS, (part + 1) * BITS), size),
  );
  return (weights) => {
    const counted = weights.map((weight, j) => constant[j] ? 0 : weight);
    const total = sumOf(counted);
    const at = new Float64Array(size * size);
    if (total === 0) return { size, at: at.fill(1) };
    supports.forEach((support, part) => {
      const sums = subsetSums(counted.slice(part * BITS, (part + 1) * BITS));
      for (let pair = 0; pair < at.length; pair++) {
        at[pair] += sums[support[pair]];
      }
    });
    for (let pair = 0; pair < at.length; pair++) at[pair] /= total;
    for (let one = 0; one < size; one++) at[one * (size + 1)] = 1;
    return { size, at };
  };
}

/** Of up to eight criteria: one bit for each by which a is at least as good as b. */
function supportOf(
  ranks: readonly (readonly number[])[],
  size: number,
): Uint8Array {
  const half = BITS / LANES;
  const lanes = Array.from({ length: half }, (_, lane) => {
    const [low, high] = [ranks[lane], ranks[lane + half]];
    const both = new Int32Array(size);
    for (let one = 0; one < size; one++) {
      both[one] = (low?.[one] ?? 0) | (high?.[one] ?? 0) << LANE_BITS;
    }
    return both;
  });
  const [first, second, third, fourth] = lanes;
  // A criterion that is not there would speak for everyone.
  const present = (1 << ranks.length) - 1;
  const support = new Uint8Array(size * size);
  for (let a = 0, pair = 0; a < size; a++) {
    const [one, two, three, four] = lanes.map((lane) => lane[a]);
    for (let b = 0; b < size; b++, pair++) {
      // What is not borrowed from says that the rank of a is no greater. No branch: half of
      // all would be guessed wrong.
      const bits = (((first[b] | BORROW) - one) & BORROW) >>> 14 |
        (((second[b] | BORROW) - two) & BORROW) >>> 13 |
        (((third[b] | BORROW) - three) & BORROW) >>> 12 |
        (((fourth[b] | BORROW) - four) & BORROW) >>> 11;
      support[pair] = (bits | bits >>> 11) & present;
    }
  }
  return support;
}

/** The sum of every choice among a few weights, by the bits of the choice. */
function subsetSums(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(1 << weights.length);
  weights.forEach((weight, j) => {
    const bit = 1 << j;
    for (let choice = 0; choice < bit; choice++) {
      sums[bit | choice] = sums[choice] + weight;
    }
  });
  return sums;
}
