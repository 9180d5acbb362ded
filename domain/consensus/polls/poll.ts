/**
 * A poll: a question put to the vote, from its opening over its rounds to its result. The
 * browser folds with this same file, so nothing here may import a schema at run time.
 */
import type { Json, RecordedEvent } from "../../decider.ts";
import { listOf, numberOf, recordOf, textOf } from "../../read_json.ts";
import { type Ballot, mistakesIn, readBallot } from "./ballot.ts";
import { BallotBox } from "./ballot_box.ts";
import {
  createElectorate,
  type Electorate,
  hasRoomFor,
  withVoter,
} from "./electorate.ts";
import { CONSENSUS_UPDATE, type PollSettings } from "./events.ts";
import { readElectorate, readResult, readSettings } from "./read_events.ts";
import type { PollResult, PollTurnout } from "./outcome.ts";
import { turnoutOf } from "./turnout.ts";

/** One voter's say in the current round. */
export interface CastBallot {
  /** Offset of its entry: with the entry's hash, the receipt. */
  readonly offset: number;
  readonly at: number;
  /** Null while it is sealed. */
  readonly ballot: Ballot | null;
  /** SHA-256 of the sealed ballot; null when it was cast in the open. */
  readonly commitment: string | null;
  /** Shown with the ballot at the reveal. */
  readonly salt: string | null;
}

export interface EndedRound {
  readonly round: number;
  readonly offset: number;
  readonly at: number;
  readonly result: PollResult;
}

export interface Poll extends PollSettings {
  readonly status: "open" | "closed";
  readonly sessionId: string;
  readonly openedBy: string;
  readonly openedByName: string;
  readonly openedAt: number;
  /** Offset of its first entry. */
  readonly offset: number;
  readonly closedAt: number | null;
  readonly electorate: Electorate;
  /** From 1. */
  readonly round: number;
  /** The ballots of this round. */
  readonly box: BallotBox<CastBallot>;
  /** Units of weight cast in this round. */
  readonly castUnits: number;
  /** Whether the ballots of this round can be seen. */
  readonly revealed: boolean;
  /** The rounds before this one. */
  readonly rounds: readonly EndedRound[];
  readonly result: PollResult | null;
}

/** `none`: nothing was ever opened under this id. */
export type PollState = Poll | { readonly status: "none" };

type Body = NonNullable<RecordedEvent["body"]>;

export function initial(): PollState {
  return { status: "none" };
}

/** Folds one entry in. What it does not know changes nothing; nothing stored makes it throw. */
export function evolve(state: PollState, event: RecordedEvent): PollState {
  const { type, v, body } = event;
  if (type !== CONSENSUS_UPDATE || v !== 1) return state;
  if (state.status === "none") {
    return body?.event === "consensus_initiated" ? opened(event, body) : state;
  }
  // Closing is final, whatever stands behind it.
  if (state.status === "closed") return state;
  if (body === null) return withErased(state, event);
  if (body.event === "body_erased") return withoutBallot(state, body);
  if (body.pollId !== state.pollId) return state;
  switch (body.event) {
    case "vote_cast":
      return withCast(state, event, body);
    case "voter_changed":
      return withChange(state, body);
    case "ballots_revealed":
      return withRevealed(state, body);
    case "round_ended":
      return withRoundEnded(state, event, body);
    case "consensus_result":
      return {
        ...state,
        status: "closed",
        closedAt: event.at,
        result: readResult(body.result),
      };
    default:
      return state;
  }
}

/** Reports whether a ballot would be taken now: nobody waits for the timer that closes it. */
export function acceptsBallots(
  { status, closesAt }: Poll,
  now: number,
): boolean {
  return status === "open" && (closesAt === null || now < closesAt);
}

export function turnout(poll: Poll): PollTurnout {
  const { electorate, box, castUnits, quorum } = poll;
  const { perVote, eligibleUnits, eligibleCount } = electorate;
  return turnoutOf(
    { weight: castUnits / perVote, count: box.size },
    { weight: eligibleUnits / perVote, count: eligibleCount },
    quorum,
  );
}

/** A ballot and how much it counts. */
export interface WeightedBallot {
  readonly ballot: Ballot;
  readonly weight: number;
}

/** The ballots of this round that can be seen. */
export function visibleBallots(poll: Poll): readonly WeightedBallot[] {
  const ballots: WeightedBallot[] = [];
  for (const [place, { ballot }] of poll.box.entries()) {
    if (ballot === null) continue;
    ballots.push({ ballot, weight: poll.electorate.voters[place].weight });
  }
  return ballots;
}

