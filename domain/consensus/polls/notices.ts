/** Whom a poll tells on their own channel: its voters, when they are asked and when it is decided. */
import type { Notice, RecordedEvent } from "../../decider.ts";
import { pollWasClosed, pollWasOpened } from "../../inbox/events.ts";
import { textOf } from "../../read_json.ts";
import { hearing } from "../../sessions/hearing.ts";
import type { SessionState } from "../../sessions/session.ts";
import { userChannel } from "../../user_id.ts";
import type { PollState } from "./poll.ts";

/**
 * Nobody is told of what they did themselves, nor of a session they may not see any more;
 * `state` is the state after `event`.
 */
export function notices(
  state: PollState,
  { body, sender }: RecordedEvent,
  { session }: { readonly session?: SessionState } = {},
): readonly Notice[] {
  if (state.status === "none" || body === null) return [];
  const { sessionId, pollId, question, round, closesAt } = state;
  const by = textOf(body.name) ?? "Someone";
  const about = { sessionId, pollId, question, by };
  const tell = (event: Notice["event"]): readonly Notice[] => {
    const mayHear = hearing(session);
    return state.electorate.voters
      .filter(({ userId, weight }) =>
        userId !== sender && weight > 0 && mayHear(userId)
      )
      .flatMap(({ userId }) => {
        const channel = userChannel(userId);
        return channel === undefined ? [] : [{ channel, event }];
      });
  };
  switch (body.event) {
    case "consensus_initiated":
    case "round_ended":
      return tell(pollWasOpened({ ...about, round, closesAt }));
    case "consensus_result": {
      const { result } = state;
      if (result === null) return [];
      const winner = state.alternatives.find(({ id }) => id === result.winner);
      return tell(pollWasClosed({
        ...about,
        state: result.state,
        winner: winner?.label ?? null,
      }));
    }
    default:
      return [];
  }
}
