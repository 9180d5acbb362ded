/**
 * The slider over the record: the session as it was after any entry. A form that asks the
 * server without scripts; with them it moves as one drags, and arrow keys go entry by entry.
 */
import type { TargetedMouseEvent, TargetedSubmitEvent } from "preact";
import { Button } from "./components/Button.tsx";
import { Time } from "./components/Time.tsx";
import { formatSecond } from "./format.ts";
import type { RoomModel } from "./room_model.ts";

export function RoomReplay({ room }: { readonly room: RoomModel }) {
  const last = room.position.value.offset;
  // The opening alone has no past to show.
  if (last < 2) return null;
  const replay = room.replay.value;
  const zone = room.zone.value;
  const { openedAt } = room.session.value;
  const offset = replay?.offset ?? last;
  const when = replay
    ? `${formatSecond(replay.at, zone)}, entry ${offset} of ${last}`
    : "now";
  return (
    <form
      class="replay"
      method="get"
      action={pathOf(room)}
      onSubmit={(event) => keepHere(room, event)}
    >
      <Time at={openedAt} now={room.readAt} zone={zone} />
      <input
        id="replay"
        class="slider"
        type="range"
        name="at"
        min={1}
        max={last}
        step={1}
        value={offset}
        autocomplete="off"
        aria-label="Replay the session up to an entry"
        aria-valuetext={when}
        onInput={({ currentTarget }) =>
          room.past.peek()?.replayTo(Number(currentTarget.value))}
      />
      <output for="replay">
        {replay ? formatSecond(replay.at, zone) : "now"}
      </output>
      <span class="plain-only">
        <Button small type="submit">Show</Button>
      </span>
    </form>
  );
}

/** Stands where one writes: in the past nothing can be written. */
export function ReplayNotice({ room }: { readonly room: RoomModel }) {
  const replay = room.replay.value;
  if (!replay) return null;
  return (
    <div class="ask replayed">
      <p>
        <b>Replay.</b> The session as it was at entry {replay.offset},{" "}
        {formatSecond(replay.at, room.zone.value)}.
      </p>
      <BackToNow room={room} />
    </div>
  );
}

export function BackToNow(
  { room, primary = false }: {
    readonly room: RoomModel;
    readonly primary?: boolean;
  },
) {
  return (
    <a
      class={primary ? "button primary" : "button small"}
      href={pathOf(room)}
      onClick={(event) => backToNow(room, event)}
    >
      Back to now
    </a>
  );
}

export function pathOf(room: RoomModel): string {
  return `/sessions/${room.session.value.id}`;
}

function keepHere(
  room: RoomModel,
  event: TargetedSubmitEvent<HTMLFormElement>,
): void {
  if (room.past.peek()) event.preventDefault();
}

/** Where this page has the present at hand it shows it; else the link leads to it. */
function backToNow(
  room: RoomModel,
  event: TargetedMouseEvent<HTMLAnchorElement>,
): void {
  const past = room.past.peek();
  if (!past || room.detached) return;
  event.preventDefault();
  past.replayTo(room.position.peek().offset);
  // The link is gone now; who uses the keyboard stays at the slider.
  document.getElementById("replay")?.focus();
}
