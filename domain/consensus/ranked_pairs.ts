/** Ranked pairs: duels are locked in from the clearest on, unless they contradict. Source: T. N. Tideman, Social Choice and Welfare 4 (1987); https://en.wikipedia.org/wiki/Ranked_pairs */
import { duelDetails, type Duels, duelsOf } from "./condorcet.ts";
import { type Count, layersOf } from "./order.ts";
import type { Profile } from "./profile.ts";
import { Reachability } from "./reachability.ts";

interface Duel {
  readonly winner: number;
  readonly loser: number;
  /** For the winner, and for the loser. */
  readonly units: number;
  readonly against: number;
}

/**
 * Duels by the winner's votes, then by fewer for the loser. Duels that are equal in both
 * are judged together: of them, all that lie on a cycle with what is locked or with
 * each other are dropped, so that no order of listing decides between them.
 */
export function rankedPairs(profile: Profile): Count {
  const { candidates } = profile;
  const duels = duelsOf(profile);
  const graph = new Reachability(candidates.length);
  const locked: string[][] = [];
  const dropped: string[][] = [];
  for (const equals of wonDuels(duels)) {
    const ahead = graph.copy();
    for (const { winner, loser } of equals) ahead.add(winner, loser);
    for (const { winner, loser } of equals) {
      const pair = [candidates[winner], candidates[loser]];
      if (ahead.reaches(loser, winner)) {
        dropped.push(pair);
      } else {
        locked.push(pair);
        graph.add(winner, loser);
      }
    }
  }
  return {
    groups: layersOf(candidates.length, (a, b) => graph.reaches(a, b)),
    details: { locked, dropped, ...duelDetails(profile, duels) },
  };
}

/** Every duel somebody won, clearest first, equals together. */
function wonDuels(duels: Duels): readonly (readonly Duel[])[] {
  const won = duels.flatMap((row, winner) =>
    Array.from(row, (units, loser) => {
      return { winner, loser, units, against: duels[loser][winner] };
    }).filter(({ units, against }) => units > against)
  );
  won.sort((a, b) => b.units - a.units || a.against - b.against);
  const groups: Duel[][] = [];
  for (const duel of won) {
    const group = groups.at(-1);
    const same = group !== undefined && group[0].units === duel.units &&
      group[0].against === duel.against;
    if (same) group.push(duel);
    else groups.push([duel]);
  }
  return groups;
}
