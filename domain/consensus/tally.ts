/** The tally: ballots in, winners and an order with ties out, by the method asked for. */
import type { Json } from "../decider.ts";
import { approval, type ApprovalBallot } from "./approval.ts";
import { borda } from "./borda.ts";
import { copeland, minimax } from "./condorcet.ts";
import { instantRunoff } from "./irv.ts";
import { kemeny } from "./kemeny.ts";
import { majority, SUPERMAJORITY } from "./majority.ts";
import { type GradedBallot, majorityJudgment } from "./majority_judgment.ts";
import type { Count } from "./order.ts";
import { plurality } from "./plurality.ts";
import { type Profile, type RankedBallot, readProfile } from "./profile.ts";
import { rankedPairs } from "./ranked_pairs.ts";
import { schulze } from "./schulze.ts";

/** Methods that count first choices only. */
const CHOICE_METHODS: readonly string[] = [
  "plurality",
  "majority",
  "weighted_majority",
  "unanimous",
  "supermajority",
];

/** Methods that count rankings and take no more. */
export const RANKED_METHODS = [
  "plurality",
  "majority",
  "weighted_majority",
  "unanimous",
  "borda",
  "irv",
  "schulze",
  "ranked_pairs",
  "copeland",
  "minimax",
] as const;
export type RankedMethod = typeof RANKED_METHODS[number];

export type TallyInput =
  | {
    readonly method: RankedMethod | "kemeny";
    readonly candidates: readonly string[];
    readonly ballots: readonly RankedBallot[];
    /** The same ballots, where several figures are made of them: reading them is most of the work. */
    readonly profile?: Profile;
  }
  | {
    readonly method: "supermajority";
    readonly candidates: readonly string[];
    readonly ballots: readonly RankedBallot[];
    /** Least share of the first choices. @default two thirds */
    readonly threshold?: number;
  }
  | {
    readonly method: "approval";
    readonly candidates: readonly string[];
    readonly ballots: readonly ApprovalBallot[];
  }
  | {
    readonly method: "majority_judgment";
    readonly candidates: readonly string[];
    /** Worst to best. */
    readonly grades: readonly string[];
    readonly ballots: readonly GradedBallot[];
  };

export interface Tally {
  /** Several are tied; none has what the method asks for. In the order of `candidates`. */
  readonly winners: readonly string[];
  /** Best first, those tied together. */
  readonly ranking: readonly (readonly string[])[];
  /** The working, which differs by method. */
  readonly details: { readonly [name: string]: Json };
}

/**
 * No order of candidates or ballots changes the answer, and weights that add up to
 * the same are the same.
 *
 * @throws {RangeError} If a ballot cannot be counted; `TallyInput` in tally_input.ts says where.
 */
export function tally(input: TallyInput): Tally {
  const { groups, winners = groups[0] ?? [], details } = countOf(input);
  const names = (numbers: readonly number[]) =>
    numbers.map((one) => input.candidates[one]);
  return { winners: names(winners), ranking: groups.map(names), details };
}

/** Reports whether a method asks for one choice, and reads nothing below the first. */
export function isChoiceMethod(method: TallyInput["method"]): boolean {
  return CHOICE_METHODS.includes(method);
}

/** The ballots of a method that counts rankings. @throws {RangeError} as `readProfile` */
export function profileOf(
  input: Exclude<TallyInput, { method: "majority_judgment" | "approval" }>,
): Profile {
  const known = "profile" in input ? input.profile : undefined;
  return known ?? readProfile(input.candidates, input.ballots);
}

function countOf(input: TallyInput): Count {
  switch (input.method) {
    case "approval":
      return approval(input.candidates, input.ballots);
    case "majority_judgment":
      return majorityJudgment(input);
    case "supermajority": {
      const { candidates, ballots, threshold = SUPERMAJORITY } = input;
      return majority(readProfile(candidates, ballots), threshold);
    }
    default:
      return RANKED[input.method](profileOf(input));
  }
}

const RANKED: Readonly<
  Record<RankedMethod | "kemeny", (profile: Profile) => Count>
> = {
  plurality,
  majority: (profile) => majority(profile, "majority"),
  // The same: every count is of weights, which are 1 for all in a majority of heads.
  weighted_majority: (profile) => majority(profile, "majority"),
  unanimous: (profile) => majority(profile, 1),
  borda,
  irv: instantRunoff,
  schulze,
  ranked_pairs: rankedPairs,
  copeland,
  minimax,
  kemeny,
};
