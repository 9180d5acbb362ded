/** Rows about polls: those of a session, those that wait for somebody's ballot, and deadlines. */
import type { RecordedEvent, ViewRow } from "../../decider.ts";
import { DUE_VIEW } from "../../due_view.ts";
import { createRowIndexer, type RowIndexer } from "../../row_indexer.ts";
import type { EligibleVoter } from "./events.ts";
import { evolve, initial, type Poll, type PollState } from "./poll.ts";

/** Rows by `<session>/<poll>`, sorted by opening. */
export const POLLS_VIEW = "polls";
/** Rows by `<user>/<poll>`: a poll that is open and has no ballot of theirs. */
export const BALLOTS_WANTED_VIEW = "ballots_wanted";
/** One row by poll id: it names the channel of the sealed ballots, so it is taken once. */
export const POLL_IDS_VIEW = "poll_ids";

/** Raise a version when the view's rows change: the store then rebuilds it. */
export const POLL_VIEWS = [
  [POLLS_VIEW, 1],
  [BALLOTS_WANTED_VIEW, 1],
  [POLL_IDS_VIEW, 1],
] as const;

/** Rows that change with an event; `state` is the state after it. */
export function index(
  state: PollState,
  { body }: RecordedEvent,
): readonly ViewRow[] {
  if (state.status === "none" || body === null) return [];
  switch (body.event) {
    case "consensus_initiated":
      return [
        {
          view: POLL_IDS_VIEW,
          key: state.pollId,
          data: { sessionId: state.sessionId },
          unique: true,
        },
        pollRow(state),
        ...state.closesAt === null ? [] : [dueRow(state, state.closesAt)],
        ...wantedFrom(state, state.electorate.voters),
      ];
    case "vote_cast":
      return typeof body.userId === "string"
        ? [notWanted(state, body.userId)]
        : [];
    case "voter_changed": {
      const place = state.electorate.places.get(String(body.userId));
      if (place === undefined) return [];
      const voter = state.electorate.voters[place];
      return state.box.get(place) === undefined
        ? wantedFrom(state, [voter])
        : [];
    }
    case "round_ended":
      return [pollRow(state), ...wantedFrom(state, state.electorate.voters)];
    case "consensus_result":
      return [
        pollRow(state),
        ...state.closesAt === null
          ? []
          : [{ ...dueRow(state, state.closesAt), data: null }],
        ...state.electorate.voters.map(({ userId }) =>
          notWanted(state, userId)
        ),
      ];
    default:
      return [];
  }
}

/** The prefix of all rows of a user. A user id has no slash. */
export function wantedPrefix(userId: string): string {
  return `${userId}/`;
}

function pollRow(poll: Poll): ViewRow {
  const { sessionId, pollId, openedAt } = poll;
  return {
    view: POLLS_VIEW,
    key: `${sessionId}/${pollId}`,
    sort: openedAt,
    data: {
      sessionId,
      pollId,
      question: poll.question,
      method: poll.method,
      status: poll.status,
      openedAt,
      closesAt: poll.closesAt,
      closedAt: poll.closedAt,
      state: poll.result?.state ?? null,
    },
  };
}

function dueRow(poll: Poll, closesAt: number): ViewRow {
  const { sessionId, pollId } = poll;
  return {
    view: DUE_VIEW,
    key: `poll:${sessionId}/${pollId}`,
    sort: closesAt,
    data: {
      command: "close_poll",
      input: { sessionId, pollId, final: true },
    },
  };
}

function wantedFrom(
  poll: Poll,
  voters: readonly EligibleVoter[],
): readonly ViewRow[] {
  const { sessionId, pollId, question, closesAt, round, openedAt } = poll;
  return voters.map(({ userId, weight }) =>
    weight === 0 ? notWanted(poll, userId) : {
      view: BALLOTS_WANTED_VIEW,
      key: wantedPrefix(userId) + pollId,
      sort: openedAt,
      data: { sessionId, pollId, question, closesAt, round },
    }
  );
}

function notWanted({ pollId }: Poll, userId: string): ViewRow {
  return {
    view: BALLOTS_WANTED_VIEW,
    key: wantedPrefix(userId) + pollId,
    data: null,
  };
}

/** Makes the same rows from the log alone: for rebuilding a view under a new version. */
export function createPollIndexer(): RowIndexer {
  return createRowIndexer({ initial, evolve, index }, {
    prefix: "poll:",
    // A poll that is over changes no more rows: it need not be held.
    hold: (state) => state.status === "closed" ? undefined : state,
  });
}
