/**
 * What `CONSENSUS_UPDATE` carries on a session's channel, as types: the entries of a poll and
 * the signal with its figures. docs/protocol.md says when each comes.
 */
import type { Json } from "../json.ts";

export type ConsensusUpdate =
  | ConsensusInitiated
  | VoteCast
  | VoterChanged
  | BallotsRevealed
  | RoundEnded
  | ConsensusResult
  | ConsensusUpdated;

/** A poll was opened; nothing of it changes any more but the weights of voters. */
export interface ConsensusInitiated {
  readonly event: "consensus_initiated";
  readonly pollId: string;
  readonly question: string;
  readonly description: string | null;
  /** `plurality`, `approval`, `schulze` …: docs/protocol.md has them all. */
  readonly method: string;
  readonly alternatives: readonly {
    readonly id: string;
    readonly label: string;
  }[];
  /** Worst to best; empty but for majority judgment. */
  readonly grades: readonly string[];
  /** Least share of the eligible weight that must be cast, 0 to 1. */
  readonly quorum: number;
  /** Least share to win; null where the method has its own or none. */
  readonly threshold: number | null;
  readonly blind: boolean;
  /** When ballots of a blind poll are shown. */
  readonly reveal: "close" | "quorum";
  /** ms since 1970; null: until somebody closes it. */
  readonly closesAt: number | null;
  readonly maxRounds: number;
  readonly electorate: readonly {
    readonly userId: string;
    readonly weight: number;
  }[];
  readonly openedBy: string;
  /** Name of who opened it. */
  readonly name: string;
}

interface Cast {
  readonly event: "vote_cast";
  readonly pollId: string;
  readonly round: number;
  readonly userId: string;
  readonly name: string;
}

/** Somebody has voted: with the ballot, or while it is secret with the commitment to it. */
export type VoteCast =
  | (Cast & { readonly ballot: Ballot; readonly commitment?: undefined })
  | (Cast & {
    readonly ballot?: undefined;
    /** SHA-256 of salt and ballot, 64 hex digits. */
    readonly commitment: string;
  });

/** What a voter says; which field is set follows from the poll's method. */
export interface Ballot {
  readonly choice?: string;
  readonly choices?: readonly string[];
  /** Best first, those ranked alike together. */
  readonly ranking?: readonly (readonly string[])[];
  /** By alternative. */
  readonly grades?: { readonly [alternative: string]: string };
  readonly abstain?: true;
  /** 0 to 1. */
  readonly confidence?: number;
  readonly reason?: string;
}

/** A voter's weight is another; 0 takes voter and ballot out. */
export interface VoterChanged {
  readonly event: "voter_changed";
  readonly pollId: string;
  readonly userId: string;
  readonly weight: number;
  readonly reason: "recused" | "changed";
  /** User id of who did it. */
  readonly by: string;
  readonly name: string;
}

/** The sealed ballots of a round, each with what checks its commitment; `part` of `parts`. */
export interface BallotsRevealed {
  readonly event: "ballots_revealed";
  readonly pollId: string;
  readonly round: number;
  readonly part: number;
  readonly parts: number;
  readonly ballots: readonly {
    readonly userId: string;
    readonly ballot: Ballot;
    /** 64 hex digits. */
    readonly salt: string;
  }[];
}

/** A round has decided nothing; the next one begins without ballots. */
export interface RoundEnded {
  readonly event: "round_ended";
  readonly pollId: string;
  readonly round: number;
  readonly result: PollResult;
  readonly closedBy: string;
  readonly name: string;
}

/** The poll is over. */
export interface ConsensusResult {
  readonly event: "consensus_result";
  readonly pollId: string;
  readonly question: string;
  readonly round: number;
  readonly result: PollResult;
  readonly reason: "closed" | "deadline" | "cancelled";
  readonly closedBy: string;
  readonly name: string;
}

/** A signal: the figures as they stand, never stored; the last three are null while secret. */
export interface ConsensusUpdated {
  readonly event: "consensus_updated";
  /** `poll:<pollId>`. */
  readonly key: string;
  readonly pollId: string;
  readonly round: number;
  /** Offset of the channel that they hold at. */
  readonly asOf: number;
  readonly turnout: PollTurnout;
  readonly tally: PollTally | null;
  readonly agreement: PollAgreement | null;
  readonly dissent: PollDissent | null;
}

export interface PollResult {
  /** Version of the counting. */
  readonly engine: number;
  readonly state:
    | "passed"
    | "rejected"
    | "no_quorum"
    | "vetoed"
    | "tied"
    | "cancelled";
  /** Id of the alternative that won; null where none or several did. */
  readonly winner: string | null;
  /** Null when the ballots were never shown. */
  readonly tally: PollTally | null;
  readonly turnout: PollTurnout;
  readonly agreement: PollAgreement | null;
  readonly dissent: PollDissent | null;
}

export interface PollTurnout {
  readonly castWeight: number;
  readonly eligibleWeight: number;
  readonly castCount: number;
  readonly eligibleCount: number;
  /** Of the weight, 0 to 1. */
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
  /** Weight of those who abstained. */
  readonly abstain: number;
}

export interface PollAgreement {
  readonly metric: "kendall_w" | "tastle_wierman" | "share";
  /** 0 to 1; null where it says nothing. */
  readonly value: number | null;
  readonly details: { readonly [name: string]: Json };
}

export interface PollDissent {
  /** 0, all alike, to 1, half at either end. */
  readonly byCandidate: { readonly [alternative: string]: number };
  readonly most: readonly string[];
}
