/** The room: who takes part, what was said, what can be done. Complete as plain HTML; live with scripts. */
import { hydrate } from "preact";
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
import type { RoomState } from "./room_state.ts";
import { RoomPeople } from "./RoomPeople.tsx";
import { RoomTimeline } from "./RoomTimeline.tsx";

export function SessionRoom({ room }: { readonly room: RoomModel }) {
  return (
    <>
      <RoomHead room={room} />
      <div class="room" data-replay={room.replay.value ? "" : undefined}>
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
  room.zone.value = readerZone();
  room.past.value = latePast(room);
  goLive(room, { client, reload: () => reloadRoom(state.build) });
}

/** Few readers look back, so its script comes with the first wish and serves that one too. */
function latePast(room: RoomModel): Past {
  let loading: Promise<Past> | undefined;
  const load = async () => {
    const { lookBack, recordOver } = await import("./room_past.ts");
    const { channel } = room.position.peek();
    return lookBack(room, {
      read: recordOver(channel),
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
