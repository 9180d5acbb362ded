/** Approval: everyone names all they can live with. Source: https://en.wikipedia.org/wiki/Approval_voting */
import { byCandidate, type Count, groupsBy } from "./order.ts";
import { placeOf, placesOf } from "./profile.ts";
import { unitsOf } from "./units.ts";

export interface ApprovalBallot {
  readonly choices: readonly string[];
  /** @default 1 */
  readonly count?: number;
}

/** @throws {RangeError} If a ballot names nobody known, or somebody twice. */
export function approval(
  candidates: readonly string[],
  ballots: readonly ApprovalBallot[],
): Count {
  const { sums, total, perVote } = approvalCounts(candidates, ballots);
  return {
    groups: groupsBy(candidates.length, (a, b) => sums[b] - sums[a]),
    details: {
      counts: byCandidate(candidates, (one) => sums[one] / perVote),
      total: total / perVote,
    },
  };
}

/** Units that approve of each candidate, and of all ballots. */
export function approvalCounts(
  candidates: readonly string[],
  ballots: readonly ApprovalBallot[],
) {
  const places = placesOf(candidates);
  const { units, perVote } = unitsOf(ballots.map(({ count = 1 }) => count));
  const sums = candidates.map(() => 0);
  ballots.forEach(({ choices }, index) => {
    const chosen = new Set(choices.map((name) => placeOf(name, places)));
    if (chosen.size < choices.length) {
      throw new RangeError("Cannot count a ballot: it names somebody twice");
    }
    for (const one of chosen) sums[one] += units[index];
  });
  const total = units.reduce((sum, more) => sum + more, 0);
  return { sums, total, perVote };
}
