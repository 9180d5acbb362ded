/** The polls of a room, as one script of their own: loaded only where a session has any. */
import type { PageContext } from "./page_context.ts";
import { goLiveWithPolls } from "./poll_live.ts";
import { createPolls, saidIn } from "./poll_model.ts";
import type { PollsState } from "./poll_state.ts";
import { PollBallot } from "./PollBallot.tsx";
import { PollWords } from "./PollLine.tsx";
import { PollResult } from "./PollResult.tsx";
import type { RoomModel } from "./room_model.ts";
import type { RoomPolls } from "./room_polls.ts";

/** Puts the polls into the room: live with a client, as plain pages without one. */
export function openPolls(
  room: RoomModel,
  state: PollsState | undefined,
  client?: PageContext["client"],
): RoomPolls {
  const polls = createPolls(room, state);
  const live = client && goLiveWithPolls(polls, { client, state });
  return {
    Ballot: () => <PollBallot polls={polls} />,
    Result: () => <PollResult polls={polls} />,
    Line: ({ line }) => <PollWords line={line} room={room} />,
    said: (userId) => saidIn(polls, userId),
    isShown: () => polls.shown.value !== undefined,
    take: (event, about) => live?.take(event, about),
    renew: (state) => live?.renew(state),
    hear: (events) => polls.record.hear(events),
  };
}
