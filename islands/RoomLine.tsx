/** One line of the timeline: when, who, and what the entry says; a poll's leads to the poll. */
import { MAX_NAMED, type PollLine } from "../domain/consensus/polls/lines.ts";
import type { Activity } from "../domain/sessions/session.ts";
import { Time } from "./components/Time.tsx";
import { formatTime } from "./format.ts";
import { Icon, type IconName } from "./icon.tsx";
import { lastOf, type Line } from "./room_lines.ts";
import type { RoomModel } from "./room_model.ts";

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

/** How a poll ended: shape, colour, word. */
const ENDED: Readonly<Record<string, readonly [IconName, string, string]>> = {
  passed: ["check", "ok", "passed"],
  rejected: ["cross", "bad", "rejected"],
  no_quorum: ["stale", "warn", "closed without quorum"],
  vetoed: ["warn", "bad", "vetoed"],
  tied: ["split", "tie", "tied"],
  cancelled: ["close", "", "cancelled"],
};

const POLL_ICONS = {
  consensus_initiated: "half",
  vote_cast: "dot",
  voter_changed: "ring",
  ballots_revealed: "info",
  round_ended: "replay",
} as const;

/** Names that are not their ids in words. */
const METHOD_NAMES: Readonly<Record<string, string>> = {
  irv: "Instant runoff",
  borda: "Borda count",
};

export function RoomLine({ line, room }: RoomLineProps) {
  const fresh = lastOf(line) > room.readOffset && !room.replay.value;
  return (
    <li class={fresh ? "new" : undefined}>
      {/* Under the head of its day a time needs no date. */}
      <Time at={line.at} now={line.at} zone={room.zone.value} />
      {"pollId" in line
        ? <PollWords line={line} room={room} />
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

function PollWords({ line, room }: { line: PollLine; room: RoomModel }) {
  const [icon, tone] = line.event === "consensus_result"
    ? endOf(line)
    : [POLL_ICONS[line.event], ""];
  return (
    <>
      <Icon name={icon} tone={tone} />
      <span class="said">
        <PollSays line={line} room={room} />
      </span>
    </>
  );
}

function PollSays({ line, room }: { line: PollLine; room: RoomModel }) {
  const name = room.named.value.get(line.pollId);
  const question = "question" in line ? line.question : name?.question;
  const poll = (
    <a href={`#poll-${line.pollId}`}>{question ? `“${question}”` : "a poll"}</a>
  );
  switch (line.event) {
    case "consensus_initiated":
      return (
        <>
          <b>{line.name ?? "Someone"}</b> opened a poll: {poll}
          {rulesOf(line, room)}
        </>
      );
    case "vote_cast":
      return <>{peopleOf(line)} voted in {poll}</>;
    case "voter_changed":
      return <>{changeOf(line, room)} {poll}</>;
    case "ballots_revealed":
      return <>The ballots of {poll} were revealed</>;
    case "round_ended":
      return (
        <>
          Round {line.round} of {poll} ended without a decision; round{" "}
          {line.round + 1} begins
        </>
      );
    case "consensus_result": {
      const winner = name?.labels[line.winner ?? ""];
      return (
        <>
          <b>Poll {endOf(line)[2]}{winner && `: ${winner}`}</b> {poll}
        </>
      );
    }
  }
}

function endOf({ state }: { readonly state: string }) {
  return Object.hasOwn(ENDED, state)
    ? ENDED[state]
    : ["info", "", "closed"] as const;
}

function rulesOf(
  { method, blind, quorum, closesAt, at }: Extract<
    PollLine,
    { event: "consensus_initiated" }
  >,
  room: RoomModel,
): string {
  const words = (METHOD_NAMES[method] ?? method).replaceAll("_", " ");
  const rules = [words.charAt(0).toUpperCase() + words.slice(1)];
  if (blind) rules.push("blind");
  if (quorum > 0) rules.push(`quorum ${Math.round(quorum * 1000) / 10} %`);
  if (closesAt !== null) {
    rules.push(`closes ${formatTime(closesAt, at, room.zone.value)}`);
  }
  return ` — ${rules.join(", ")}`;
}

/** The first by name, the others as a number. */
function peopleOf(
  { names, voters }: Extract<PollLine, { event: "vote_cast" }>,
) {
  const others = voters.length - MAX_NAMED;
  const named = names.slice(0, others > 0 ? MAX_NAMED - 1 : MAX_NAMED);
  const last = others > 0
    ? `${others + 1} others`
    : named.length > 1
    ? <b>{named.at(-1)}</b>
    : undefined;
  const first = others > 0 || named.length === 1 ? named : named.slice(0, -1);
  if (first.length === 0) return <b>Someone</b>;
  return (
    <>
      <b>{first.join(", ")}</b>
      {last && " and "}
      {last}
    </>
  );
}

function changeOf(
  { voterId, weight, recused }: Extract<PollLine, { event: "voter_changed" }>,
  room: RoomModel,
) {
  const { participants } = room.shown.value;
  const voter = participants.find(({ userId }) => userId === voterId);
  const who = <b>{voter?.name ?? voterId}</b>;
  if (recused) return <>{who} is recused from</>;
  if (weight === 0) return <>{who} no longer votes in</>;
  return <>{who} now votes with weight {weight} in</>;
}
