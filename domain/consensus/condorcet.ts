/** Duels: who is preferred to whom by how many, who wins all of them, and the Smith set. */
import { byCandidate, type Count, groupsBy, numbersTo } from "./order.ts";
import type { Profile } from "./profile.ts";

/** `duels[a][b]`: units of the ballots that put a before b. */
export type Duels = readonly Float64Array[];

/** Whoever is not ranked is below everyone who is, and beside all others who are not. */
export function duelsOf({ candidates, rows }: Profile): Duels {
  const size = candidates.length;
  const duels = candidates.map(() => new Float64Array(size));
  const above = new Uint8Array(size);
  for (const { groups, units } of rows) {
    above.fill(0);
    for (const group of groups) {
      for (const one of group) above[one] = 1;
      for (const winner of group) {
        const row = duels[winner];
        for (let loser = 0; loser < size; loser++) {
          if (above[loser] === 0) row[loser] += units;
        }
      }
    }
  }
  return duels;
}

/** Beats everyone else in a duel; undefined where nobody does. */
export function condorcetWinner(duels: Duels): number | undefined {
  return numbersTo(duels.length).find((one) =>
    duels.every((row, other) => other === one || duels[one][other] > row[one])
  );
}

/**
 * The smallest set whose members each beat everyone outside it.
 * Source: https://en.wikipedia.org/wiki/Smith_set; whoever wins most duels is in it, and
 * with a member everyone whom that member does not beat.
 */
export function smithSet(duels: Duels): readonly number[] {
  const numbers = numbersTo(duels.length);
  const wins = netWins(duels);
  const waiting = groupsBy(duels.length, (a, b) => wins[b] - wins[a])[0]
    .slice();
  const members = new Set(waiting);
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    for (const other of numbers) {
      if (members.has(other) || duels[one][other] > duels[other][one]) continue;
      members.add(other);
      waiting.push(other);
    }
  }
  return numbers.filter((one) => members.has(one));
}

/** Duels won less duels lost. */
export function netWins(duels: Duels): readonly number[] {
  return duels.map((row, one) =>
    row.reduce(
      (sum, units, other) => sum + Math.sign(units - duels[other][one]),
      0,
    )
  );
}

/** Copeland: most duels won less duels lost. Source: https://en.wikipedia.org/wiki/Copeland%27s_method */
export function copeland(profile: Profile): Count {
  const duels = duelsOf(profile);
  const wins = netWins(duels);
  return {
    groups: groupsBy(wins.length, (a, b) => wins[b] - wins[a]),
    details: {
      netWins: byCandidate(profile.candidates, (one) => wins[one]),
      ...duelDetails(profile, duels),
    },
  };
}

/**
 * Minimax: whose worst defeat is smallest, by the votes of who won that duel.
 * Source: https://en.wikipedia.org/wiki/Minimax_Condorcet_method (winning votes).
 */
export function minimax(profile: Profile): Count {
  const duels = duelsOf(profile);
  const worst = duels.map((row, one) =>
    row.reduce((most, units, other) => {
      const against = duels[other][one];
      return against > units ? Math.max(most, against) : most;
    }, 0)
  );
  return {
    groups: groupsBy(worst.length, (a, b) => worst[a] - worst[b]),
    details: {
      worstDefeat: byCandidate(
        profile.candidates,
        (one) => worst[one] / profile.perVote,
      ),
      ...duelDetails(profile, duels),
    },
  };
}

/** What every method on duels can show; `pairwise[a][b]` in votes, by place in `candidates`. */
export function duelDetails(
  { candidates, perVote }: Profile,
  duels: Duels,
) {
  const winner = condorcetWinner(duels);
  return {
    pairwise: duels.map((row) => Array.from(row, (units) => units / perVote)),
    condorcetWinner: winner === undefined ? null : candidates[winner],
    smithSet: smithSet(duels).map((one) => candidates[one]),
  };
}
