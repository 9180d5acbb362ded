/** The outcome of a poll: the shapes of its turnout, tally, agreement, dissent and result. */
import type { Json } from "../../decider.ts";

/** Raise it when the same ballots could count differently: stored results keep theirs. */
export const ENGINE = 1;

export const OUTCOMES = [
  "passed",
  "rejected",
  "no_quorum",
  "vetoed",
  "tied",
  "cancelled",
] as const;
export type Outcome = typeof OUTCOMES[number];

/** Weights and heads; `share` is of the weight and decides about the quorum. */
export interface PollTurnout {
  readonly castWeight: number;
  readonly eligibleWeight: number;
  readonly castCount: number;
  readonly eligibleCount: number;
  /** 0 to 1; 0 where nobody is eligible. */
  readonly share: number;
  readonly quorum: number;
  readonly reached: boolean;
}

export interface PollTally {
  /** Ids; several are tied, none has what the method asks for. */
  readonly winners: readonly string[];
  /** Best first, those tied together. */
  readonly ranking: readonly (readonly string[])[];
  /** The working, which differs by method. */
  readonly details: { readonly [name: string]: Json };
  /** Weight of those who abstained: they are in no other figure. */
  readonly abstain: number;
}

export interface PollAgreement {
  readonly metric: "kendall_w" | "tastle_wierman" | "share";
  /** 0 to 1; null where it says nothing, with the reason in details. */
  readonly value: number | null;
  readonly details: { readonly [name: string]: Json };
}

export interface PollDissent {
  /** 0, all alike, to 1, half at either end. */
  readonly byCandidate: { readonly [alternative: string]: number };
  readonly most: readonly string[];
}

/** What the ballots say. */
export interface PollCount {
  readonly tally: PollTally;
  readonly agreement: PollAgreement;
  readonly dissent: PollDissent;
}

export interface PollResult {
  readonly engine: number;
  readonly state: Outcome;
  /** Id of the one that won; null where none or several did. */
  readonly winner: string | null;
  /** Null when the ballots were never shown. */
  readonly tally: PollTally | null;
  readonly turnout: PollTurnout;
  readonly agreement: PollAgreement | null;
  readonly dissent: PollDissent | null;
}
