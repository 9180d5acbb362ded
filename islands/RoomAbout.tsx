/** Beside the timeline: what the session is about, where its record stands, bringing people in. */
import type { ComponentChildren } from "preact";
import { Icon } from "./icon.tsx";
import type { RoomModel } from "./room_model.ts";

export function RoomAbout({ room }: { readonly room: RoomModel }) {
  const { mayLead } = room.rights.value;
  return (
    <div class="stack about">
      <About room={room} />
      {mayLead && <AddParticipant room={room} />}
    </div>
  );
}

function About({ room }: { room: RoomModel }) {
  const session = room.session.value;
  const { channel, epoch, offset, hash } = room.position.value;
  return (
    <section class="panel" aria-labelledby="about">
      <header>
        <h2 id="about">About</h2>
      </header>
      <div class="pad form">
        <p class={session.description === null ? "muted" : "said"}>
          {session.description ?? "No description was given."}
        </p>
        <dl class="pairs">
          <dt>Who sees it</dt>
          <dd>{session.open ? "everyone signed in" : "participants only"}</dd>
          <dt>Channel</dt>
          <dd class="mono">{channel}</dd>
          <dt>Epoch</dt>
          <dd class="mono">{epoch.slice(0, 8)}</dd>
          <dt>Entry</dt>
          <dd>{offset}</dd>
          <dt>Chain</dt>
          <dd class="mono">{hash ?? "none"}</dd>
        </dl>
      </div>
    </section>
  );
}

function AddParticipant({ room }: { room: RoomModel }) {
  const mistake = room.mistake.value?.form === "participant"
    ? room.mistake.value
    : undefined;
  const { userId = "", name = "", role = "member" } = mistake?.input ?? {};
  return (
    <section class="panel" aria-labelledby="add">
      <header>
        <h2 id="add">Add a participant</h2>
      </header>
      <form
        class="pad form"
        method="post"
        action={`/sessions/${room.session.value.id}/participants`}
      >
        <input
          type="hidden"
          name="messageId"
          value={`${room.formId}.participant`}
        />
        {mistake?.message && (
          <p class="notice bad" role="alert">
            <Icon name="warn" />
            {mistake.message}
          </p>
        )}
        <Field
          id="participant-id"
          label="User id"
          wrong={mistake?.fields.userId}
          hint="In the demo: the name in small letters, joined by dashes."
        >
          <input
            id="participant-id"
            name="userId"
            class="input"
            value={userId}
            autocomplete="off"
            autocapitalize="none"
            required
            maxLength={128}
            placeholder="ana-lima"
            {...invalid("participant-id", mistake?.fields.userId)}
          />
        </Field>
        <Field
          id="participant-name"
          label="Name"
          wrong={mistake?.fields.name}
          hint="Left empty: the user id."
        >
          <input
            id="participant-name"
            name="name"
            class="input"
            value={name}
            autocomplete="off"
            maxLength={100}
            {...invalid("participant-name", mistake?.fields.name)}
          />
        </Field>
        <Field
          id="participant-role"
          label="Role here"
          wrong={mistake?.fields.role}
        >
          <select
            id="participant-role"
            name="role"
            class="input"
            {...invalid("participant-role", mistake?.fields.role)}
          >
            <option value="member" selected={role === "member"}>
              Member: writes and votes
            </option>
            <option value="observer" selected={role === "observer"}>
              Observer: reads along
            </option>
            <option value="facilitator" selected={role === "facilitator"}>
              Facilitator: leads
            </option>
          </select>
        </Field>
        <button class="button" type="submit">Add</button>
      </form>
    </section>
  );
}

/** A labelled control with its hint and, when it was sent back, its mistake. */
export function Field(
  { id, label, hint, wrong, children }: {
    id: string;
    label: string;
    hint?: string;
    wrong?: string;
    children: ComponentChildren;
  },
) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {wrong && (
        <p class="mistake" id={`${id}-mistake`} role="alert">
          <Icon name="warn" />
          {wrong}
        </p>
      )}
      {hint && <p class="hint">{hint}</p>}
    </div>
  );
}

/** Ties a control to its mistake. */
export function invalid(id: string, wrong: string | undefined) {
  return wrong
    ? { "aria-invalid": "true", "aria-describedby": `${id}-mistake` } as const
    : {};
}
