/** The reveal: sealed ballots with their salts, so that anyone can check commitments and count. */
import type { DomainEvent } from "../../decider.ts";
import { inParts } from "../../in_parts.ts";
import { ballotJson, ballotsRevealed, type RevealedBallot } from "./events.ts";
import type { Poll, WeightedBallot } from "./poll.ts";
import { sealedBallotOf, type SealedState } from "./sealed.ts";

/** UTF-16 units of ballots in one entry: well below what one connection may hold unsent. */
const MAX_PART_LENGTH = 32 * 1024;

/** Everything said in this round, sealed or not. */
export function allBallots(
  poll: Poll,
  sealed: SealedState,
): readonly WeightedBallot[] {
  const ballots: WeightedBallot[] = [];
  for (const [place, cast] of poll.box.entries()) {
    const ballot = cast.ballot ?? underSeal(poll, sealed, place)?.ballot;
    const { weight } = poll.electorate.voters[place];
    if (ballot) ballots.push({ ballot, weight });
  }
  return ballots;
}

/** Shows what is sealed, in as many entries as it takes; `except` casts anew, in the open. */
export function revealEvents(
  poll: Poll,
  sealed: SealedState,
  { except }: { readonly except?: string } = {},
): readonly DomainEvent[] {
  const hidden: RevealedBallot[] = [];
  for (const [place, cast] of poll.box.entries()) {
    const { userId } = poll.electorate.voters[place];
    if (cast.ballot !== null || userId === except) continue;
    const found = underSeal(poll, sealed, place);
    if (found === undefined) continue;
    const { ballot, salt } = found;
    hidden.push({ userId, ballot, salt });
  }
  const parts = inParts(
    hidden,
    (one) => JSON.stringify({ ...one, ballot: ballotJson(one.ballot) }).length,
    MAX_PART_LENGTH,
  );
  const { pollId, round } = poll;
  return parts.map((ballots, index) =>
    ballotsRevealed({
      pollId,
      round,
      part: index + 1,
      parts: parts.length,
      ballots,
    })
  );
}

/**
 * Ballot and commitment are committed together, so one is only missing when it was erased.
 * That must not keep the poll open for ever: it is not counted, and a recount says so.
 */
function underSeal({ round }: Poll, sealed: SealedState, place: number) {
  return sealedBallotOf(sealed, { round, place });
}
