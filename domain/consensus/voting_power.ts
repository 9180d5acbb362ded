/** Voting power: how often a weight makes the difference, which is not how large it is. */
import { numbersTo } from "./order.ts";
import { unitsOf } from "./units.ts";

/** More would take too long: every coalition is looked at. */
export const MAX_POWER_VOTERS = 20;

export interface VotingPower {
  /** Shares of all swings. Source: J. F. Banzhaf, Rutgers Law Review 19 (1965). */
  readonly banzhaf: readonly number[];
  /** Shares of all orders in which one is pivotal. Source: L. S. Shapley and M. Shubik, APSR 48 (1954). */
  readonly shapleyShubik: readonly number[];
}

/**
 * Power of each weight where a coalition wins with `quota` or more. Where no coalition
 * wins, or nobody is ever needed, all have none.
 *
 * @throws {RangeError} If there are more than `MAX_POWER_VOTERS` weights.
 */
export function votingPower(
  quota: number,
  weights: readonly number[],
): VotingPower {
  const size = weights.length;
  if (size > MAX_POWER_VOTERS) {
    throw new RangeError(
      `Cannot weigh power: at most ${MAX_POWER_VOTERS} weights, got ${size}`,
    );
  }
  const [needed, ...units] = unitsOf([quota, ...weights]).units;
  const swings = swingsBySize(needed, units);
  const counts = swings.map((bySize) => bySize.reduce((sum, n) => sum + n, 0));
  const all = counts.reduce((sum, count) => sum + count, 0);
  // (s − 1)! (n − s)! / n!, for a coalition of s.
  const orders = numbersTo(size + 1).map((s) =>
    s === 0 ? 0 : 1 / (s * binomial(size, s))
  );
  return {
    banzhaf: counts.map((count) => all === 0 ? 0 : count / all),
    shapleyShubik: swings.map((bySize) =>
      bySize.reduce((sum, count, s) => sum + count * orders[s], 0)
    ),
  };
}

/** For each voter, by size of the coalition: those that win with them and lose without. */
function swingsBySize(needed: number, units: readonly number[]): number[][] {
  const size = units.length;
  const swings = units.map(() => Array.from({ length: size + 1 }, () => 0));
  const sums = new Float64Array(2 ** size);
  for (let set = 1; set < sums.length; set++) {
    const lowest = 31 - Math.clz32(set & -set);
    const sum = sums[set & (set - 1)] + units[lowest];
    sums[set] = sum;
    if (sum < needed) continue;
    const members = [];
    for (let rest = set; rest > 0; rest &= rest - 1) {
      members.push(31 - Math.clz32(rest & -rest));
    }
    for (const one of members) {
      if (sum - units[one] < needed) swings[one][members.length] += 1;
    }
  }
  return swings;
}

function binomial(n: number, k: number): number {
  let result = 1;
  for (let step = 1; step <= k; step++) result = result * (n - k + step) / step;
  return Math.round(result);
}
