/** The reveal: sealed ballots with their salts, so that anyone can check commitments and count. */
import type { DomainEvent } from "../../decider.ts";
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
  return [...poll.box.entries()].map(([place, cast]) => ({
    ballot: cast.ballot ?? ballotUnderSeal(poll, sealed, place).ballot,
    weight: poll.electorate.voters[place].weight,
  }));
}

/** Shows what is sealed, in as many entries as it takes; `except` casts anew, in the open. */
export function revealEvents(
  poll: Poll,
  sealed: SealedState,
  { except }: { readonly except?: string } = {},
): readonly DomainEvent[] {
  const parts: RevealedBallot[][] = [[]];
  let length = 0;
  for (const [place, cast] of poll.box.entries()) {
    const { userId } = poll.electorate.voters[place];
    if (cast.ballot !== null || userId === except) continue;
    const { ballot, salt } = ballotUnderSeal(poll, sealed, place);
    const shown = { userId, ballot, salt };
    const more =
      JSON.stringify({ ...shown, ballot: ballotJson(ballot) }).length;
    if (length > 0 && length + more > MAX_PART_LENGTH) {
      parts.push([]);
      length = 0;
    }
    parts[parts.length - 1].push(shown);
    length += more;
  }
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

/** @throws {Error} A fault of ours: ballot and commitment are committed together. */
function ballotUnderSeal(poll: Poll, sealed: SealedState, place: number) {
  const found = sealedBallotOf(sealed, { round: poll.round, place });
  if (found) return found;
  throw new Error(`Cannot reveal ${poll.pollId}: no ballot under the seal`);
}
