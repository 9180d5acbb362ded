/** What happens to a poll, as it is stored: version 1 of every body. Stored shapes never change. */
import type { DomainEvent, Json } from "../../decider.ts";
import type { Ballot } from "./ballot.ts";
import type { PollMethod } from "./methods.ts";
import type { PollResult } from "./outcome.ts";

/** Message type all of them travel as. */
export const CONSENSUS_UPDATE = "CONSENSUS_UPDATE";

export type PollEventName =
  | "consensus_initiated"
  | "vote_cast"
  | "voter_changed"
  | "ballots_revealed"
  | "round_ended"
  | "consensus_result";

export interface Alternative {
  readonly id: string;
  readonly label: string;
}

/** Everything the members agreed on before the first ballot. */
export interface PollSettings {
  readonly pollId: string;
  readonly question: string;
  readonly description: string | null;
  readonly method: PollMethod;
  readonly alternatives: readonly Alternative[];
  /** Worst to best; empty but for majority judgment. */
  readonly grades: readonly string[];
  /** Least share of the eligible weight that must be cast, 0 to 1. */
  readonly quorum: number;
  /** Least share to win or pass; null where the method has its own or none. */
  readonly threshold: number | null;
  readonly blind: boolean;
  /** When ballots of a blind poll are shown. */
  readonly reveal: "close" | "quorum";
  /** ms since 1970; null: until somebody closes it. */
  readonly closesAt: number | null;
  readonly maxRounds: number;
}

/** Somebody who may vote, and how much that counts. */
export interface EligibleVoter {
  readonly userId: string;
  /** Up to six decimal places; 0: recused or taken out. */
  readonly weight: number;
}

/** A ballot with what proves that it is the one committed to. */
export interface RevealedBallot {
  readonly userId: string;
  readonly ballot: Ballot;
  readonly salt: string;
}

interface Person {
  readonly userId: string;
  readonly name: string;
}

export function consensusInitiated(
  settings: PollSettings,
  electorate: readonly EligibleVoter[],
  by: Person,
): DomainEvent {
  return happened("consensus_initiated", settings.pollId, {
    ...settings,
    alternatives: settings.alternatives.map((one) => ({ ...one })),
    electorate: electorate.map((one) => ({ ...one })),
    openedBy: by.userId,
    name: by.name,
  });
}

/** With the ballot, or while blind with the commitment to it alone. */
export function voteCast(
  { pollId, round, said }: {
    readonly pollId: string;
    readonly round: number;
    readonly said: { readonly ballot: Ballot } | {
      readonly commitment: string;
    };
  },
  { userId, name }: Person,
): DomainEvent {
  const cast = { round, userId, name };
  return happened(
    "vote_cast",
    pollId,
    "ballot" in said
      ? { ...cast, ballot: ballotJson(said.ballot) }
      : { ...cast, commitment: said.commitment },
  );
}

/** The electorate is frozen at the opening; every later change is one of these. */
export function voterChanged(
  change: {
    readonly pollId: string;
    readonly userId: string;
    readonly weight: number;
    readonly reason: "recused" | "changed";
  },
  by: Person,
): DomainEvent {
  const { pollId, ...rest } = change;
  return happened("voter_changed", pollId, {
    ...rest,
    by: by.userId,
    name: by.name,
  });
}

/** One of several parts: an entry must fit into what a connection may hold unsent. */
export function ballotsRevealed(part: {
  readonly pollId: string;
  readonly round: number;
  readonly part: number;
  readonly parts: number;
  readonly ballots: readonly RevealedBallot[];
}): DomainEvent {
  const { pollId, ballots, ...rest } = part;
  return happened("ballots_revealed", pollId, {
    ...rest,
    ballots: ballots.map((one) => ({
      ...one,
      ballot: ballotJson(one.ballot),
    })),
  });
}

export function roundEnded(
  pollId: string,
  ended: { readonly round: number; readonly result: PollResult },
  by: Person,
): DomainEvent {
  return happened("round_ended", pollId, {
    round: ended.round,
    result: resultJson(ended.result),
    closedBy: by.userId,
    name: by.name,
  });
}

export function consensusResult(
  pollId: string,
  ended: {
    readonly question: string;
    readonly round: number;
    readonly result: PollResult;
    readonly reason: "closed" | "deadline" | "cancelled";
  },
  by: Person,
): DomainEvent {
  return happened("consensus_result", pollId, {
    ...ended,
    result: resultJson(ended.result),
    closedBy: by.userId,
    name: by.name,
  });
}

/** The ballot itself, for the server alone until it is revealed. */
export function ballotSealed(sealed: {
  readonly pollId: string;
  readonly round: number;
  /** Place in the electorate. */
  readonly voter: number;
  readonly userId: string;
  readonly ballot: Ballot;
  readonly salt: string;
}): DomainEvent {
  const { pollId, ballot, ...rest } = sealed;
  return {
    ...happened("ballot_sealed", pollId, {
      ...rest,
      ballot: ballotJson(ballot),
    }),
    on: "sealed",
  };
}

/** What a commitment commits to: nobody can pass another's off as their own. */
export function sealedValue(sealed: {
  readonly pollId: string;
  readonly round: number;
  readonly userId: string;
  readonly ballot: Ballot;
}) {
  const { ballot, ...rest } = sealed;
  return { ...rest, ballot: ballotJson(ballot) } satisfies Json;
}

/** The same as JSON: only what was said, nothing undefined. */
export function ballotJson(ballot: Ballot): { readonly [key: string]: Json } {
  const { choice, choices, ranking, grades, abstain, confidence, reason } =
    ballot;
  return {
    ...(choice !== undefined && { choice }),
    ...(choices && { choices }),
    ...(ranking && { ranking }),
    ...(grades && { grades }),
    ...(abstain && { abstain }),
    ...(confidence !== undefined && { confidence }),
    ...(reason !== undefined && { reason }),
  };
}

export function resultJson(result: PollResult) {
  return {
    ...result,
    tally: result.tally && { ...result.tally },
    turnout: { ...result.turnout },
    agreement: result.agreement && { ...result.agreement },
    dissent: result.dissent && { ...result.dissent },
  } satisfies Json;
}

function happened(
  event: PollEventName | "ballot_sealed",
  pollId: string,
  body: { readonly [key: string]: Json },
): DomainEvent {
  return { type: CONSENSUS_UPDATE, v: 1, body: { event, ...body, pollId } };
}
