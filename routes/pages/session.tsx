/** One session: the room as the server reads it, and every form in it. */
import { signal } from "@preact/signals";
import { Hono } from "hono";
import { leads } from "../../domain/sessions/decide.ts";
import { sessionChannel } from "../../domain/sessions/session.ts";
import { isVisible } from "../../domain/sessions/voice.ts";
import { writePolls } from "../../islands/Polls.tsx";
import { createRoom } from "../../islands/room_model.ts";
import type { Mistake, RoomState } from "../../islands/room_state.ts";
import { DecisionPanel } from "../../islands/DecisionPanel.tsx";
import { SessionRoom } from "../../islands/SessionRoom.tsx";
import type { User } from "../../realtime/user.ts";
import type { AppContext, Env } from "../env.ts";
import { readSession } from "../session_sight.ts";
import {
  type Fields,
  messageIdOf,
  readFields,
  type Refused,
  refusedBy,
} from "./form.ts";
import { Main } from "./layout.tsx";
import type { PageParts } from "./page_parts.ts";
import { readPolls } from "./poll_state.ts";
import { notFoundPage } from "./problems.tsx";
import { zoneOf } from "./reader_zone.ts";
import { readDecisionPanel } from "./decision_panel_state.ts";
import { renderPage } from "./render.tsx";
import { readTimeline } from "./session_timeline.ts";
import { signedIn } from "./signed_in.ts";

/** Lines of the timeline on a page that shows a poll as well. */
const LINES_BESIDE_POLL = 10;

interface FormRoute {
  readonly path: string;
  readonly form: Mistake["form"];
  readonly command: string;
  /** Fields of the form that the command takes; left out when they are empty. */
  readonly takes: readonly string[];
}

const FORMS: readonly FormRoute[] = [
  {
    path: "messages",
    form: "message",
    command: "post_message",
    takes: ["text"],
  },
  { path: "join", form: "join", command: "join_session", takes: [] },
  { path: "leave", form: "leave", command: "leave_session", takes: [] },
  { path: "close", form: "close", command: "close_session", takes: [] },
  {
    path: "participants",
    form: "participant",
    command: "add_participant",
    takes: ["userId", "name", "role"],
  },
];

export function sessionPages(parts: PageParts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/sessions/:sessionId", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const sessionId = c.req.param("sessionId");
    return await showRoom(c, parts, user, { sessionId });
  });
  for (const route of FORMS) {
    app.post(`/sessions/:sessionId/${route.path}`, async (c) => {
      const user = signedIn(c);
      if (user instanceof Response) return user;
      const sessionId = c.req.param("sessionId");
      const fields = await readFields(c);
      try {
        await parts.commands.execute(
          route.command,
          inputOf(route, sessionId, fields),
          {
            user,
            messageId: messageIdOf(fields),
          },
        );
        return c.redirect(`/sessions/${sessionId}`, 303);
      } catch (error) {
        const refused = refusedBy(error);
        if (!refused) throw error;
        const mistake = mistakeOf(route, refused, fields);
        return await showRoom(c, parts, user, { sessionId, mistake, refused });
      }
    });
  }
  return app;
}

function inputOf(
  { form, takes }: FormRoute,
  sessionId: string,
  fields: Fields,
): Fields {
  const given = takes.filter((name) =>
    fields[name] !== undefined &&
    (form !== "participant" || fields[name].trim() !== "")
  );
  // An empty user id would mean oneself; the form must name somebody.
  const required: Fields = form === "participant" ? { userId: "" } : {};
  return {
    sessionId,
    ...required,
    ...Object.fromEntries(given.map((name) => [name, fields[name]])),
  };
}

function mistakeOf(
  { form }: FormRoute,
  { message, reason, fields }: Refused,
  input: Fields,
): Mistake {
  return { form, message, reason, fields, input };
}

export interface RoomWanted {
  readonly sessionId: string;
  /** The poll to show. @default the one in the address, or the newest that is open */
  readonly pollId?: string;
  /** A form that comes back, and why. */
  readonly mistake?: Mistake;
  readonly refused?: Refused;
}

/** Answers with the room, as its reader may see it. */
export async function showRoom(
  c: AppContext,
  parts: PageParts,
  user: User,
  wanted: RoomWanted,
): Promise<Response> {
  const { sessionId, pollId = c.req.query("poll"), mistake, refused } = wanted;
  const channel = sessionChannel(sessionId);
  const { state, position } = await readSession(parts.commands, sessionId);
  if (!isVisible(state, user)) return notFoundPage(c, parts, "session");
  const timeline = await readTimeline(parts, position, c.req.query());
  const polls = await readPolls(parts, user, {
    sessionId,
    channel,
    pollId,
    at: timeline.replay?.offset,
  });
  const { users } = await parts.hub.presence(user, channel);
  const room: RoomState = {
    ...timeline,
    // A poll takes the place of lines: the page stays as light as it was.
    lines: polls ? timeline.lines.slice(-LINES_BESIDE_POLL) : timeline.lines,
    session: { ...state, activity: [] },
    position,
    presence: users.map(({ userId, name, role, status }) => ({
      userId,
      name,
      role,
      status,
    })),
    reader: { userId: user.userId, name: user.name, roles: user.roles },
    readAt: (parts.now ?? Date.now)(),
    zone: zoneOf(c),
    formId: (parts.newId ?? (() => crypto.randomUUID()))(),
    build: parts.manifest.boot[0] ?? "",
    mistake,
    polls,
  };
  const model = createRoom(room);
  if (polls) model.polls.value = writePolls(model, polls);
  // As it was when the page was read: the timeline tells of what comes, with the way there.
  const shown = room.replay || room.older
    ? []
    : await readDecisionPanel(parts, user, sessionId);
  const mayOpen = state.status === "open" && leads(state, user);
  return renderPage(c, parts, {
    title: state.title,
    status: refused?.status ?? 200,
    // Not the polls': what the page shows of them works without, and their script comes late.
    islands: { SessionRoom: room },
    body: (
      <Main>
        <div class="stack" data-island="SessionRoom">
          <SessionRoom room={model} />
        </div>
        {shown.length > 0
          ? (
            <DecisionPanel
              decisions={signal(shown)}
              sessionId={sessionId}
              mayOpen={mayOpen}
            />
          )
          : mayOpen && (
            <a href={`/decisions/new?sessionId=${sessionId}`}>New decision</a>
          )}
      </Main>
    ),
  });
}
