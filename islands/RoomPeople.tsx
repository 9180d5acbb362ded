/** Participants with their presence: here, away, not here, left; and who only looks in. */
import type { Participant } from "../domain/sessions/session.ts";
import type { PresentUser } from "../realtime/client/wire.ts";
import { initials } from "./format.ts";
import type { RoomModel } from "./room_model.ts";

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
  const { participants } = room.session.value;
  const present = new Map(room.presence.value.map((one) => [one.userId, one]));
  const stale = room.staleSince.value !== undefined;
  const listed = participants.map((one) => ({
    one,
    presence: presenceOf(one, present.get(one.userId), stale),
  })).sort((a, b) =>
    Number(a.presence === "left") - Number(b.presence === "left")
  );
  const known = new Set(participants.map(({ userId }) => userId));
  const lookingIn = room.presence.value.filter(({ userId }) =>
    !known.has(userId)
  );
  const here = listed.filter(({ presence }) => presence === "here").length;
  return (
    <section class="panel people" aria-labelledby="people">
      <header>
        <h2 id="people">Participants</h2>
        <span class="end">{stale ? "not known" : `${here} here`}</span>
      </header>
      <ul>
        {listed.map(({ one, presence }) => (
          <Person
            key={one.userId}
            name={one.name}
            mine={one.userId === room.reader.userId}
            about={aboutOf(one)}
            presence={presence}
          />
        ))}
        {lookingIn.map(({ userId, name, status }) => (
          <Person
            key={userId}
            name={name}
            mine={userId === room.reader.userId}
            about="Looking in"
            presence={stale ? "unknown" : status === "away" ? "away" : "here"}
          />
        ))}
      </ul>
    </section>
  );
}

function Person(
  { name, mine, about, presence }: {
    name: string;
    mine: boolean;
    about: string;
    presence: Presence;
  },
) {
  const dot = presence === "here" || presence === "away" ? presence : "";
  return (
    <li class={presence === "left" ? "left" : ""}>
      <span class={`avatar ${dot}`.trim()} aria-hidden="true">
        {initials(name)}
      </span>
      <span class="name">
        {mine ? `${name} (you)` : name}
        <small>{about}</small>
      </span>
      <span class="presence">{WORDS[presence]}</span>
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
  stale: boolean,
): Presence {
  if (status === "left") return "left";
  if (stale) return "unknown";
  if (!present) return "absent";
  return present.status === "away" || status === "away" ? "away" : "here";
}
