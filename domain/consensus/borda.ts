/** Borda: a point for everyone ranked below, half a point for every equal. Source: https://en.wikipedia.org/wiki/Borda_count */
import { condorcetWinner, duelsOf } from "./condorcet.ts";
import { byCandidate, type Count, groupsBy } from "./order.ts";
import type { Profile } from "./profile.ts";

/** n−1 points for the first of n, 0 for the last; equals, and all who are missing, share theirs. */
export function borda(profile: Profile): Count {
  const { candidates, total, perVote } = profile;
  const duels = duelsOf(profile);
  // Per duel: those who prefer it, and half of those who see no difference.
  const doubled = duels.map((row, one) =>
    row.reduce(
      (sum, units, other) =>
        other === one ? sum : sum + total + units - duels[other][one],
      0,
    )
  );
  const winner = condorcetWinner(duels);
  return {
    groups: groupsBy(doubled.length, (a, b) => doubled[b] - doubled[a]),
    details: {
      scores: byCandidate(candidates, (one) => doubled[one] / 2 / perVote),
      condorcetWinner: winner === undefined ? null : candidates[winner],
    },
  };
}
