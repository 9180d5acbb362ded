/** The timeline: newest first by day, what is on its way above what is stored, older on demand. */
import type { TargetedMouseEvent } from "preact";
import { Panel } from "./components/Panel.tsx";
import { count, formatDay, formatSecond } from "./format.ts";
import { Icon } from "./icon.tsx";
import { lastOf, type Line } from "./room_lines.ts";
import type { RoomModel } from "./room_model.ts";
import { RoomComposer } from "./RoomComposer.tsx";
import { RoomLine } from "./RoomLine.tsx";
import { pathOf, RoomReplay } from "./RoomReplay.tsx";

export function RoomTimeline({ room }: { readonly room: RoomModel }) {
  const lines = room.lines.value;
  return (
    <Panel id="timeline" title="Timeline" end={<Stand room={room} />}>
      <RoomReplay room={room} />
      <RoomComposer room={room} />
      <Pending room={room} />
      <div role="log" aria-labelledby="timeline-title" tabIndex={-1}>
        <ol class="timeline">
          {lines.toReversed().flatMap((line, n, shown) => [
            <Day
              key={`day ${line.offset}`}
              line={line}
              newer={shown[n - 1]}
              room={room}
            />,
            <RoomLine key={line.offset} line={line} room={room} />,
          ])}
        </ol>
      </div>
      <Older room={room} before={lines[0]?.offset ?? 1} />
    </Panel>
  );
}

/** How much there is, or as of when. */
function Stand({ room }: { room: RoomModel }) {
  const entries = room.position.value.offset;
  const replay = room.replay.value;
  const stale = room.staleSince.value;
  const [first] = room.lines.value;
  if (replay) {
    return `${replay.offset} of ${count(entries, "entry", "entries")}`;
  }
  if (stale !== undefined) return `as of ${formatSecond(stale)}`;
  if (room.detached && first) {
    return `${first.offset} to ${
      lastOf(room.lines.value.at(-1) ?? first)
    } of ${entries}, newest first`;
  }
  return `${count(entries, "entry", "entries")}, newest first`;
}

/** Heads the entries of one day; the reader's own today needs no word. */
function Day(
  { line, newer, room }: { line: Line; newer?: Line; room: RoomModel },
) {
  const day = formatDay(line.at, room.zone.value);
  const above = formatDay(newer?.at ?? room.readAt, room.zone.value);
  return day === above ? null : <li class="day">{day}</li>;
}

/** Own messages without an acknowledgement: outside the log, so that nothing is read out twice. */
function Pending({ room }: { room: RoomModel }) {
  const pending = room.pending.value;
  if (pending.length === 0) return null;
  const waits = room.staleSince.value !== undefined;
  return (
    <ol class="timeline pending" aria-label="On their way">
      {pending.toReversed().map(({ messageId, text }) => (
        <li key={messageId}>
          <time>--:--</time>
          <Icon name="wait" />
          <span class="said">
            <b>{room.reader.name}</b> {text}
          </span>
          <span class="unsure">
            {waits ? "waits for the connection" : "sending"}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** The way to what came before; a link without scripts, more lines in place with them. */
function Older({ room, before }: { room: RoomModel; before: number }) {
  const hidden = before - 1;
  const says = room.pastFault.value;
  const more = hidden > 0 || room.detached === "older";
  if (!says && (room.replay.value || !more)) return null;
  return (
    <footer class="older">
      <span role="status">
        {says || count(hidden, "earlier entry", "earlier entries")}
      </span>
      <span class="pager">
        {room.detached === "older" && (
          <a class="button small" href={pathOf(room)}>
            Newest
          </a>
        )}
        {hidden > 0 && !room.replay.value && (
          <a
            class="button small"
            rel="next"
            href={`${pathOf(room)}?before=${before}#timeline`}
            onClick={(event) => showOlder(room, event)}
          >
            Show older
          </a>
        )}
      </span>
    </footer>
  );
}

function showOlder(
  room: RoomModel,
  event: TargetedMouseEvent<HTMLAnchorElement>,
): void {
  const past = room.past.peek();
  if (!past) return;
  event.preventDefault();
  past.showOlder();
}
