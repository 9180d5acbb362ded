/** The commands of a session, declared once: schemas, roles, routes. Their rules are in `decide.ts`. */
import { z } from "zod";
import { Text, UserId } from "../common_input.ts";
import type {
  Area,
  CommandDeclaration,
  Context,
  Json,
  RoleName,
} from "../decider.ts";
import { decide, MAX_PARTICIPANTS, type SessionCommand } from "./decide.ts";
import {
  evolve,
  initial,
  sessionChannel,
  type SessionState,
} from "./session.ts";
import { notices } from "./notices.ts";
import { SessionId, Weight } from "./session_input.ts";
import { index, SESSION_SUBJECT } from "./view.ts";

export const sessions: Area<SessionState, SessionCommand> = {
  name: "sessions",
  initial,
  evolve,
  decide,
  index,
  notices,
};

/** Longest message, in UTF-16 units after trimming. */
export const MAX_TEXT_LENGTH = 4000;
const MAX_TITLE_LENGTH = 200;
const MAX_NAME_LENGTH = 100;

const Participant = z.object({
  userId: UserId,
  name: Text(MAX_NAME_LENGTH).optional(),
  role: z.enum(["observer", "member", "facilitator"]).optional(),
  weight: Weight.optional(),
});

const InSession = z.object({ sessionId: SessionId });

const OpenSession = z.object({
  id: SessionId.optional(),
  title: Text(MAX_TITLE_LENGTH),
  description: Text(MAX_TEXT_LENGTH).optional(),
  open: z.boolean().optional(),
  participants: z.array(Participant).max(MAX_PARTICIPANTS - 1).refine(
    (list) => new Set(list.map(({ userId }) => userId)).size === list.length,
    { error: "must name every user once" },
  ).optional(),
});
type OpenSession = z.infer<typeof OpenSession>;

const openSession: CommandDeclaration<
  OpenSession,
  SessionState,
  SessionCommand
> = {
  name: "open_session",
  summary: "Open a session and lead it",
  input: OpenSession,
  role: "facilitator",
  http: { method: "POST", path: "/sessions", status: 201 },
  area: sessions,
  // The channel is only known once the id is made, and a retry would make another.
  scope: "sessions",
  complete: (input, newId) => ({ ...input, id: input.id ?? newId() }),
  channel: ({ id = "" }) => sessionChannel(id),
  subject: () => SESSION_SUBJECT,
  command: ({ id = "", ...input }) => ({
    command: "open_session",
    sessionId: id,
    ...input,
  }),
  result: (state) =>
    state.status === "none" ? null : {
      session: sessionJson(state),
      channel: sessionChannel(state.id),
    },
};

const joinSession = inSession({
  name: "join_session",
  summary: "Take part in a session one may see",
  input: InSession,
  http: { method: "POST", path: "/sessions/{sessionId}/join", status: 200 },
  command: () => ({ command: "join_session" }),
  result: participantResult,
});

const leaveSession = inSession({
  name: "leave_session",
  summary: "Leave a session on purpose; coming back stays possible",
  input: InSession,
  http: { method: "POST", path: "/sessions/{sessionId}/leave", status: 200 },
  command: () => ({ command: "leave_session" }),
});

const addParticipant = inSession({
  name: "add_participant",
  summary: "Bring a participant in; without a user id, or with one's own, join",
  input: InSession.extend(Participant.partial({ userId: true }).shape),
  http: {
    method: "POST",
    path: "/sessions/{sessionId}/participants",
    status: 201,
  },
  command: ({ sessionId: _, ...input }) => ({
    command: "add_participant",
    ...input,
  }),
  result: participantResult,
});

const removeParticipant = inSession({
  name: "remove_participant",
  summary: "Remove a participant; with one's own user id, leave",
  input: InSession.extend({ userId: UserId }),
  http: {
    method: "DELETE",
    path: "/sessions/{sessionId}/participants/{userId}",
    status: 200,
  },
  command: ({ userId }) => ({ command: "remove_participant", userId }),
});

const setParticipantStatus = inSession({
  name: "set_participant_status",
  summary: "Say that one is active or away",
  input: InSession.extend({
    userId: UserId.optional(),
    status: z.enum(["active", "away"]),
  }),
  http: {
    method: "PATCH",
    path: "/sessions/{sessionId}/participants/{userId}",
    status: 200,
  },
  command: ({ userId, status }) => ({
    command: "set_participant_status",
    userId,
    status,
  }),
  result: participantResult,
});

const postMessage = inSession({
  name: "post_message",
  summary: "Post a message to everyone in the session",
  input: InSession.extend({ text: Text(MAX_TEXT_LENGTH) }),
  http: { method: "POST", path: "/sessions/{sessionId}/messages", status: 201 },
  command: ({ text }) => ({ command: "post_message", text }),
});

const closeSession = inSession({
  name: "close_session",
  summary: "Close a session; it stays readable",
  input: InSession,
  http: { method: "POST", path: "/sessions/{sessionId}/close", status: 200 },
  command: () => ({ command: "close_session" }),
});

export const sessionCommands = [
  openSession,
  joinSession,
  leaveSession,
  addParticipant,
  removeParticipant,
  setParticipantStatus,
  postMessage,
  closeSession,
] as const;

/** A session as clients get it; times in ms since 1970. */
export function sessionJson(state: Exclude<SessionState, { status: "none" }>) {
  return {
    ...state,
    participants: state.participants.map((one) => ({ ...one })),
    activity: state.activity.map((line) => ({ ...line })),
  } satisfies Json;
}

function participantResult(
  state: SessionState,
  input: InSession & { readonly userId?: string },
  user: Context["user"],
): Json {
  if (state.status === "none") return null;
  const userId = input.userId ?? user.userId;
  const participant = state.participants.find((one) => one.userId === userId);
  return participant ? { participant: { ...participant } } : null;
}

type InSession = z.infer<typeof InSession>;

interface InSessionDeclaration<Input> {
  readonly name: string;
  readonly summary: string;
  readonly input: z.ZodType<Input>;
  readonly http: CommandDeclaration<
    Input,
    SessionState,
    SessionCommand
  >["http"];
  command(input: NoInfer<Input>): SessionCommand;
  result?(
    state: SessionState,
    input: NoInfer<Input>,
    user: Context["user"],
  ): Json;
}

/** Inside a session its own roles count, so every signed-in user may ask. */
function inSession<Input extends InSession>(
  declaration: InSessionDeclaration<Input>,
): CommandDeclaration<Input, SessionState, SessionCommand> {
  const role: RoleName = "observer";
  return {
    ...declaration,
    role,
    area: sessions,
    channel: ({ sessionId }) => sessionChannel(sessionId),
    subject: () => SESSION_SUBJECT,
  };
}
