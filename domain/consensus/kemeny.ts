/** Kemeny-Young: the ranking that agrees with most duels. Source: J. Kemeny, Daedalus 88 (1959); https://en.wikipedia.org/wiki/Kemeny%E2%80%93Young_method */
import { duelDetails, type Duels, duelsOf } from "./condorcet.ts";
import { type Count, groupsBy, numbersTo } from "./order.ts";
import type { Profile } from "./profile.ts";

/** More would take too long: the work doubles with every candidate. */
export const MAX_KEMENY_CANDIDATES = 16;

/**
 * Where several rankings are equally good, a candidate stands at the best place that
 * one of them gives.
 *
 * @throws {RangeError} If there are more than `MAX_KEMENY_CANDIDATES`.
 */
export function kemeny(profile: Profile): Count {
  const size = profile.candidates.length;
  if (size > MAX_KEMENY_CANDIDATES) {
    throw new RangeError(
      `Cannot count: at most ${MAX_KEMENY_CANDIDATES} candidates, got ${size}`,
    );
  }
  const duels = duelsOf(profile);
  const { places, score } = bestPlaces(duels);
  return {
    groups: groupsBy(size, (a, b) => places[a] - places[b]),
    details: {
      score: score / profile.perVote,
      ...duelDetails(profile, duels),
    },
  };
}

/** By sets of candidates (as bits): the best order of all sets that can stand on top, then of the rest. */
function bestPlaces(duels: Duels) {
  const size = duels.length;
  const numbers = numbersTo(size);
  const full = 2 ** size - 1;
  // Units won by putting `one` directly below the set on top.
  const gain = (top: number, one: number) =>
    numbers.reduce(
      (sum, other) =>
        other === one || (top >> other & 1) === 1
          ? sum
          : sum + duels[one][other],
      0,
    );
  const above = new Float64Array(full + 1);
  const below = new Float64Array(full + 1);
  for (let top = full - 1; top >= 0; top--) {
    for (const one of numbers) {
      if ((top >> one & 1) === 1) continue;
      const score = gain(top, one) + below[top | 1 << one];
      if (score > below[top]) below[top] = score;
    }
  }
  const score = below[0];
  const places = numbers.map(() => size);
  for (let top = 0; top < full; top++) {
    const place = bitsIn(top);
    for (const one of numbers) {
      if ((top >> one & 1) === 1) continue;
      const next = top | 1 << one;
      const reached = above[top] + gain(top, one);
      if (reached > above[next]) above[next] = reached;
      if (reached + below[next] === score && place < places[one]) {
        places[one] = place;
      }
    }
  }
  return { places, score };
}

function bitsIn(set: number): number {
  let count = 0;
  for (let rest = set; rest > 0; rest &= rest - 1) count++;
  return count;
}
