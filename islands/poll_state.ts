/** A poll as a page carries it, and the way back to the state that the domain folds. */
import { BallotBox } from "../domain/consensus/polls/ballot_box.ts";
import type { Ballot } from "../domain/consensus/polls/ballot.ts";
import { createElectorate } from "../domain/consensus/polls/electorate.ts";
import type { PollSettings } from "../domain/consensus/polls/events.ts";
import type { Outcome, PollResult } from "../domain/consensus/polls/outcome.ts";
import type {
  CastBallot,
  EndedRound,
  Poll,
} from "../domain/consensus/polls/poll.ts";

/** Everything of a poll but what follows from it. */
export interface StoredPoll extends PollSettings {
  readonly status: "open" | "closed";
  readonly sessionId: string;
  readonly openedBy: string;
  readonly openedByName: string;
  readonly openedAt: number;
  readonly offset: number;
  readonly closedAt: number | null;
  readonly round: number;
  readonly revealed: boolean;
  readonly rounds: readonly EndedRound[];
  readonly result: PollResult | null;
  /** In the order of the electorate. */
  readonly voters: readonly {
    readonly userId: string;
    readonly weight: number;
    /** Absent: has not voted. What is null in it is left out. */
    readonly cast?: Pick<CastBallot, "offset" | "at"> & Partial<CastBallot>;
  }[];
}

/** The reader's own ballot of the round, sealed or not. */
export interface OwnBallot {
  readonly ballot: Ballot;
  /** Its entry. */
  readonly offset: number;
  /** When the entry was made, ms since 1970. */
  readonly at: number;
  /** The first 16 hex digits of the entry's hash: with the offset, the receipt. */
  readonly hash?: string;
}

/** One line of the list of a session's polls. */
export interface PollSummary {
  readonly pollId: string;
  readonly question: string;
  readonly status: Poll["status"];
  readonly state: Outcome | null;
}

export interface PollsState {
  /** Newest first. */
  readonly list: readonly PollSummary[];
  readonly shown: StoredPoll | null;
  readonly own: OwnBallot | null;
  /** The channel's entry up to which `shown` and `list` are current. */
  readonly offset: number;
}

export function storedPoll(poll: Poll): StoredPoll {
  const { electorate, box, castUnits: _, ...rest } = poll;
  return {
    ...rest,
    voters: electorate.voters.map(({ userId, weight }, place) => ({
      userId,
      weight,
      cast: withoutNulls(box.get(place)),
    })),
  };
}

export function pollFrom({ voters, ...rest }: StoredPoll): Poll {
  const electorate = createElectorate(voters);
  let box = BallotBox.empty<CastBallot>();
  let castUnits = 0;
  for (const [place, { cast }] of voters.entries()) {
    if (!cast) continue;
    const { ballot = null, commitment = null, salt = null } = cast;
    box = box.with(place, { ...cast, ballot, commitment, salt });
    castUnits += electorate.voters[place].units;
  }
  return { ...rest, electorate, box, castUnits };
}

/** Most of the page's bytes would be these nulls. */
function withoutNulls(cast: CastBallot | undefined) {
  if (!cast) return undefined;
  const { offset, at, ballot, commitment, salt } = cast;
  return {
    offset,
    at,
    ...(ballot && { ballot }),
    ...(commitment !== null && { commitment }),
    ...(salt !== null && { salt }),
  };
}

export function summaryOf(
  { pollId, question, status, result }: Poll,
): PollSummary {
  return { pollId, question, status, state: result?.state ?? null };
}
