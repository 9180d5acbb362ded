/** What of a room comes late: looking back with the first wish, polls once the page stands. */
import { CONSENSUS_UPDATE } from "../domain/consensus/polls/events.ts";
import type { RecordedEvent } from "../domain/decider.ts";
import { onceIdle } from "./as_made.ts";
import type { PageContext } from "./page_context.ts";
import { keepWishes } from "./poll_wishes.ts";
import { reloadRoom } from "./room_live.ts";
import { type Past, PAST_FAULT, type RoomModel } from "./room_model.ts";
import type { RoomPolls } from "./room_polls.ts";
import type { RoomState } from "./room_state.ts";

/** A script that could not be had while something waits for it is asked for again after this. */
const LOAD_AGAIN_MS = 5_000;

/** Few readers look back, so its script comes with the first wish and serves that one too. */
export function latePast(
  room: RoomModel,
  loadPolls: () => Promise<RoomPolls>,
): Past {
  let loading: Promise<Past> | undefined;
  const load = async () => {
    const { lookBack, recordOver } = await import("./room_past.ts");
    const read = recordOver(room.position.peek().channel);
    return lookBack(room, {
      read: async (after, limit) => {
        const events = await read(after, limit);
        // What the server made of them is of now: it must not stand in the past.
        const needed = room.firstPolls || room.polls.peek() ||
          events.some(isOfPoll);
        if (needed) (await loadPolls()).hear(events);
        return events;
      },
      leave: () => location.assign(location.pathname),
    });
  };
  const withPast = async (use: (past: Past) => void) => {
    try {
      use(await (loading ??= load()));
    } catch {
      loading = undefined;
      room.pastFault.value = PAST_FAULT;
    }
  };
  return {
    replayTo: (offset) => void withPast((past) => past.replayTo(offset)),
    showOlder: () => void withPast((past) => past.showOlder()),
  };
}

function isOfPoll({ type }: RecordedEvent): boolean {
  return type === CONSENSUS_UPDATE;
}

/**
 * The page shows its polls and their forms work without a script: it comes when the page
 * stands and nothing else is to be done, or with the first entry or wish; whatever came
 * before it waits for it in order.
 */
export function latePolls(
  room: RoomModel,
  { state, root, client }: {
    readonly state: RoomState;
    readonly root: Element;
    readonly client: PageContext["client"];
  },
) {
  const places = [...root.querySelectorAll<HTMLElement>("[data-place]")];
  let loading: Promise<RoomPolls> | undefined;
  let missed = false;
  const open = async () => {
    try {
      const { openPolls } = await import("./Polls.tsx");
      // Entries that came while the script could not be had are only in a fresh reading.
      const polls = missed
        ? (await reloadRoom(state.build))?.polls
        : state.polls;
      room.polls.value = openPolls(room, { polls, client, state, places });
      for (const stop of stops) stop();
      return room.polls.value;
    } catch (error) {
      loading = undefined;
      missed = true;
      throw error;
    }
  };
  const load = () => loading ??= open();
  let again: ReturnType<typeof setTimeout> | undefined;
  const use = (then: (polls: RoomPolls) => void) =>
    void load().then(then).catch(() => {
      // Until then the page shows less than has happened.
      clearTimeout(again);
      again = setTimeout(() => use(() => {}), LOAD_AGAIN_MS);
    });
  const stops = state.polls
    ? places.map((place) => keepWishes(place, load))
    : [];
  if (state.polls) onceIdle(() => void load().catch(() => {}));
  return {
    load,
    take: (...entry: Parameters<RoomPolls["take"]>) =>
      use((polls) => polls.take(...entry)),
    renew: (fresh: RoomState["polls"]) => {
      if (fresh || room.polls.peek()) use((polls) => polls.renew(fresh));
    },
  };
}
