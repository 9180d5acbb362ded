/**
 * Where a part of the polls stands in the room: in the browser a root of its own, which stays
 * as the server made it until the polls' script takes it over.
 */
import { AS_MADE } from "./as_made.ts";
import type { RoomModel } from "./room_model.ts";
import type { PollPart } from "./room_polls.ts";

export function PollPlace(
  { room, part }: { readonly room: RoomModel; readonly part: PollPart },
) {
  const Part = room.polls.peek()?.parts?.[part];
  return Part ? <div data-place={part}>{Part()}</div> : (
    <div
      data-place={part}
      dangerouslySetInnerHTML={AS_MADE}
    />
  );
}
