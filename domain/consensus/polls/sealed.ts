/**
 * The sealed ballots of a blind poll: kept in a channel of the server's own until they are
 * revealed. What is revealed is taken from here; the poll itself holds commitments alone.
 */
import type { Area, RecordedEvent } from "../../decider.ts";
import { numberOf, textOf } from "../../read_json.ts";
import { type Ballot, readBallot } from "./ballot.ts";
import { BallotBox } from "./ballot_box.ts";
import { CONSENSUS_UPDATE } from "./events.ts";

export interface SealedBallot {
  readonly userId: string;
  readonly ballot: Ballot;
  readonly salt: string;
}

export interface SealedState {
  /** The latest round of which a ballot was sealed. */
  readonly round: number;
  /** Its ballots, by the voter's place in the electorate. */
  readonly box: BallotBox<SealedBallot>;
}

/** The subject of the one channel. */
export const SEALED_SUBJECT = "ballots";

export function sealedChannel(pollId: string): string {
  return `sealed:${pollId}`;
}

/** Only folds: it is written along with the poll's own entries. */
export const sealedBallots: Area<SealedState, never> = {
  name: "sealed_ballots",
  initial: () => ({ round: 0, box: BallotBox.empty() }),
  evolve,
  decide: () => [],
};

function evolve(state: SealedState, event: RecordedEvent): SealedState {
  const { type, v, body } = event;
  if (type !== CONSENSUS_UPDATE || v !== 1 || body === null) return state;
  if (body.event !== "ballot_sealed") return state;
  const round = numberOf(body.round);
  const voter = numberOf(body.voter);
  const userId = textOf(body.userId);
  const salt = textOf(body.salt);
  const ballot = readBallot(body.ballot);
  if (round === null || voter === null || userId === null) return state;
  if (salt === null || ballot === null || round < state.round) return state;
  const box = round > state.round ? BallotBox.empty<SealedBallot>() : state.box;
  return { round, box: box.with(voter, { userId, ballot, salt }) };
}

/** What a voter said in this round and nobody else may see; undefined when nothing is sealed. */
export function sealedBallotOf(
  { round, box }: SealedState,
  at: { readonly round: number; readonly place: number },
): SealedBallot | undefined {
  return round === at.round ? box.get(at.place) : undefined;
}
