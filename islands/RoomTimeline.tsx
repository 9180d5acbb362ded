/** The timeline: newest first by day, what is on its way above what is stored, older on demand. */
import type { TargetedMouseEvent } from "preact";
import type { Activity } from "../domain/sessions/session.ts";
import { Panel } from "./components/Panel.tsx";
import { Time } from "./components/Time.tsx";
import { count, formatDay, formatSecond } from "./format.ts";
import { Icon, type IconName } from "./icon.tsx";
import type { RoomModel } from "./room_model.ts";
import { RoomComposer } from "./RoomComposer.tsx";
import { pathOf, RoomReplay } from "./RoomReplay.tsx";

interface Line {
  readonly icon: IconName;
  readonly tone?: string;
  readonly says: string;
}

const LINES: Readonly<Record<Activity["event"], Line>> = {
  session_opened: { icon: "open", says: "opened the session" },
  participant_joined: { icon: "joined", says: "joined" },
  participant_left: { icon: "left", says: "left" },
  participant_status: { icon: "ring", says: "changed status" },
  message_posted: { icon: "say", tone: "say", says: "" },
  session_closed: { icon: "closed", says: "closed the session" },
  erased: { icon: "wait", says: "" },
};

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
            <Entry key={line.offset} line={line} room={room} />,
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
      room.lines.value.at(-1)?.offset
    } of ${entries}, newest first`;
  }
  return `${count(entries, "entry", "entries")}, newest first`;
}

/** Heads the entries of one day; the reader's own today needs no word. */
function Day(
  { line, newer, room }: { line: Activity; newer?: Activity; room: RoomModel },
) {
  const day = formatDay(line.at, room.zone.value);
  const above = formatDay(newer?.at ?? room.readAt, room.zone.value);
  return day === above ? null : <li class="day">{day}</li>;
}

function Entry({ line, room }: { line: Activity; room: RoomModel }) {
  const { icon, tone, says } = LINES[line.event];
  const fresh = line.offset > room.readOffset && !room.replay.value;
  return (
    <li class={fresh ? "new" : undefined}>
      {/* Under the head of its day a time needs no date. */}
      <Time at={line.at} now={line.at} zone={room.zone.value} />
      <Icon name={icon} tone={tone} />
      {line.event === "erased"
        ? <span class="gone">This entry was erased.</span>
        : (
          <span class="said">
            <b>{line.name ?? "Someone"}</b>{" "}
            {line.event === "message_posted" ? line.text : says}
          </span>
        )}
    </li>
  );
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
