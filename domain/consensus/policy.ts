/** The policy: what a count of yes, no, abstentions and vetoes means. */
import type { Threshold } from "./majority.ts";

/** Largest weight: sums of whole ones stay exact. */
export const MAX_WEIGHT = 1e15;

export const POLICY_STATES = [
  "vetoed",
  "no_quorum",
  "passed",
  "rejected",
] as const;
export type PolicyState = typeof POLICY_STATES[number];

/** Weights, not heads: a delegate for three others counts for four. */
export interface PolicyVotes {
  readonly yes: number;
  readonly no: number;
  readonly abstain: number;
  /** Of everyone who may vote. */
  readonly eligible: number;
  /** How many block, with a reason. */
  readonly vetoes: number;
}

export interface PolicyRule {
  /** Least share of the eligible weight that must be cast, from 0 to 1 inclusive. */
  readonly quorum: number;
  /** Least share of yes among yes and no, from 0 to 1 inclusive. */
  readonly threshold: Threshold;
}

export interface Turnout {
  readonly castWeight: number;
  readonly eligibleWeight: number;
}

/**
 * A veto ends it; then quorum, for which abstentions count; then the threshold, for
 * which they do not. Not passed is rejected: yes or no is never tied.
 *
 * @throws {RangeError} If a number is negative or none, or more was cast than may be.
 */
export function applyPolicy(
  { yes, no, abstain, eligible, vetoes }: PolicyVotes,
  { quorum, threshold }: PolicyRule,
): PolicyState {
  for (const weight of [yes, no, abstain, eligible, vetoes]) {
    if (weight >= 0 && weight <= MAX_WEIGHT) continue;
    throw new RangeError(
      `Cannot apply the policy: weights are 0 to ${MAX_WEIGHT}, got ${weight}`,
    );
  }
  const castWeight = castOf({ yes, no, abstain, eligible });
  if (castWeight === undefined) {
    throw new RangeError(
      `Cannot apply the policy: more was cast than is eligible, got ${eligible}`,
    );
  }
  const rule = checkShare(
    "threshold",
    threshold === "majority" ? 0.5 : threshold,
  );
  const enough = meetsQuorum({ castWeight, eligibleWeight: eligible }, quorum);
  if (vetoes > 0) return "vetoed";
  if (!enough) return "no_quorum";
  if (yes + no === 0) return "rejected";
  const share = yes / (yes + no);
  const slack = slackOf(yes, no);
  const passed = threshold === "majority"
    ? share > rule + slack
    : share >= rule - slack;
  return passed ? "passed" : "rejected";
}

/** The weight that was cast, abstentions included; undefined where it is more than there is. */
export function castOf(
  { yes, no, abstain, eligible }: Omit<PolicyVotes, "vetoes">,
): number | undefined {
  const cast = yes + no + abstain;
  const slack = slackOf(yes, no, abstain, eligible);
  return cast > eligible * (1 + slack) ? undefined : cast;
}

/**
 * Reports whether a turnout reaches quorum.
 *
 * @param turnout Cast and eligible weight, in the same unit.
 * @param minShare Least share that must be cast, from 0 to 1 inclusive.
 * @throws {RangeError} If `minShare` is outside 0 to 1.
 */
export function meetsQuorum(turnout: Turnout, minShare: number): boolean {
  checkShare("quorum", minShare);
  const { castWeight, eligibleWeight } = turnout;
  // An empty electorate binds no one; 0 / 0 would only fail by accident.
  if (eligibleWeight === 0) return false;
  // Divided, not multiplied: 0.07 * 100 is 7.000000000000001, which 7 misses.
  return castWeight / eligibleWeight >=
    minShare - slackOf(castWeight, eligibleWeight);
}

/**
 * What earlier sums of fractions may have lost: 0.1 + 0.2 + … of ten tenths is not 1.
 * Whole weights need none: a quotient and the share it should reach, 2 / 3 say, are
 * rounded the same way.
 */
function slackOf(...weights: readonly number[]): number {
  return weights.every(Number.isInteger) ? 0 : 1e-12;
}

function checkShare(name: string, share: number): number {
  if (share >= 0 && share <= 1) return share;
  throw new RangeError(
    `Cannot apply the policy: ${name} must be 0 to 1, got ${share}`,
  );
}
