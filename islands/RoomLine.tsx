/** One line of the timeline: when, who, and what the entry says; a poll's leads to the poll. */
import { useRef } from "preact/hooks";
import type { PollLine } from "../domain/consensus/polls/lines.ts";
import type { Activity } from "../domain/sessions/session.ts";
import { AS_MADE } from "./as_made.ts";
import { Time } from "./components/Time.tsx";
import { Icon, type IconName } from "./icon.tsx";
import { lastOf, type Line } from "./room_lines.ts";
import type { RoomModel } from "./room_model.ts";
import type { WorkLine } from "./work_lines.ts";

export interface RoomLineProps {
  readonly line: Line;
  readonly room: RoomModel;
}

const SAID: Readonly<Record<Activity["event"], readonly [IconName, string]>> = {
  session_opened: ["open", "opened the session"],
  participant_joined: ["joined", "joined"],
  participant_left: ["left", "left"],
  participant_status: ["ring", "changed status"],
  message_posted: ["say", ""],
  session_closed: ["closed", "closed the session"],
  erased: ["wait", ""],
};

export function RoomLine({ line, room }: RoomLineProps) {
  const fresh = lastOf(line) > room.readOffset && !room.replay.value;
  return (
    <li class={fresh ? "new" : undefined}>
      {/* Under the head of its day a time needs no date. */}
      <Time at={line.at} now={line.at} zone={room.zone.value} />
      {"pollId" in line
        ? <PollSaid line={line} room={room} />
        : "workId" in line
        ? <WorkWords line={line} />
        : <SessionWords line={line} />}
    </li>
  );
}

function SessionWords({ line }: { line: Activity }) {
  const [icon, says] = SAID[line.event];
  const isSaid = line.event === "message_posted";
  return (
    <>
      <Icon name={icon} tone={isSaid ? "say" : ""} />
      {line.event === "erased"
        ? <span class="gone">This entry was erased.</span>
        : (
          <span class="said">
            <b>{line.name ?? "Someone"}</b> {isSaid ? line.text : says}
          </span>
        )}
    </>
  );
}

function WorkWords({ line }: { line: WorkLine }) {
  const { name, says, title, href, event } = line;
  const isAlert = event.startsWith("alert");
  const isRules = event === "rules_evaluated";
  return (
    <>
      <Icon name={isAlert ? "warn" : href && !isRules ? "flip" : "check"} />
      <span class="said">
        <b>{name ?? "Someone"}</b> {says} {href
          ? (
            <a href={href}>
              {title ? `“${title}”` : isAlert ? "an alert" : "a decision"}
            </a>
          )
          : title}
      </span>
    </>
  );
}

/** The words are the polls' script's: until it tells another line, the server's stand as they are. */
function PollSaid({ line, room }: { line: PollLine; room: RoomModel }) {
  const made = useRef(room.asMade.peek() ? line : undefined);
  const polls = room.polls.value;
  if (polls && made.current !== line) {
    made.current = undefined;
    return <span class="poll-place">{polls.Line({ line })}</span>;
  }
  if (made.current) {
    return <span class="poll-place" dangerouslySetInnerHTML={AS_MADE} />;
  }
  return (
    <span class="poll-place">
      <Icon name="half" />
      <span class="said">Something happened in a poll.</span>
    </span>
  );
}
