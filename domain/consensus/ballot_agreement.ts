/** Agreement among ballots: Kendall's W of rankings, Tastle-Wierman of grades, the leader's share of choices. */
import type { Agreement } from "./agreement.ts";
import { approvalCounts } from "./approval.ts";
import { tastleWierman } from "./grade_agreement.ts";
import { kendallW, type Rater } from "./kendall_w.ts";
import { gradeCounts } from "./majority_judgment.ts";
import { byCandidate } from "./order.ts";
import { firstChoicesOf } from "./plurality.ts";
import type { Profile } from "./profile.ts";
import { sumOf } from "./sums.ts";
import { isChoiceMethod, profileOf, type TallyInput } from "./tally.ts";
import { quotient } from "./units.ts";

const NOBODY = "Nobody has voted";

/** From 0 to 1; null where it says nothing, with the reason in details. */
export function ballotAgreement(input: TallyInput): Agreement {
  switch (input.method) {
    case "majority_judgment": {
      const { counts, total } = gradeCounts(input);
      if (total === 0) return none(NOBODY);
      const values = counts.map((row) => tastleWierman(row).value ?? 0);
      return {
        value: sumOf(values) / values.length,
        details: {
          byCandidate: byCandidate(input.candidates, (one) => values[one]),
        },
      };
    }
    case "approval": {
      const { sums, total } = approvalCounts(input.candidates, input.ballots);
      if (total === 0) return none(NOBODY);
      return { value: Math.max(...sums) / total, details: {} };
    }
    default:
      return isChoiceMethod(input.method)
        ? leaderShare(profileOf(input))
        : concordance(input);
  }
}

function concordance(
  input: Exclude<TallyInput, { method: "majority_judgment" | "approval" }>,
): Agreement {
  const profile = profileOf(input);
  const votes = profile.total / profile.perVote;
  const heads = Math.max(votes, input.ballots.length);
  return kendallW(rankRows(profile), { heads });
}

function leaderShare(profile: Profile): Agreement {
  const { parts, counted } = firstChoicesOf(profile);
  if (counted === 0n) return none(NOBODY);
  const most = parts.reduce((a, b) => a > b ? a : b);
  return { value: quotient(most, counted), details: {} };
}

/** Every row's ranks from 1 up; equals, and all who are missing, share the mean of theirs. */
export function rankRows(profile: Profile): readonly Rater[] {
  const size = profile.candidates.length;
  return profile.rows.map(({ groups, units }) => {
    const values = profile.candidates.map(() => 0);
    let above = 0;
    for (const group of groups) {
      for (const one of group) values[one] = above + (group.length + 1) / 2;
      above += group.length;
    }
    const last = above + (size - above + 1) / 2;
    return {
      values: values.map((value) => value === 0 ? last : value),
      weight: units,
    };
  });
}

function none(reason: string): Agreement {
  return { value: null, details: { reason } };
}
