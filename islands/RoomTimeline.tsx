/** The timeline: newest first, what is on its way above what is stored. */
import type { Activity } from "../domain/sessions/session.ts";
import { count, formatSecond, formatTime, isoTime } from "./format.ts";
import { Icon, type IconName } from "./icon.tsx";
import { RoomComposer } from "./RoomComposer.tsx";
import type { RoomModel } from "./room_model.ts";

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
  const { activity } = room.session.value;
  const entries = room.position.value.offset;
  const stale = room.staleSince.value;
  const hidden = entries - activity.length;
  return (
    <section class="panel" aria-labelledby="timeline">
      <header>
        <h2 id="timeline">Timeline</h2>
        <span class="end">
          {stale === undefined
            ? `${count(entries, "entry", "entries")}, newest first`
            : `as of ${formatSecond(stale)}`}
        </span>
      </header>
      <RoomComposer room={room} />
      <Pending room={room} />
      <div role="log" aria-labelledby="timeline" tabIndex={-1}>
        <ol class="timeline">
          {activity.toReversed().map((line) => (
            <Entry key={line.offset} line={line} room={room} />
          ))}
        </ol>
      </div>
      {hidden > 0 && (
        <footer>
          {count(hidden, "earlier entry is", "earlier entries are")}{" "}
          in the record and not shown here.
        </footer>
      )}
    </section>
  );
}

function Entry({ line, room }: { line: Activity; room: RoomModel }) {
  const { icon, tone, says } = LINES[line.event];
  return (
    <li
      id={`entry-${line.offset}`}
      class={line.offset > room.readOffset ? "new" : ""}
    >
      <time dateTime={isoTime(line.at)}>
        {formatTime(line.at, room.readAt, room.zone.value)}
      </time>
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
