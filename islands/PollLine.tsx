/** What a line of the timeline says of a poll, with the way to it. */
import { MAX_NAMED, type PollLine } from "../domain/consensus/polls/lines.ts";
import { formatTime } from "./format.ts";
import { Icon, type IconName } from "./icon.tsx";
import type { RoomModel } from "./room_model.ts";
import { pathOf } from "./RoomReplay.tsx";

interface PollLineProps {
  readonly line: PollLine;
  readonly room: RoomModel;
}

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

export function PollWords({ line, room }: PollLineProps) {
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

function PollSays({ line, room }: PollLineProps) {
  const name = room.named.value.get(line.pollId);
  const question = "question" in line ? line.question : name?.question;
  const poll = (
    <a href={`${pathOf(room)}?poll=${line.pollId}#poll`}>
      {question ? `“${question}”` : "a poll"}
    </a>
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
      return (
        <>
          <b>{peopleOf(line)}</b> voted in {poll}
        </>
      );
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
  const name = METHOD_NAMES[method] ?? method.replaceAll("_", " ");
  const rules = [
    name.replace(/^./, (first) => first.toUpperCase()),
    blind && "blind",
    quorum > 0 && `quorum ${Math.round(quorum * 1000) / 10} %`,
    closesAt !== null && `closes ${formatTime(closesAt, at, room.zone.value)}`,
  ];
  return ` — ${rules.filter(Boolean).join(", ")}`;
}

/** The first by name, the others as a number. */
function peopleOf(
  { names, voters }: Extract<PollLine, { event: "vote_cast" }>,
): string {
  const others = voters.length - MAX_NAMED;
  const said = others > 0
    ? [...names.slice(0, MAX_NAMED - 1), `${others + 1} others`]
    : names;
  const last = said.at(-1) ?? "Someone";
  const first = said.slice(0, -1).join(", ");
  return first ? `${first} and ${last}` : last;
}

function changeOf(
  { voterId, weight, recused }: Extract<PollLine, { event: "voter_changed" }>,
  room: RoomModel,
) {
  const { participants } = room.shown.value;
  const voter = participants.find(({ userId }) => userId === voterId);
  const does = recused
    ? "is recused from"
    : weight === 0
    ? "no longer votes in"
    : `now votes with weight ${weight} in`;
  return (
    <>
      <b>{voter?.name ?? voterId}</b> {does}
    </>
  );
}
