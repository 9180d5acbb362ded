/**
 * A collaboration session: who takes part and what was said, until it is closed. The browser
 * folds with this same file, so nothing here may import a schema at run time.
 */
import type { Json, RecordedEvent } from "../decider.ts";
import {
  isSessionRole,
  SESSION_UPDATE,
  type SessionEventName,
  type SessionRole,
} from "./events.ts";

/** Lines of the timeline a session's state keeps; older ones are in the log. */
export const MAX_ACTIVITY = 50;

export interface Participant {
  readonly userId: string;
  readonly name: string;
  readonly role: SessionRole;
  /** Counts in votes; finite and above 0. */
  readonly weight: number;
  /** `left` keeps sight of the session and may come back; who is removed is not listed. */
  readonly status: "active" | "away" | "left";
  readonly joinedAt: number;
}

/** One line of the session's timeline. */
export interface Activity {
  /** Offset of its entry: names a message within the session. */
  readonly offset: number;
  readonly at: number;
  readonly event: SessionEventName | "erased";
  /** Who it is about or from; null when the entry was erased. */
  readonly userId: string | null;
  readonly name: string | null;
  /** Of a message. */
  readonly text?: string;
}

export interface Session {
  readonly status: "open" | "closed";
  readonly id: string;
  readonly title: string;
  readonly description: string | null;
  /** Every signed-in user may see and join it. */
  readonly open: boolean;
  readonly openedBy: string;
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly lastActivityAt: number;
  /** In the order they first joined. */
  readonly participants: readonly Participant[];
  /** The last 50, oldest first. */
  readonly activity: readonly Activity[];
}

/** `none`: nothing was ever opened under this id. */
export type SessionState = Session | { readonly status: "none" };

/** What a session is before it was opened. */
export function initial(): SessionState {
  return { status: "none" };
}

/** Folds one entry in. What it does not know changes nothing; nothing stored makes it throw. */
export function evolve(
  state: SessionState,
  event: RecordedEvent,
): SessionState {
  if (event.type !== SESSION_UPDATE || event.v !== 1) return state;
  const { body } = event;
  if (body === null) return withErased(state, event);
  if (body.event === "session_opened") {
    return state.status === "none" ? opened(event, body) : state;
  }
  if (state.status === "none") return state;
  switch (body.event) {
    case "participant_joined":
      return withJoined(state, event, body);
    case "participant_left":
      return withLeft(state, event, body);
    case "participant_status": {
      const status = body.status === "away" ? "away" : "active";
      return withLine(
        { ...state, participants: withStatus(state, body.userId, status) },
        lineOf(event, "participant_status", body),
      );
    }
    case "message_posted":
      return withLine(state, {
        ...lineOf(event, "message_posted", body),
        text: textOf(body.text) ?? "",
      });
    case "session_closed":
      return withLine(
        { ...state, status: "closed", closedAt: event.at },
        lineOf(event, "session_closed", body),
      );
    case "body_erased":
      return withoutLine(state, body.offset);
    default:
      return state;
  }
}

type Body = NonNullable<RecordedEvent["body"]>;

function opened(event: RecordedEvent, body: Body): Session {
  const listed = Array.isArray(body.participants) ? body.participants : [];
  const participants = listed.flatMap((one: Json) => {
    const participant = participantOf(one, event.at);
    return participant ? [participant] : [];
  });
  const openedBy = textOf(body.openedBy) ?? event.sender ?? "";
  const line = lineOf(event, "session_opened", {
    ...body,
    userId: openedBy,
    name: participants.find(({ userId }) => userId === openedBy)?.name ?? null,
  });
  return {
    status: "open",
    id: sessionIdOf(event.channel),
    title: textOf(body.title) ?? "",
    description: textOf(body.description),
    open: body.open === true,
    openedBy,
    openedAt: event.at,
    closedAt: null,
    lastActivityAt: event.at,
    participants,
    activity: [line],
  };
}

/** An erased first entry was the opening: without it everyone would lose the session. */
function withErased(state: SessionState, event: RecordedEvent): Session {
  const line = {
    offset: event.offset,
    at: event.at,
    event: "erased",
    userId: null,
    name: null,
  } as const;
  if (state.status !== "none") return withLine(state, line);
  const blank = { event: "session_opened", participants: [] };
  return { ...opened(event, blank), activity: [line] };
}

function withJoined(session: Session, event: RecordedEvent, body: Body) {
  const joined = participantOf(body, event.at);
  if (!joined) return session;
  const known = session.participants.find((one) =>
    one.userId === joined.userId
  );
  const participants = known
    ? session.participants.map((one) =>
      one === known ? { ...joined, joinedAt: one.joinedAt } : one
    )
    : [...session.participants, joined];
  const line = lineOf(event, "participant_joined", body);
  return withLine({ ...session, participants }, line);
}

function withLeft(session: Session, event: RecordedEvent, body: Body) {
  const participants = body.reason === "removed"
    ? session.participants.filter(({ userId }) => userId !== body.userId)
    : withStatus(session, body.userId, "left");
  const line = lineOf(event, "participant_left", body);
  return withLine({ ...session, participants }, line);
}

function withStatus(
  session: Session,
  userId: Json,
  status: Participant["status"],
): readonly Participant[] {
  return session.participants.map((one) =>
    one.userId === userId ? { ...one, status } : one
  );
}

function withLine(session: Session, line: Activity): Session {
  const activity = [...session.activity.slice(1 - MAX_ACTIVITY), line];
  return { ...session, activity, lastActivityAt: line.at };
}

/** The same as if the body had never been read: a fold from the log finds none. */
function withoutLine(session: Session, offset: Json): Session {
  const activity = session.activity.map((line) =>
    line.offset === offset
      ? {
        offset: line.offset,
        at: line.at,
        event: "erased" as const,
        userId: null,
        name: null,
      }
      : line
  );
  return { ...session, activity };
}

function lineOf(
  { offset, at }: RecordedEvent,
  event: SessionEventName,
  body: Body,
): Activity {
  const userId = textOf(body.userId);
  return { offset, at, event, userId, name: textOf(body.name) ?? userId };
}

function participantOf(value: Json, joinedAt: number): Participant | undefined {
  if (value === null || typeof value !== "object" || isList(value)) {
    return undefined;
  }
  const userId = textOf(value.userId);
  if (userId === null) return undefined;
  const { role, weight } = value;
  return {
    userId,
    name: textOf(value.name) ?? userId,
    role: isSessionRole(role) ? role : "observer",
    weight: typeof weight === "number" && weight > 0 ? weight : 1,
    status: "active",
    joinedAt,
  };
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function textOf(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}

/** The id behind a session's channel. */
export function sessionIdOf(channel: string): string {
  return channel.slice(channel.indexOf(":") + 1);
}

/** The channel that carries everything of a session. */
export function sessionChannel(sessionId: string): string {
  return `session:${sessionId}`;
}
