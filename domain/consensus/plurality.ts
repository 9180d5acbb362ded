/** Plurality: most first choices win. Source: https://en.wikipedia.org/wiki/Plurality_voting */
import {
  byParts,
  countFirstChoices,
  type Shares,
  votesOf,
} from "./first_choices.ts";
import { byCandidate, type Count, groupsBy } from "./order.ts";
import type { Profile } from "./profile.ts";
import { quotient } from "./units.ts";

export function plurality(profile: Profile): Count {
  const shares = firstChoicesOf(profile);
  return {
    groups: groupsBy(profile.candidates.length, byParts(shares)),
    details: pluralityDetails(profile, shares),
  };
}

export function firstChoicesOf({ candidates, rows, perVote }: Profile): Shares {
  const choices = rows.map(({ groups: [among = []], units }) => ({
    among,
    units,
  }));
  return countFirstChoices(choices, { size: candidates.length, perVote });
}

/** `total` leaves out ballots that rank nobody: they abstain. */
export function pluralityDetails(profile: Profile, shares: Shares) {
  return {
    counts: byCandidate(profile.candidates, (one) => votesOf(shares, one)),
    total: quotient(shares.counted, shares.perVote),
  };
}
