/** Majorities: the most first choices win only if they are enough of all that were cast. */
import { byParts } from "./first_choices.ts";
import { type Count, groupsBy } from "./order.ts";
import { firstChoicesOf, pluralityDetails } from "./plurality.ts";
import type { Profile } from "./profile.ts";
import { quotient } from "./units.ts";

/** Two thirds, the usual supermajority. */
export const SUPERMAJORITY = 2 / 3;

/** `"majority"` is more than one half; a number is the least share, reached or passed. */
export type Threshold = "majority" | number;

/** Nobody wins where nobody has enough; the order is that of plurality all the same. */
export function majority(profile: Profile, threshold: Threshold): Count {
  const shares = firstChoicesOf(profile);
  const { parts, counted } = shares;
  const groups = groupsBy(parts.length, byParts(shares));
  const winners = groups[0].filter((one) =>
    reaches(parts[one], counted, threshold)
  );
  const share = counted === 0n ? 0 : quotient(parts[groups[0][0]], counted);
  return {
    groups,
    winners,
    details: { ...pluralityDetails(profile, shares), threshold, share },
  };
}

/**
 * Reports whether a part is enough of the whole. Nothing of nothing is not.
 * Divided, not multiplied: both sides of `20 / 30 >= 2 / 3` are rounded the same way.
 */
export function reaches(
  part: bigint,
  whole: bigint,
  threshold: Threshold,
): boolean {
  if (whole === 0n) return false;
  if (threshold === "majority") return 2n * part > whole;
  return quotient(part, whole) >= threshold;
}
