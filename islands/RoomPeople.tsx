/** Participants with their presence: here, away, not here, left; and who only looks in. */
import type { Participant } from "../domain/sessions/session.ts";
import type { PresentUser } from "../realtime/client/wire.ts";
import { Avatar } from "./components/Avatar.tsx";
import { Panel } from "./components/Panel.tsx";
import { Icon } from "./icon.tsx";
import type { RoomModel } from "./room_model.ts";
import { type Said, saidBy } from "./room_polls.ts";

type Presence = "here" | "away" | "absent" | "left" | "unknown";

const WORDS: Readonly<Record<Presence, string>> = {
  here: "here",
  away: "away",
  absent: "not here",
  left: "left",
  unknown: "",
};

const ROLES = {
  facilitator: "Facilitator",
  member: "Member",
  observer: "Observer",
} as const;

export function RoomPeople({ room }: { readonly room: RoomModel }) {
  const { participants } = room.shown.value;
  const replay = room.replay.value;
  // Who was connected is not in the record, and who is now says nothing of then.
  const unknown = room.staleSince.value !== undefined || replay !== undefined;
  const roster = replay ? [] : room.presence.value;
  const present = new Map(roster.map((one) => [one.userId, one]));
  const listed = participants.map((one) => ({
    one,
    presence: presenceOf(one, present.get(one.userId), unknown),
  })).sort((a, b) =>
    Number(a.presence === "left") - Number(b.presence === "left")
  );
  const known = new Set(participants.map(({ userId }) => userId));
  const lookingIn = roster.filter(({ userId }) => !known.has(userId));
  const here = listed.filter(({ presence }) => presence === "here").length;
  const says = replay
    ? `at entry ${replay.offset}`
    : unknown
    ? "not known"
    : `${here} here`;
  return (
    <Panel id="people" title="Participants" end={says} part="people">
      <ul>
        {listed.map(({ one, presence }) => (
          <Person
            key={one.userId}
            name={one.name}
            mine={one.userId === room.reader.userId}
            about={aboutOf(one)}
            presence={presence}
            said={saidBy(room, one.userId)}
          />
        ))}
        {lookingIn.map(({ userId, name, status }) => (
          <Person
            key={userId}
            name={name}
            mine={userId === room.reader.userId}
            about="Looking in"
            presence={unknown ? "unknown" : status === "away" ? "away" : "here"}
          />
        ))}
      </ul>
    </Panel>
  );
}

function Person(
  { name, mine, about, presence, said }: {
    name: string;
    mine: boolean;
    about: string;
    presence: Presence;
    said?: Said;
  },
) {
  const dot = presence === "here" || presence === "away" ? presence : undefined;
  return (
    <li class={presence === "left" ? "left" : undefined}>
      <Avatar name={name} presence={dot} />
      <span class="name">
        {mine ? `${name} (you)` : name}
        <small>{about}</small>
      </span>
      <span class="presence">{WORDS[presence]}</span>
      {said && (
        <span class="has-voted">
          {said === "voted"
            ? <Icon name="check" tone="tone-jade" />
            : <Icon name="wait" tone="tone-slate" />}
          <span class="visually-hidden">
            {said === "voted" ? "has voted" : "has not voted yet"}
          </span>
        </span>
      )}
    </li>
  );
}

function aboutOf({ role, weight }: Participant): string {
  return weight === 1 ? ROLES[role] : `${ROLES[role]} · weight ${weight}`;
}

/** Leaving is an entry of the record; being here is what the connections say now. */
function presenceOf(
  { status }: Participant,
  present: PresentUser | undefined,
  unknown: boolean,
): Presence {
  if (status === "left") return "left";
  if (unknown) return "unknown";
  if (!present) return "absent";
  return present.status === "away" || status === "away" ? "away" : "here";
}
