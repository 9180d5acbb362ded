/** Makes polls live: entries through the domain's evolve, ballots by command, time by the clock. */
import { batch } from "@preact/signals";
import { type Ballot, readBallot } from "../domain/consensus/polls/ballot.ts";
import {
  evolve,
  initial,
  placeOfVoter,
  type Poll,
} from "../domain/consensus/polls/poll.ts";
import { statementOf } from "../domain/consensus/polls/statement.ts";
import type { RecordedEvent } from "../domain/decider.ts";
import type { RealtimeClient } from "../realtime/client/client.ts";
import { MessageRefused } from "../realtime/client/message_refused.ts";
import { isRecord, numberOf } from "../realtime/client/wire.ts";
import { freshId } from "./browser_client.ts";
import { fieldsOf } from "./poll_fields.ts";
import type { PollsModel } from "./poll_model.ts";
import { ballotText } from "./poll_words.ts";
import { keepReceipt } from "./poll_receipts.ts";
import {
  type OwnBallot,
  pollFrom,
  type PollsState,
  summaryOf,
} from "./poll_state.ts";
import type { EntryAbout, RoomPolls } from "./room_polls.ts";

/** A clock that is off by less is taken as right. */
const CLOCK_SLACK_MS = 5_000;
const TICK_MS = 1_000;

export interface LivePollsOptions {
  readonly client: Pick<RealtimeClient, "command">;
  readonly state: PollsState | undefined;
  /** Reads the reader's own ballot, which under seal no entry tells. @default over HTTP */
  readonly readOwn?: (poll: Poll) => Promise<Ballot | undefined>;
  /** @default a random id */
  readonly newId?: () => string;
  /** Called every second. Hands back the stop. @default the browser's */
  readonly every?: (ms: number, tick: () => void) => () => void;
  /** ms since 1970. @default Date.now */
  readonly now?: () => number;
}

