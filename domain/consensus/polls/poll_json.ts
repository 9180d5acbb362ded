/** A poll as it is shown: what is still secret is not in it, whoever asks. */
import type { Json } from "../../decider.ts";
import type { Ballot } from "./ballot.ts";
import { ballotJson, resultJson } from "./events.ts";
import { METHODS } from "./methods.ts";
import type { PollResult } from "./outcome.ts";
import { placeOfVoter, type Poll, turnout } from "./poll.ts";
import { visibleCount } from "./result.ts";
import { sealedBallotOf, type SealedState } from "./sealed.ts";

/** Everything a reader of the session may see; times in ms since 1970. */
export function pollJson(poll: Poll) {
  const count = poll.result ?? visibleCount(poll);
  return {
    id: poll.pollId,
    pollId: poll.pollId,
    sessionId: poll.sessionId,
    status: poll.status,
    question: poll.question,
    description: poll.description,
    method: poll.method,
    alternatives: poll.alternatives.map((one) => ({ ...one })),
    grades: poll.grades,
    quorum: poll.quorum,
    threshold: poll.threshold,
    blind: poll.blind,
    reveal: poll.reveal,
    revealed: poll.revealed,
    closesAt: poll.closesAt,
    maxRounds: poll.maxRounds,
    round: poll.round,
    openedBy: poll.openedBy,
    openedByName: poll.openedByName,
    openedAt: poll.openedAt,
    offset: poll.offset,
    closedAt: poll.closedAt,
    voters: poll.electorate.voters.map(({ userId, weight }, place) => {
      const cast = poll.box.get(place);
      return { userId, weight, cast: cast ? castJson(cast) : null };
    }),
    turnout: { ...turnout(poll) },
    tally: count?.tally ? { ...count.tally } : null,
    agreement: count?.agreement ? { ...count.agreement } : null,
    dissent: count?.dissent ? { ...count.dissent } : null,
    rounds: poll.rounds.map((ended, at) => ({
      ...ended,
      result: resultJson(
        at === poll.rounds.length - 1
          ? ended.result
          : withoutWorking(poll, ended.result),
      ),
    })),
    result: poll.result && resultJson(poll.result),
  } satisfies Json;
}

/** UTF-16 units of a poll that a command answers with: it is kept beside its messageId. */
const MAX_ANSWER = 48 * 1024;

/** As commands answer it: of a large one, ballots and rounds but the last are left to be read. */
export function answeredPollJson(poll: Poll) {
  const whole = pollJson(poll);
  if (JSON.stringify(whole).length <= MAX_ANSWER) return whole;
  const voters = whole.voters.map(({ cast, ...voter }) => ({
    ...voter,
    cast: cast && { ...cast, ballot: null },
  }));
  return { ...whole, voters, rounds: whole.rounds.slice(-1) };
}

/**
 * Of rounds before the last the working stays in their entries: five hundred tables of all
 * duels would be ten megabytes for everyone who looks at the poll.
 */
function withoutWorking({ method }: Poll, result: PollResult): PollResult {
  const { tally } = result;
  const isShort = METHODS[method].ballot === "choice" ||
    METHODS[method].ballot === "choices";
  if (tally === null || isShort) return result;
  return { ...result, tally: { ...tally, details: {} } };
}

/** What a voter alone may see of their own: the ballot, sealed or not, and its place. */
export function ownBallot(
  poll: Poll,
  { userId, sealed }: { readonly userId: string; readonly sealed: SealedState },
): { readonly ballot: Ballot; readonly offset: number } | null {
  const place = placeOfVoter(poll, userId);
  const cast = place === undefined ? undefined : poll.box.get(place);
  if (place === undefined || cast === undefined) return null;
  const { round } = poll;
  const ballot = cast.ballot ??
    sealedBallotOf(sealed, { round, place })?.ballot;
  return ballot ? { ballot, offset: cast.offset } : null;
}

/** As JSON; null when nothing was cast. */
export function ownBallotJson(own: ReturnType<typeof ownBallot>): Json {
  return own && { ballot: ballotJson(own.ballot), offset: own.offset };
}

function castJson(
  { offset, at, ballot, commitment, salt }: NonNullable<
    ReturnType<Poll["box"]["get"]>
  >,
) {
  return {
    offset,
    at,
    ballot: ballot && ballotJson(ballot),
    commitment,
    salt,
  };
}
