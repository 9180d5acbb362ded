/** Beside the timeline: what the session is about, where its record stands, bringing people in. */
import { Banner } from "./components/Banner.tsx";
import { Button } from "./components/Button.tsx";
import { described, Field } from "./components/Field.tsx";
import { Panel } from "./components/Panel.tsx";
import type { RoomModel } from "./room_model.ts";

export function RoomAbout({ room }: { readonly room: RoomModel }) {
  const { mayLead } = room.rights.value;
  return (
    <div class="stack about">
      <About room={room} />
      {mayLead && !room.replay.value && <AddParticipant room={room} />}
    </div>
  );
}

function About({ room }: { room: RoomModel }) {
  const session = room.shown.value;
  const { channel, epoch, offset, hash } = room.position.value;
  const replay = room.replay.value;
  const mayEvaluate = room.rights.value.mayPost && !replay;
  return (
    <Panel id="about" title="About">
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
          <dd>{replay ? `${replay.offset} of ${offset}` : offset}</dd>
          {!replay && (
            <>
              <dt>Chain</dt>
              <dd class="mono">{hash ?? "none"}</dd>
            </>
          )}
        </dl>
        {mayEvaluate && (
          <a class="button" href={`/sessions/${session.id}/evaluations/new`}>
            Evaluate rules
          </a>
        )}
      </div>
    </Panel>
  );
}

function AddParticipant({ room }: { room: RoomModel }) {
  const mistake = room.mistake.value?.form === "participant"
    ? room.mistake.value
    : undefined;
  const { userId = "", name = "", role = "member" } = mistake?.input ?? {};
  return (
    <Panel id="add" title="Add a participant">
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
        {mistake?.message && <Banner kind="bad">{mistake.message}</Banner>}
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
            {...described("participant-id", {
              hint: true,
              wrong: mistake?.fields.userId,
            })}
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
            {...described("participant-name", {
              hint: true,
              wrong: mistake?.fields.name,
            })}
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
            {...described("participant-role", { wrong: mistake?.fields.role })}
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
        <Button type="submit">Add</Button>
      </form>
    </Panel>
  );
}
