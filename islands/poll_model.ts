/** The polls of a room as signals: the one that is shown, the reader's ballot, what is on its way. */
import {
  computed,
  type ReadonlySignal,
  type Signal,
  signal,
} from "@preact/signals";
import type { Ballot } from "../domain/consensus/polls/ballot.ts";
import {
  acceptsBallots,
  placeOfVoter,
  type Poll,
} from "../domain/consensus/polls/poll.ts";
import type { PollCount } from "../domain/consensus/polls/outcome.ts";
import { visibleCount } from "../domain/consensus/polls/result.ts";
import type { BallotFields } from "./poll_fields.ts";
import { foremost, PollRecord } from "./poll_record.ts";
import {
  type OwnBallot,
  pollFrom,
  type PollsState,
  type PollSummary,
} from "./poll_state.ts";
import type { RoomModel } from "./room_model.ts";

/** A ballot that was sent and not shown back yet. */
export interface PendingBallot {
  readonly messageId: string;
  readonly pollId: string;
  readonly ballot: Ballot;
  /** Its entry, once acknowledged. */
  readonly offset?: number;
}

/** A ballot that took no effect, and why. */
export interface RefusedBallot {
  readonly pollId: string;
  readonly question: string;
  /** The ballot in words. */
  readonly said: string;
  readonly message: string;
  readonly reason?: string;
}

export interface PollsModel {
  readonly room: RoomModel;
  /** The poll as it is now. */
  readonly poll: Signal<Poll | undefined>;
  /** The poll as it is shown: at the moment looked back at, or now. */
  readonly shown: ReadonlySignal<Poll | undefined>;
  /** What the ballots that can be seen come to. */
  readonly count: ReadonlySignal<PollCount | null>;
  readonly list: Signal<readonly PollSummary[]>;
  readonly own: Signal<OwnBallot | null>;
  readonly pending: Signal<PendingBallot | undefined>;
  readonly refused: Signal<RefusedBallot | undefined>;
  /** By control: what keeps the form from being sent. */
  readonly wrong: Signal<Readonly<Record<string, string>>>;
  /** What the form starts from where it is not the own ballot: what was sent back. */
  readonly draft: Signal<BallotFields | undefined>;
  /** ms since 1970 by the server's clock; moves once scripts run. */
  readonly clock: Signal<number>;
  /** Read out politely, once each: the end of a round, the result. */
  readonly says: Signal<string>;
  readonly record: PollRecord;
  /** Sends a ballot over the socket; undefined while plain forms do it. */
  readonly cast: Signal<((ballot: Ballot) => void) | undefined>;
}

export function createPolls(
  room: RoomModel,
  state: PollsState | undefined,
): PollsModel {
  const first = state?.shown ? pollFrom(state.shown) : undefined;
  const poll = signal(room.detached === "replay" ? undefined : first);
  const record = new PollRecord();
  // A page of the past carries its poll; another moment is folded from what is read.
  const opened = room.detached === "replay"
    ? room.replay.peek()?.offset
    : undefined;
  const shown = computed(() => {
    const replay = room.replay.value;
    if (!replay) return poll.value;
    return replay.offset === opened
      ? first
      : foremost(record.at(replay.offset));
  });
  const mistake = room.mistake.peek();
  const sentBack = mistake?.form === "ballot" ? mistake : undefined;
  return {
    room,
    poll,
    shown,
    count: computed(() => {
      const poll = shown.value;
      if (!poll) return null;
      return poll.result?.tally && poll.result.agreement && poll.result.dissent
        ? {
          tally: poll.result.tally,
          agreement: poll.result.agreement,
          dissent: poll.result.dissent,
        }
        : visibleCount(poll);
    }),
    list: signal(state?.list ?? []),
    own: signal(state?.own ?? null),
    pending: signal(undefined),
    refused: signal(undefined),
    wrong: signal(sentBack?.fields ?? {}),
    draft: signal(sentBack?.input),
    clock: signal(room.readAt),
    says: signal(""),
    record,
    cast: signal(undefined),
  };
}

/** Where the reader stands towards a poll. */
export type Standing =
  | "may_vote"
  | "overdue"
  | "session_closed"
  | "closed"
  | "not_a_voter";

export function standingIn({ room, clock }: PollsModel, poll: Poll): Standing {
  if (poll.status === "closed") return "closed";
  if (room.session.value.status === "closed") return "session_closed";
  if (placeOfVoter(poll, room.reader.userId) === undefined) {
    return "not_a_voter";
  }
  return acceptsBallots(poll, clock.value) ? "may_vote" : "overdue";
}

/** Whether somebody has voted in the round that is shown. */
export function saidIn(
  { shown }: PollsModel,
  userId: string,
): "voted" | "awaited" | undefined {
  const poll = shown.value;
  const place = poll && placeOfVoter(poll, userId);
  if (!poll || place === undefined) return undefined;
  if (poll.box.get(place)) return "voted";
  return poll.status === "open" ? "awaited" : undefined;
}

/** The ballot on its way to this very poll. */
export function pendingFor(
  { pending }: PollsModel,
  { pollId }: Poll,
): PendingBallot | undefined {
  return pending.value?.pollId === pollId ? pending.value : undefined;
}
