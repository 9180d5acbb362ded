/** What a poll allows: who opens it, who votes, when it reveals, and how it ends. */
import type { Context, DomainEvent } from "../../decider.ts";
import { Refusal } from "../../refusal.ts";
import { leads } from "../../sessions/decide.ts";
import type { Session, SessionState } from "../../sessions/session.ts";
import { isVisible } from "../../sessions/voice.ts";
import { type Ballot, blocks, mistakesIn } from "./ballot.ts";
import { hasRoomFor } from "./electorate.ts";
import {
  ballotSealed,
  consensusInitiated,
  consensusResult,
  type EligibleVoter,
  type PollSettings,
  roundEnded,
  sealedValue,
  voteCast,
  voterChanged,
} from "./events.ts";
import {
  acceptsBallots,
  evolve,
  placeOfVoter,
  type Poll,
  type PollState,
  turnout,
} from "./poll.ts";
import { cancelledResult, resultOf, visibleCount } from "./result.ts";
import { allBallots, revealEvents } from "./reveal.ts";
import type { SealedState } from "./sealed.ts";

export type PollCommand =
  | ({ readonly command: "open_poll" } & PollSettings)
  | {
    readonly command: "cast_ballot";
    readonly ballot: Ballot;
    /** The round the voter saw; a later one needs another look. */
    readonly round?: number;
  }
  | { readonly command: "recuse" }
  | {
    readonly command: "change_voter";
    readonly userId: string;
    readonly weight: number;
  }
  /** `final` ends it whatever rounds are left. */
  | { readonly command: "close_poll"; readonly final: boolean }
  | { readonly command: "cancel_poll" };

/** What a poll's decisions rest on besides its own state. */
export interface PollSurroundings {
  readonly session: SessionState;
  readonly sealed: SealedState;
}

type Surrounded = Context<PollSurroundings>;

/** The events a command causes; none when it is so already. @throws {Refusal} */
export function decide(
  state: PollState,
  command: PollCommand,
  context: Surrounded,
): readonly DomainEvent[] {
  const { user, also: { session } } = context;
  // Whoever may not see it learns nothing, not even that it exists.
  if (!isVisible(session, user)) throw new Refusal("session_not_found");
  if (command.command === "open_poll") {
    return open(state, command, { ...context, session });
  }
  if (state.status === "none") throw new Refusal("poll_not_found");
  switch (command.command) {
    case "cast_ballot":
      return cast(state, command, { ...context, session });
    case "recuse":
      return recuse(state, { ...context, session });
    case "change_voter":
      demandLead(session, context);
      return change(state, command, { ...context, session });
    case "close_poll":
      demandLead(session, context);
      return close(state, command.final, context);
    case "cancel_poll":
      demandLead(session, context);
      return cancel(state, context);
  }
}

/** A context whose session is known to be there. */
type InSession = Surrounded & { readonly session: Session };

function open(
  state: PollState,
  { command: _, ...settings }: Extract<PollCommand, { command: "open_poll" }>,
  context: InSession,
): readonly DomainEvent[] {
  const { user, now, session } = context;
  if (session.status === "closed") throw new Refusal("session_closed");
  demandLead(session, context);
  if (state.status !== "none") throw new Refusal("poll_exists");
  if (settings.closesAt !== null && settings.closesAt <= now) {
    const message = "Must lie ahead of the server's clock";
    throw new Refusal("closes_in_the_past", {
      errors: [{ path: "closesAt", message }],
    });
  }
  const electorate = electorateOf(session, settings);
  return [consensusInitiated(settings, electorate, user)];
}

/** Everyone who has a voice now. Who joins later did not hear what was agreed on. */
function electorateOf(
  { participants }: Session,
  settings: PollSettings,
): readonly EligibleVoter[] {
  return participants
    .filter(({ role, status }) => role !== "observer" && status !== "left")
    .map(({ userId, weight }) => ({
      userId,
      weight: weightIn(settings, weight),
    }));
}

/** A majority is one of heads; with weights there is `weighted_majority`. */
function weightIn(
  { method }: Pick<PollSettings, "method">,
  weight: number,
): number {
  return method === "majority" ? 1 : weight;
}

