/** The room's head: title, status, what the reader can do, the facts in one row. */
import type { Session } from "../domain/sessions/session.ts";
import { Badge } from "./components/Badge.tsx";
import { Banner } from "./components/Banner.tsx";
import { Button, ButtonLink } from "./components/Button.tsx";
import { CloseDialog, Dialog, OpenDialog } from "./components/Dialog.tsx";
import { Time } from "./components/Time.tsx";
import { count, formatSecond } from "./format.ts";
import type { RoomModel } from "./room_model.ts";
import { BackToNow } from "./RoomReplay.tsx";

export function RoomHead({ room }: { readonly room: RoomModel }) {
  const session = room.shown.value;
  const replayed = room.replay.value !== undefined;
  return (
    <div class="intro">
      <h1>{session.title}</h1>
      <Badge status={session.status} />
      {replayed && <Badge status="replay" />}
      <div class="end">
        {replayed ? <BackToNow room={room} primary /> : <Actions room={room} />}
      </div>
      <Mistaken room={room} />
      <Facts room={room} session={session} />
    </div>
  );
}

function Actions({ room }: { room: RoomModel }) {
  const { takesPart, mayLead } = room.rights.value;
  const open = room.session.value.status === "open";
  return (
    <>
      {open && takesPart && (
        <ActionForm room={room} action="leave" label="Leave" />
      )}
      {mayLead && <CloseForm room={room} />}
      {mayLead && (
        <ButtonLink href={`/sessions/${room.session.value.id}/polls/new`}>
          Open a poll
        </ButtonLink>
      )}
    </>
  );
}

function Facts({ room, session }: { room: RoomModel; session: Session }) {
  const zone = room.zone.value;
  const time = (at: number) => <Time at={at} now={room.readAt} zone={zone} />;
  const taking = session.participants.filter(({ status }) => status !== "left");
  const replay = room.replay.value;
  const stale = room.staleSince.value;
  const asOf = replay?.at ?? stale;
  return (
    <div class="facts">
      <span>
        Opened by <b>{nameOf(room, session.openedBy)}</b>{" "}
        {time(session.openedAt)}
      </span>
      {session.closedAt !== null && <span>Closed {time(session.closedAt)}
      </span>}
      <span>
        <b>{taking.length}</b>{" "}
        {taking.length === 1 ? "participant" : "participants"}
      </span>
      {asOf === undefined && (
        <span>
          <b>{room.presence.value.length}</b> here now
        </span>
      )}
      <span>
        Entry <b>{replay?.offset ?? room.position.value.offset}</b>
        {replay && ` of ${room.position.value.offset}`}
      </span>
      {asOf !== undefined && (
        <span>
          As of <b>{formatSecond(asOf, zone)}</b>
        </span>
      )}
      <span>Times in {zone === "UTC" ? "UTC" : "your time zone"}</span>
    </div>
  );
}

/** A refusal of one of the forms up here stands beside them. */
function Mistaken({ room }: { room: RoomModel }) {
  const mistake = room.mistake.value;
  if (
    !mistake?.message || mistake.form === "message" ||
    mistake.form === "participant" || mistake.form === "ballot"
  ) {
    return null;
  }
  return <Banner kind="bad">{mistake.message}</Banner>;
}

/** Closing cannot be undone, so it takes a second step, also without scripts. */
function CloseForm({ room }: { room: RoomModel }) {
  return (
    <>
      <OpenDialog dialog="closing">Close session…</OpenDialog>
      <Dialog id="closing" title="Close this session?">
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
          <Button kind="danger" type="submit">Close for good</Button>
          <CloseDialog dialog="closing">Keep it open</CloseDialog>
        </form>
      </Dialog>
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
      <Button kind={primary ? "primary" : "plain"} type="submit">
        {label}
      </Button>
    </form>
  );
}

/** The name a user had in this session; the id when they are not listed any more. */
export function nameOf(room: RoomModel, userId: string): string {
  const isThem = (one: { readonly userId: string | null }) =>
    one.userId === userId;
  return room.shown.value.participants.find(isThem)?.name ??
    room.lines.value.find(isThem)?.name ?? userId;
}
