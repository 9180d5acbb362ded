/** The room: who takes part, what was said, what can be done. Complete as plain HTML; live with scripts. */
import { hydrate } from "preact";
import { CONSENSUS_UPDATE } from "../domain/consensus/polls/events.ts";
import type { RecordedEvent } from "../domain/decider.ts";
import { readerZone } from "./format.ts";
import { type PageContext, readState } from "./page_context.ts";
import { RoomAbout } from "./RoomAbout.tsx";
import { RoomHead } from "./RoomHead.tsx";
import { goLive, reloadRoom } from "./room_live.ts";
import {
  createRoom,
  type Past,
  PAST_FAULT,
  type RoomModel,
} from "./room_model.ts";
import type { RoomPolls } from "./room_polls.ts";
import type { RoomState } from "./room_state.ts";
import { RoomPeople } from "./RoomPeople.tsx";
import { RoomTimeline } from "./RoomTimeline.tsx";

export function SessionRoom({ room }: { readonly room: RoomModel }) {
  const polls = room.polls.value;
  return (
    <>
      <RoomHead room={room} />
      <div
        class="room"
        data-replay={room.replay.value ? "" : undefined}
        data-polls={polls?.isShown() ? "" : undefined}
      >
        <RoomPeople room={room} />
        <div class="middle">
          {polls && <polls.Ballot />}
          <RoomTimeline room={room} />
        </div>
        <div class="aside">
          {polls && <polls.Result />}
          <RoomAbout room={room} />
        </div>
      </div>
    </>
  );
}

export async function mount(
  root: Element,
  { client }: PageContext,
): Promise<void> {
  const state = readState<RoomState>("SessionRoom", document);
  const room = createRoom(state);
  const feed = latePolls(room, state, client);
  // What the page shows of polls can only be taken over by their script.
  if (state.polls) await feed.load();
  hydrate(<SessionRoom room={room} />, root);
  room.zone.value = readerZone();
  room.past.value = latePast(room, feed.load);
  room.pollFeed.value = feed;
  goLive(room, { client, reload: () => reloadRoom(state.build) });
}

/** Few readers look back, so its script comes with the first wish and serves that one too. */
function latePast(
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
        const polls = room.polls.peek() ??
          (events.some(isOfPoll) ? await loadPolls() : undefined);
        polls?.hear(events);
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

/** Many sessions have no poll, so its script comes with the first; entries wait for it in order. */
function latePolls(
  room: RoomModel,
  state: RoomState,
  client: PageContext["client"],
) {
  let loading: Promise<RoomPolls> | undefined;
  let missed = false;
  const open = async () => {
    try {
      const { openPolls } = await import("./Polls.tsx");
      // Entries that came while the script could not be had are only in a fresh reading.
      const polls = missed
        ? (await reloadRoom(state.build))?.polls
        : state.polls;
      return room.polls.value = openPolls(room, polls, client);
    } catch (error) {
      loading = undefined;
      missed = true;
      throw error;
    }
  };
  const load = () => loading ??= open();
  const use = (then: (polls: RoomPolls) => void) =>
    void load().then(then).catch(() => {});
  return {
    load,
    take: (...entry: Parameters<RoomPolls["take"]>) =>
      use((polls) => polls.take(...entry)),
    renew: (fresh: RoomState["polls"]) => {
      if (fresh || room.polls.peek()) use((polls) => polls.renew(fresh));
    },
  };
}