function cast(
  poll: Poll,
  { ballot, round = poll.round }: Extract<
    PollCommand,
    { command: "cast_ballot" }
  >,
  context: InSession,
): readonly DomainEvent[] {
  const { user, seal, also } = context;
  demandOpen(poll, context);
  if (round !== poll.round) throw new Refusal("round_ended");
  const place = placeOfVoter(poll, user.userId);
  if (place === undefined) throw new Refusal("not_a_voter");
  const errors = mistakesIn(ballot, poll);
  if (errors.length > 0) throw new Refusal("ballot_invalid", { errors });
  if (blocks(ballot, poll) && !ballot.reason?.trim()) {
    const message = "Say why: a block ends the poll for everyone";
    throw new Refusal("reason_missing", {
      errors: [{ path: "reason", message }],
    });
  }
  const { pollId } = poll;
  const inTheOpen = voteCast({ pollId, round, said: { ballot } }, user);
  if (poll.revealed) return [inTheOpen];
  if (poll.reveal === "quorum" && reachesQuorumWith(poll, place)) {
    const { userId } = user;
    const others = revealEvents(poll, also.sealed, { except: userId });
    return [...others, inTheOpen];
  }
  const sealed = { pollId, round, userId: user.userId, ballot };
  const { salt, commitment } = seal(sealedValue(sealed));
  return [
    ballotSealed({ ...sealed, voter: place, salt }),
    voteCast({ pollId, round, said: { commitment } }, user),
  ];
}

function reachesQuorumWith(poll: Poll, place: number): boolean {
  const { units } = poll.electorate.voters[place];
  const more = poll.box.get(place) === undefined ? units : 0;
  return turnout({ ...poll, castUnits: poll.castUnits + more }).reached;
}

function recuse(poll: Poll, context: InSession): readonly DomainEvent[] {
  const { user: { userId } } = context;
  demandOpen(poll, context);
  if (!poll.electorate.places.has(userId)) throw new Refusal("not_a_voter");
  if (placeOfVoter(poll, userId) === undefined) return [];
  return changed(poll, { userId, weight: 0, reason: "recused" }, context);
}

function change(
  poll: Poll,
  { userId, weight: asked }: EligibleVoter,
  context: InSession,
): readonly DomainEvent[] {
  demandOpen(poll, context);
  const { voters, places } = poll.electorate;
  const place = places.get(userId);
  if (place === undefined) demandVoice(context.session, userId);
  const weight = asked > 0 ? weightIn(poll, asked) : 0;
  const now = place === undefined ? 0 : voters[place].weight;
  if (now === weight) return [];
  if (!hasRoomFor(poll.electorate, { userId, weight })) {
    throw new Refusal("session_full");
  }
  return changed(poll, { userId, weight, reason: "changed" }, context);
}

function changed(
  poll: Poll,
  change: EligibleVoter & { readonly reason: "recused" | "changed" },
  { user, also, now }: InSession,
): readonly DomainEvent[] {
  const event = voterChanged({ ...change, pollId: poll.pollId }, user);
  if (poll.revealed || poll.reveal !== "quorum") return [event];
  const after = evolve(poll, {
    ...event,
    channel: "",
    offset: 0,
    at: now,
    sender: user.userId,
  });
  // With fewer to wait for, those who voted may be enough.
  return after.status !== "none" && after.box.size > 0 &&
      turnout(after).reached
    ? [event, ...revealEvents(after, also.sealed)]
    : [event];
}

function close(
  poll: Poll,
  final: boolean,
  { user, now, also }: Surrounded,
): readonly DomainEvent[] {
  if (poll.status === "closed") throw new Refusal("poll_closed");
  const { pollId, question, round, maxRounds, closesAt } = poll;
  const revealing = poll.revealed ? [] : revealEvents(poll, also.sealed);
  const result = resultOf(
    poll,
    allBallots(poll, also.sealed),
    turnout(poll),
  );
  const overdue = closesAt !== null && now >= closesAt;
  const again = round < maxRounds && result.state !== "passed";
  if (again && !final && !overdue) {
    return [...revealing, roundEnded(pollId, { round, result }, user)];
  }
  const reason = overdue ? "deadline" : "closed";
  const ended = { question, round, result, reason } as const;
  return [...revealing, consensusResult(pollId, ended, user)];
}

function cancel(poll: Poll, { user }: Surrounded): readonly DomainEvent[] {
  if (poll.status === "closed") throw new Refusal("poll_closed");
  const { pollId, question, round } = poll;
  // What was said in confidence is not shown for a poll that decides nothing.
  const result = cancelledResult(turnout(poll), visibleCount(poll));
  const ended = { question, round, result, reason: "cancelled" } as const;
  return [consensusResult(pollId, ended, user)];
}

/** Neither poll nor session takes anything more once it is closed, or the time is up. */
function demandOpen(poll: Poll, { now, session }: InSession): void {
  if (!acceptsBallots(poll, now)) throw new Refusal("poll_closed");
  if (session.status === "closed") throw new Refusal("session_closed");
}

function demandLead(session: Session, { user }: Pick<Context, "user">): void {
  if (!leads(session, user)) throw new Refusal("not_allowed");
}

function demandVoice({ participants }: Session, userId: string): void {
  const known = participants.find((one) => one.userId === userId);
  if (!known || known.status === "left") {
    throw new Refusal("participant_not_found");
  }
  if (known.role === "observer") throw new Refusal("not_a_voter");
}