export function goLiveWithPolls(
  polls: PollsModel,
  options: LivePollsOptions,
): Pick<RoomPolls, "take" | "renew"> {
  const { client, newId = freshId, now = Date.now, every = interval } = options;
  const { readOwn = ownOverHttp } = options;
  const { room } = polls;
  const me = room.reader.userId;
  let last = options.state?.offset ?? 0;

  const off = room.readAt - now();
  const skew = Math.abs(off) > CLOCK_SLACK_MS ? off : 0;
  let stopClock = () => {};
  const runClock = () => {
    stopClock();
    const poll = polls.poll.peek();
    if (poll?.status !== "open" || poll.closesAt === null) return;
    polls.clock.value = now() + skew;
    stopClock = every(TICK_MS, () => polls.clock.value = now() + skew);
  };

  const take = (event: RecordedEvent, about: EntryAbout) => {
    if (event.offset <= last) return;
    last = event.offset;
    const { body } = event;
    if (body === null) return;
    batch(() => {
      const before = polls.poll.peek();
      if (body.event === "consensus_initiated") return opened(event);
      if (before && body.pollId === before.pollId) {
        changed(before, event, about);
      } else if (body.event === "consensus_result") {
        endedElsewhere(event);
      }
    });
  };

  const opened = (event: RecordedEvent) => {
    const poll = evolve(initial(), event);
    if (poll.status === "none") return;
    polls.list.value = [summaryOf(poll), ...polls.list.peek()];
    // Nobody is torn from a poll that is still open.
    if (polls.poll.peek()?.status === "open") return;
    polls.poll.value = poll;
    polls.own.value = null;
    startOver();
    polls.says.value = `A poll was opened: ${poll.question}`;
    runClock();
  };

  const changed = (
    before: Poll,
    event: RecordedEvent,
    about: EntryAbout,
  ) => {
    const poll = evolve(before, event);
    if (poll.status === "none" || poll === before) return;
    polls.poll.value = poll;
    const { body } = event;
    switch (body?.event) {
      case "vote_cast":
        if (body.userId === me) ownCast(poll, event, about);
        break;
      case "voter_changed":
        if (placeOfVoter(poll, me) === undefined) polls.own.value = null;
        break;
      case "round_ended": {
        const ended = poll.rounds.at(-1);
        polls.own.value = null;
        // What is still on its way was for the round before: the server will say so.
        if (ended) {
          polls.says.value = `Round ${ended.round} ended. ${
            statementOf(poll, ended.result)
          } Round ${poll.round} has begun.`;
        }
        break;
      }
      case "consensus_result":
        polls.list.value = polls.list.peek().map((one) =>
          one.pollId === poll.pollId ? summaryOf(poll) : one
        );
        if (poll.result) {
          polls.says.value = `The poll is closed. ${
            statementOf(poll, poll.result)
          }`;
        }
        runClock();
        break;
    }
  };

  const endedElsewhere = ({ body }: RecordedEvent) => {
    const result = isRecord(body?.result) ? body.result : {};
    polls.list.value = polls.list.peek().map((one) => {
      if (one.pollId !== body?.pollId) return one;
      const state = STATES.find((state) => state === result.state) ?? null;
      return { ...one, status: "closed", state };
    });
  };

  const ownCast = (
    poll: Poll,
    { offset, at, body }: RecordedEvent,
    { hash, messageId }: EntryAbout,
  ) => {
    const pending = polls.pending.peek();
    const mine = pending &&
        (pending.messageId === messageId || pending.offset === offset)
      ? pending
      : undefined;
    const ballot = mine?.ballot ?? readBallot(body?.ballot);
    if (ballot) show(poll, { ballot, offset, at, hash });
    else {
      // Cast in another tab, and sealed: only the server can tell this one what it says.
      void readOwn(poll).then((ballot) => {
        if (ballot && polls.poll.peek()?.pollId === poll.pollId) {
          show(poll, { ballot, offset, at, hash });
        }
      }).catch(() => {});
    }
    if (mine) polls.pending.value = undefined;
  };

  const show = (poll: Poll, own: OwnBallot) => {
    polls.own.value = own;
    startOver();
    keepReceipt(me, poll.pollId, own);
    polls.says.value = `Your ballot is in: ${
      ballotText(own.ballot, poll)
    }, entry ${own.offset}.`;
  };

  const startOver = () => {
    polls.draft.value = undefined;
    polls.refused.value = undefined;
    polls.wrong.value = {};
  };

  const cast = async (ballot: Ballot) => {
    const poll = polls.poll.peek();
    if (!poll) return;
    const { sessionId, pollId, round } = poll;
    const messageId = newId();
    batch(() => {
      startOver();
      polls.pending.value = { messageId, pollId, ballot };
    });
    const input = { sessionId, pollId, round, ...ballot };
    try {
      const { positions } = await client.command(
        "cast_ballot",
        JSON.parse(JSON.stringify(input)),
        messageId,
      );
      const { channel } = room.position.peek();
      const entry = positions.find((one) => one.channel === channel);
      if (entry) keepReceipt(me, pollId, entry);
      if (polls.pending.peek()?.messageId !== messageId) return;
      // What was shown back meanwhile, by a reading of the whole page, waits no longer.
      polls.pending.value = entry && entry.offset > last
        ? { messageId, pollId, ballot, offset: entry.offset }
        : undefined;
    } catch (error) {
      if (!(error instanceof MessageRefused)) throw error;
      if (polls.pending.peek()?.messageId !== messageId) return;
      const { message, reason } = error;
      batch(() => {
        polls.pending.value = undefined;
        const { question } = poll;
        const said = ballotText(ballot, poll);
        polls.refused.value = { pollId, question, said, message, reason };
        if (polls.poll.peek()?.pollId === pollId) {
          polls.draft.value = fieldsOf(ballot);
        }
      });
    }
  };

  polls.cast.value = (ballot) => void cast(ballot);
  runClock();
  return {
    take,
    renew: (state) => {
      if (!state) return;
      batch(() => {
        last = state.offset;
        polls.poll.value = state.shown ? pollFrom(state.shown) : undefined;
        polls.own.value = state.own;
        polls.list.value = state.list;
        const pending = polls.pending.peek();
        if (pending?.offset !== undefined && pending.offset <= last) {
          polls.pending.value = undefined;
        }
      });
      runClock();
    },
  };
}

const STATES = [
  "passed",
  "rejected",
  "no_quorum",
  "vetoed",
  "tied",
  "cancelled",
] as const;

async function ownOverHttp(
  { sessionId, pollId }: Poll,
): Promise<Ballot | undefined> {
  const response = await fetch(
    `/api/v1/sessions/${sessionId}/polls/${pollId}`,
    { cache: "no-store" },
  );
  const body: unknown = response.ok ? await response.json() : undefined;
  const poll = isRecord(body) ? body.poll : undefined;
  const mine = isRecord(poll) ? poll.mine : undefined;
  if (!isRecord(mine) || numberOf(mine.offset) === undefined) return undefined;
  return readBallot(JSON.parse(JSON.stringify(mine.ballot ?? null))) ??
    undefined;
}

function interval(ms: number, tick: () => void): () => void {
  const timer = setInterval(tick, ms);
  return () => clearInterval(timer);
}
