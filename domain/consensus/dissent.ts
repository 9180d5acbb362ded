/** Dissent: on which candidates people differ most, from 0, all alike, to 1, half at either end. */
import { byCandidate } from "./order.ts";
import { firstChoicesOf } from "./plurality.ts";
import { gradeCounts } from "./majority_judgment.ts";
import { approvalCounts } from "./approval.ts";
import { rankRows } from "./ballot_agreement.ts";
import type { Profile } from "./profile.ts";
import { isChoiceMethod, profileOf, type TallyInput } from "./tally.ts";
import { tastleWierman } from "./grade_agreement.ts";
import { sumOf, withinOne } from "./sums.ts";
import { quotient } from "./units.ts";

export interface Dissent {
  readonly byCandidate: { readonly [candidate: string]: number };
  /** Those with the most, none where nobody differs. */
  readonly most: readonly string[];
}

/** Shares that differ by less are the same but for rounding. */
const EQUAL = 1e-12;

export function dissentOf(input: TallyInput): Dissent {
  const { candidates } = input;
  const spreads = spreadsOf(input).map(withinOne);
  const largest = spreads.reduce((most, spread) => Math.max(most, spread), 0);
  return {
    byCandidate: byCandidate(candidates, (one) => spreads[one]),
    most: largest < EQUAL
      ? []
      : candidates.filter((_, one) => spreads[one] > largest - EQUAL),
  };
}

function spreadsOf(input: TallyInput): readonly number[] {
  switch (input.method) {
    case "majority_judgment":
      return gradeCounts(input).counts.map((row) =>
        1 - (tastleWierman(row).value ?? 1)
      );
    case "approval": {
      const { sums, total } = approvalCounts(input.candidates, input.ballots);
      return sums.map((sum) => split(total === 0 ? 0 : sum / total));
    }
    default: {
      const profile = profileOf(input);
      return isChoiceMethod(input.method)
        ? choiceSpreads(profile)
        : rankSpreads(profile);
    }
  }
}

function choiceSpreads(profile: Profile): readonly number[] {
  const { parts, counted } = firstChoicesOf(profile);
  return parts.map((part) =>
    split(counted === 0n ? 0 : quotient(part, counted))
  );
}

/** 1 where half are for and half against: the variance of a choice over its largest. */
function split(share: number): number {
  return 4 * share * (1 - share);
}

/** The variance of a candidate's rank over the largest there could be. */
function rankSpreads(profile: Profile): readonly number[] {
  const size = profile.candidates.length;
  const { total } = profile;
  if (size < 2 || total === 0) return profile.candidates.map(() => 0);
  const rows = rankRows(profile);
  const largest = ((size - 1) / 2) ** 2;
  return profile.candidates.map((_, one) => {
    const mean = sumOf(
      rows.map(({ values, weight }) => weight * values[one]),
    ) / total;
    const squares = sumOf(
      rows.map(({ values, weight }) => weight * (values[one] - mean) ** 2),
    );
    return squares / total / largest;
  });
}
