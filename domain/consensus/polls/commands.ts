/** The commands of a poll, declared once: roles, routes, results. Their rules are in `decide.ts`. */
import type { Area, CommandDeclaration, Json } from "../../decider.ts";
import { sessionChannel } from "../../sessions/session.ts";
import { sessionPlace } from "../../sessions/session_place.ts";
import { resultJson } from "./events.ts";
import { decide, type PollCommand, type PollSurroundings } from "./decide.ts";
import { DEFAULT_GRADES, PROPOSAL_CHOICES } from "./methods.ts";
import { notices } from "./notices.ts";
import {
  CastBallot,
  ChangeVoter,
  ClosePoll,
  InPoll,
  OpenPoll,
} from "./poll_input.ts";
import { evolve, initial, type PollState } from "./poll.ts";
import { answeredPollJson } from "./poll_json.ts";
import { SEALED_SUBJECT, sealedBallots, sealedChannel } from "./sealed.ts";
import { index } from "./view.ts";

export const polls: Area<PollState, PollCommand, PollSurroundings> = {
  name: "polls",
  initial,
  evolve,
  decide,
  index,
  notices,
};

type Declaration<Input> = CommandDeclaration<
  Input,
  PollState,
  PollCommand,
  PollSurroundings
>;

const POLLS = "/sessions/{sessionId}/polls";
const POLL = `${POLLS}/{pollId}`;

/** What the subjects of polls begin with. */
export const POLL_SUBJECT = "poll:";

export function pollSubject(pollId: string): string {
  return POLL_SUBJECT + pollId;
}

const openPoll: Declaration<OpenPoll> = {
  ...inPoll({
    name: "open_poll",
    summary: "Open a poll; the electorate is frozen with it",
    input: OpenPoll,
    http: { method: "POST", path: POLLS, status: 201 },
    command: ({ sessionId: _, id = "", ...input }) => ({
      command: "open_poll",
      pollId: id,
      question: input.question,
      description: input.description ?? null,
      method: input.method,
      alternatives: input.method === "proposal"
        ? PROPOSAL_CHOICES
        : input.alternatives ?? [],
      grades: input.method === "majority_judgment"
        ? input.grades ?? DEFAULT_GRADES
        : [],
      quorum: input.quorum ?? 0,
      threshold: input.threshold ?? null,
      blind: input.blind ?? false,
      reveal: input.reveal ?? "close",
      closesAt: input.closesAt ?? null,
      maxRounds: input.maxRounds ?? 1,
    }),
    result: withPoll,
  }),
  // The subject is only known once the id is made, and a retry would make another.
  complete: (input, newId) => ({ ...input, id: input.id ?? newId() }),
  subject: ({ id = "" }) => pollSubject(id),
  also: ({ sessionId, id = "" }) => surroundings(sessionId, id),
};

const castBallot = inPoll({
  name: "cast_ballot",
  summary: "Cast a ballot, or replace one's own, until the poll closes",
  input: CastBallot,
  http: { method: "POST", path: `${POLL}/ballots`, status: 201 },
  command: ({ sessionId: _, pollId: __, round, ...ballot }) => ({
    command: "cast_ballot",
    ballot,
    round,
  }),
  // Offset and hash stand beside it as the position of the command's own channel.
  result: (state) =>
    state.status === "none"
      ? null
      : { receipt: { pollId: state.pollId, round: state.round } },
});

const recuse = inPoll({
  name: "recuse",
  summary: "Recuse oneself from a poll; a ballot already cast is taken out",
  input: InPoll,
  http: { method: "POST", path: `${POLL}/recusal`, status: 200 },
  command: () => ({ command: "recuse" }),
});

const changeVoter = inPoll({
  name: "change_voter",
  summary: "Change the weight of a voter, add one, or take one out with 0",
  input: ChangeVoter,
  http: { method: "PATCH", path: `${POLL}/voters/{userId}`, status: 200 },
  command: ({ userId, weight }) => ({
    command: "change_voter",
    userId,
    weight,
  }),
  result: withPoll,
});

const closePoll = inPoll({
  name: "close_poll",
  summary: "Close a poll, or its round where more are left, and announce it",
  input: ClosePoll,
  http: { method: "POST", path: `${POLL}/close`, status: 200 },
  command: ({ final = false }) => ({ command: "close_poll", final }),
  result: withResult,
});

const cancelPoll = inPoll({
  name: "cancel_poll",
  summary: "Cancel a poll: it decides nothing, and what is sealed stays so",
  input: InPoll,
  http: { method: "POST", path: `${POLL}/cancel`, status: 200 },
  command: () => ({ command: "cancel_poll" }),
  result: withResult,
});

export const pollCommands = [
  openPoll,
  castBallot,
  recuse,
  changeVoter,
  closePoll,
  cancelPoll,
] as const;

function withPoll(state: PollState): Json {
  return state.status === "none" ? null : { poll: answeredPollJson(state) };
}

/**
 * Of the poll, or of the round that was ended: the poll then is still open. It is kept with
 * the messageId, so the poll's own story, which grows by the round, is not in it.
 */
function withResult(state: PollState): Json {
  if (state.status === "none") return null;
  const result = state.result ?? state.rounds.at(-1)?.result;
  const { pollId, sessionId, status, round } = state;
  const poll = { id: pollId, sessionId, status, round };
  return { result: result ? resultJson(result) : null, poll };
}

function surroundings(sessionId: string, pollId: string) {
  return {
    session: sessionPlace(sessionId),
    sealed: {
      area: sealedBallots,
      channel: sealedChannel(pollId),
      subject: SEALED_SUBJECT,
    },
  };
}

type InPollDeclaration<Input> = Pick<
  Declaration<Input>,
  "name" | "summary" | "input" | "http" | "command" | "result"
>;

/** Inside a session its own roles count, so every signed-in user may ask. */
function inPoll<
  Input extends { readonly sessionId: string; readonly pollId?: string },
>(declaration: InPollDeclaration<Input>): Declaration<Input> {
  return {
    ...declaration,
    role: "observer",
    area: polls,
    channel: ({ sessionId }) => sessionChannel(sessionId),
    subject: ({ pollId = "" }) => pollSubject(pollId),
    also: ({ sessionId, pollId = "" }) => surroundings(sessionId, pollId),
  };
}