/** A voter's place in the electorate; undefined for those who may not vote (any more). */
export function placeOfVoter(poll: Poll, userId: string): number | undefined {
  const place = poll.electorate.places.get(userId);
  if (place === undefined) return undefined;
  return poll.electorate.voters[place].units > 0 ? place : undefined;
}

function opened(event: RecordedEvent, body: Body): PollState {
  const settings = readSettings(body);
  if (settings === null) return initial();
  return {
    ...settings,
    status: "open",
    sessionId: event.channel.slice(event.channel.indexOf(":") + 1),
    openedBy: textOf(body.openedBy) ?? event.sender ?? "",
    openedByName: textOf(body.name) ?? textOf(body.openedBy) ?? "",
    openedAt: event.at,
    offset: event.offset,
    closedAt: null,
    electorate: createElectorate(readElectorate(body.electorate)),
    round: 1,
    box: BallotBox.empty(),
    castUnits: 0,
    revealed: !settings.blind,
    rounds: [],
    result: null,
  };
}

function withCast(poll: Poll, event: RecordedEvent, body: Body): Poll {
  const place = placeOfVoter(poll, textOf(body.userId) ?? "");
  if (place === undefined || body.round !== poll.round) return poll;
  const { offset, at } = event;
  const ballot = readBallot(body.ballot);
  const commitment = textOf(body.commitment);
  // What does not fit could not be counted; it was never taken.
  const counts = ballot === null
    ? commitment !== null && !poll.revealed
    : mistakesIn(ballot, poll).length === 0;
  if (!counts) return poll;
  const first = poll.box.get(place) === undefined;
  const { units } = poll.electorate.voters[place];
  return {
    ...poll,
    box: poll.box.with(place, { offset, at, ballot, commitment, salt: null }),
    // Added up as it goes: a cast costs the same however many went before.
    castUnits: first ? poll.castUnits + units : poll.castUnits,
  };
}

/** Weight 0 takes the ballot out as well: who recuses themselves has not voted. */
function withChange(poll: Poll, body: Body): Poll {
  const userId = textOf(body.userId);
  const weight = numberOf(body.weight);
  if (userId === null || weight === null || weight < 0) return poll;
  if (!hasRoomFor(poll.electorate, { userId, weight })) return poll;
  const electorate = withVoter(poll.electorate, { userId, weight });
  const place = electorate.places.get(userId) ?? 0;
  const box = electorate.voters[place].units > 0
    ? poll.box
    : poll.box.with(place, undefined);
  return withBox({ ...poll, electorate }, box);
}

function withRevealed(poll: Poll, body: Body): Poll {
  const { round, part, parts } = body;
  if (round !== poll.round || numberOf(part) === null) return poll;
  let { box } = poll;
  for (const one of listOf(body.ballots)) {
    const revealed: { readonly [key: string]: Json } = recordOf(one) ?? {};
    const place = poll.electorate.places.get(textOf(revealed.userId) ?? "");
    const ballot = readBallot(revealed.ballot);
    if (place === undefined || ballot === null) continue;
    const cast = box.get(place);
    // Only what is sealed is shown; what was said in the open stands as it was said.
    if (cast === undefined || cast.ballot !== null) continue;
    if (mistakesIn(ballot, poll).length > 0) continue;
    box = box.with(place, { ...cast, ballot, salt: textOf(revealed.salt) });
  }
  return { ...poll, box, revealed: poll.revealed || part === parts };
}

/**
 * An erased ballot is gone, and a recount says so. What else was erased cannot be told
 * from it, so that whoever caused it has voted only if they did so afterwards.
 */
function withErased(poll: Poll, { sender }: RecordedEvent): Poll {
  const place = poll.electorate.places.get(sender ?? "");
  return place === undefined
    ? poll
    : withBox(poll, poll.box.with(place, undefined));
}

/** The same for whoever folded the ballot before it was erased. */
function withoutBallot(poll: Poll, { offset }: Body): Poll {
  for (const [place, cast] of poll.box.entries()) {
    if (cast.offset !== offset) continue;
    return withBox(poll, poll.box.with(place, undefined));
  }
  return poll;
}

function withBox(poll: Poll, box: BallotBox<CastBallot>): Poll {
  let castUnits = 0;
  for (const [place] of box.entries()) {
    castUnits += poll.electorate.voters[place].units;
  }
  return { ...poll, box, castUnits };
}

function withRoundEnded(poll: Poll, event: RecordedEvent, body: Body): Poll {
  const result = readResult(body.result);
  if (result === null || body.round !== poll.round) return poll;
  const { offset, at } = event;
  return {
    ...poll,
    round: poll.round + 1,
    box: BallotBox.empty(),
    castUnits: 0,
    revealed: !poll.blind,
    rounds: [...poll.rounds, { round: poll.round, offset, at, result }],
  };
}
