/** The room: who takes part, what was said, what can be done. Complete as plain HTML; live with scripts. */
import { hydrate } from "preact";
import type { PageContext } from "./page_context.ts";
import { readState } from "./page_context.ts";
import { RoomAbout } from "./RoomAbout.tsx";
import { RoomHead } from "./RoomHead.tsx";
import { goLive, reloadRoom } from "./room_live.ts";
import { createRoom, type RoomModel } from "./room_model.ts";
import type { RoomState } from "./room_state.ts";
import { RoomPeople } from "./RoomPeople.tsx";
import { RoomTimeline } from "./RoomTimeline.tsx";

export function SessionRoom({ room }: { readonly room: RoomModel }) {
  return (
    <>
      <RoomHead room={room} />
      <div class="room">
        <RoomPeople room={room} />
        <RoomTimeline room={room} />
        <RoomAbout room={room} />
      </div>
    </>
  );
}

export function mount(root: Element, { client }: PageContext): void {
  const state = readState<RoomState>("SessionRoom", document);
  const room = createRoom(state);
  hydrate(<SessionRoom room={room} />, root);
  room.zone.value = "local";
  goLive(room, { client, reload: () => reloadRoom(state.build) });
}
