/** Writing a message: a form of its own without scripts, a command over the socket with them. */
import type { TargetedKeyboardEvent, TargetedSubmitEvent } from "preact";
import { Button } from "./components/Button.tsx";
import { described, Field } from "./components/Field.tsx";
import type { RoomModel } from "./room_model.ts";
import { ActionForm } from "./RoomHead.tsx";
import { pathOf, ReplayNotice } from "./RoomReplay.tsx";

/** Longest message the server takes. */
const MAX_TEXT_LENGTH = 4000;

export function RoomComposer({ room }: { readonly room: RoomModel }) {
  const { mayPost, me, takesPart } = room.rights.value;
  const session = room.session.value;
  if (room.replay.value) return <ReplayNotice room={room} />;
  if (room.detached === "older") {
    return (
      <div class="ask">
        <p>This is an older part of the timeline.</p>
        <a class="button small" href={pathOf(room)}>Go to the newest</a>
      </div>
    );
  }
  if (session.status === "closed") {
    return (
      <div class="ask">
        <p class="muted">This session is closed. Its record stays readable.</p>
      </div>
    );
  }
  if (mayPost) return <Composer room={room} />;
  if (takesPart) {
    return (
      <div class="ask">
        <p class="muted">
          You take part as an observer: you read along, others write.
        </p>
      </div>
    );
  }
  return (
    <div class="ask">
      <p>
        {me
          ? "You left this session."
          : "You are looking in. Join to write and to vote."}
      </p>
      <ActionForm
        room={room}
        action="join"
        label={me ? "Join again" : "Join session"}
        primary
      />
    </div>
  );
}

function Composer({ room }: { room: RoomModel }) {
  const mistake = room.mistake.value;
  const wrong = mistake?.form === "message"
    ? mistake.fields.text ?? mistake.message
    : undefined;
  return (
    <form
      class="composer"
      method="post"
      action={`/sessions/${room.session.value.id}/messages`}
      onSubmit={(event) => submit(room, event)}
    >
      <input type="hidden" name="messageId" value={`${room.formId}.message`} />
      <Field id="message" label="Message" wrong={wrong} hideLabel>
        <div class="line">
          <textarea
            id="message"
            name="text"
            class="input"
            rows={1}
            maxLength={MAX_TEXT_LENGTH}
            placeholder="Message the session"
            autocomplete="off"
            {...described("message", { wrong })}
            value={room.draft.value}
            onInput={({ currentTarget }) =>
              room.draft.value = currentTarget.value}
            onKeyDown={sendOnEnter}
          />
          <Button type="submit">Send</Button>
        </div>
      </Field>
    </form>
  );
}

function submit(
  room: RoomModel,
  event: TargetedSubmitEvent<HTMLFormElement>,
): void {
  const send = room.send.peek();
  if (!send) return;
  event.preventDefault();
  const text = room.draft.peek().trim();
  if (text === "") {
    const fields = { text: "Write a message first" };
    room.mistake.value = { form: "message", fields, input: {} };
    return;
  }
  room.draft.value = "";
  send(text);
}

/** Enter sends, Shift+Enter breaks the line; not while an input method is composing. */
function sendOnEnter(
  event: TargetedKeyboardEvent<HTMLTextAreaElement>,
): void {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  event.currentTarget.form?.requestSubmit();
}
