/** The room's head: title, status, what the reader can do, the facts in one row. */
import { count, formatTime, isoTime } from "./format.ts";
import { Icon } from "./icon.tsx";
import type { RoomModel } from "./room_model.ts";
import type { Session } from "../domain/sessions/session.ts";

export function RoomHead({ room }: { readonly room: RoomModel }) {
  const session = room.session.value;
  const { takesPart, mayLead } = room.rights.value;
  const open = session.status === "open";
  return (
    <div class="intro">
      <h1>{session.title}</h1>
      {open
        ? (
          <span class="badge ok">
            <Icon name="check" />Open
          </span>
        )
        : (
          <span class="badge">
            <Icon name="closed" />Closed
          </span>
        )}
      <div class="end">
        {open && takesPart && (
          <ActionForm room={room} action="leave" label="Leave" />
        )}
        {mayLead && <CloseForm room={room} />}
      </div>
      <Mistaken room={room} />
      <Facts room={room} session={session} />
    </div>
  );
}

function Facts({ room, session }: { room: RoomModel; session: Session }) {
  const zone = room.zone.value;
  const time = (at: number) => (
    <time dateTime={isoTime(at)}>{formatTime(at, room.readAt, zone)}</time>
  );
  const taking = session.participants.filter(({ status }) => status !== "left");
  const stale = room.staleSince.value !== undefined;
  return (
    <div class="facts">
      <span>
        Opened by <b>{nameOf(session, session.openedBy)}</b>{" "}
        {time(session.openedAt)}
      </span>
      {session.closedAt !== null && <span>Closed {time(session.closedAt)}
      </span>}
      <span>
        <b>{taking.length}</b>{" "}
        {taking.length === 1 ? "participant" : "participants"}
      </span>
      <span>
        <b>{stale ? "?" : room.presence.value.length}</b> here now
      </span>
      <span>
        Entry <b>{room.position.value.offset}</b>
      </span>
      <span>Times in {zone === "UTC" ? "UTC" : "your time zone"}</span>
    </div>
  );
}

/** A refusal of one of the forms up here stands beside them. */
function Mistaken({ room }: { room: RoomModel }) {
  const mistake = room.mistake.value;
  if (
    !mistake || mistake.form === "message" || mistake.form === "participant"
  ) {
    return null;
  }
  return (
    <p class="notice bad" role="alert">
      <Icon name="warn" />
      {mistake.message}
    </p>
  );
}

/** Closing cannot be undone, so it takes a second step, also without scripts. */
function CloseForm({ room }: { room: RoomModel }) {
  return (
    <>
      <button type="button" class="button" popovertarget="closing">
        Close session…
      </button>
      <div
        id="closing"
        class="popover dialog"
        popover="auto"
        role="dialog"
        aria-labelledby="closing-title"
      >
        <h2 id="closing-title">Close this session?</h2>
        <p>
          Nobody can write or join after this. The record of{" "}
          {count(room.position.value.offset, "entry", "entries")}{" "}
          stays readable.
        </p>
        <form
          class="actions"
          method="post"
          action={`/sessions/${room.session.value.id}/close`}
        >
          <input
            type="hidden"
            name="messageId"
            value={`${room.formId}.close`}
          />
          <button class="button danger" type="submit">Close for good</button>
          <button
            class="button"
            type="button"
            popovertarget="closing"
            popovertargetaction="hide"
          >
            Keep it open
          </button>
        </form>
      </div>
    </>
  );
}

export function ActionForm(
  { room, action, label, primary = false }: {
    room: RoomModel;
    action: "join" | "leave";
    label: string;
    primary?: boolean;
  },
) {
  return (
    <form method="post" action={`/sessions/${room.session.value.id}/${action}`}>
      <input
        type="hidden"
        name="messageId"
        value={`${room.formId}.${action}`}
      />
      <button class={primary ? "button primary" : "button"} type="submit">
        {label}
      </button>
    </form>
  );
}

/** The name a user had in this session; the id when they are not listed any more. */
export function nameOf(session: Session, userId: string): string {
  return session.participants.find((one) => one.userId === userId)?.name ??
    session.activity.find((one) => one.userId === userId)?.name ?? userId;
}
