/** The room: who takes part, what was said, what can be done. Complete as plain HTML; live with scripts. */
import { hydrate } from "preact";
import { readerZone } from "./format.ts";
import { type PageContext, readState } from "./page_context.ts";
import { PollPlace } from "./PollPlace.tsx";
import { RoomAbout } from "./RoomAbout.tsx";
import { RoomHead } from "./RoomHead.tsx";
import { latePast, latePolls } from "./room_late.ts";
import { goLive, reloadRoom } from "./room_live.ts";
import { createRoom, type RoomModel } from "./room_model.ts";
import { showsPoll } from "./room_polls.ts";
import type { RoomState } from "./room_state.ts";
import { RoomPeople } from "./RoomPeople.tsx";
import { RoomTimeline } from "./RoomTimeline.tsx";

export function SessionRoom({ room }: { readonly room: RoomModel }) {
  return (
    <>
      <RoomHead room={room} />
      <div
        class="room"
        data-replay={room.replay.value ? "" : undefined}
        data-polls={showsPoll(room) ? "" : undefined}
      >
        <RoomPeople room={room} />
        <div class="middle">
          <PollPlace room={room} part="Ballot" />
          <RoomTimeline room={room} />
        </div>
        <div class="aside">
          <PollPlace room={room} part="Result" />
          <RoomAbout room={room} />
        </div>
      </div>
    </>
  );
}

export function mount(root: Element, { client }: PageContext): void {
  const state = readState<RoomState>("SessionRoom", document);
  const room = createRoom(state);
  room.asMade.value = true;
  hydrate(<SessionRoom room={room} />, root);
  room.asMade.value = false;
  const feed = latePolls(room, { state, root, client });
  room.zone.value = readerZone();
  room.past.value = latePast(room, feed.load);
  room.pollFeed.value = feed;
  goLive(room, { client, reload: () => reloadRoom(state.build) });
}
