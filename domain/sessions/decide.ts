/**
 * What a session allows. Inside it the participant's role counts, not the user's; an admin
 * may do everything. Who only looks into an open session must join before writing: nobody
 * should turn up as taking part without having said so.
 */
import { hasRole, may } from "../access.ts";
import type { Context, DomainEvent } from "../decider.ts";
import { Refusal } from "../refusal.ts";
import {
  messagePosted,
  type NewParticipant,
  participantJoined,
  participantLeft,
  participantStatus,
  sessionClosed,
  sessionOpened,
  type SessionRole,
} from "./events.ts";
import type { Participant, Session, SessionState } from "./session.ts";

/** Most participants of one session; every one is part of its state and its page. */
export const MAX_PARTICIPANTS = 1000;

export type SessionCommand =
  | {
    readonly command: "open_session";
    readonly sessionId: string;
    readonly title: string;
    readonly description?: string;
    readonly open?: boolean;
    readonly participants?: readonly Invitation[];
  }
  | { readonly command: "join_session" }
  | { readonly command: "leave_session" }
  | ({ readonly command: "add_participant" } & Partial<Invitation>)
  | { readonly command: "remove_participant"; readonly userId: string }
  | {
    readonly command: "set_participant_status";
    readonly userId?: string;
    readonly status: "active" | "away";
  }
  | { readonly command: "post_message"; readonly text: string }
  | { readonly command: "close_session" };

/** Someone whom another brings in. */
export interface Invitation {
  readonly userId: string;
  /** @default the user id */
  readonly name?: string;
  /** @default "member" */
  readonly role?: SessionRole;
  /** @default 1 */
  readonly weight?: number;
}

type User = Context["user"];

/** The events a command causes; none when it is so already. @throws {Refusal} */
export function decide(
  state: SessionState,
  command: SessionCommand,
  { user }: Context,
): readonly DomainEvent[] {
  if (command.command === "open_session") return open(state, command, user);
  // Whoever may not see it learns nothing, not even that it exists.
  if (
    state.status === "none" ||
    !may(user, "read", { kind: "session", session: state })
  ) throw new Refusal("session_not_found");
  if (state.status === "closed") throw new Refusal("session_closed");
  switch (command.command) {
    case "join_session":
      return join(state, user);
    case "leave_session":
      return leave(state, user);
    case "add_participant":
      return command.userId === undefined || command.userId === user.userId
        ? join(state, user)
        : add(state, { ...command, userId: command.userId }, user);
    case "remove_participant":
      return command.userId === user.userId
        ? leave(state, user)
        : remove(state, command.userId, user);
    case "set_participant_status":
      return setStatus(
        state,
        command.userId ?? user.userId,
        command.status,
        user,
      );
    case "post_message":
      return post(state, command.text, user);
    case "close_session":
      demandFacilitator(state, user);
      return [sessionClosed(user)];
  }
}

function open(
  state: SessionState,
  command: Extract<SessionCommand, { command: "open_session" }>,
  user: User,
): readonly DomainEvent[] {
  if (!may(user, "open_session", { kind: "server" })) {
    throw new Refusal("not_allowed");
  }
  if (state.status !== "none") throw new Refusal("session_exists");
  const { sessionId, title, description = null, participants = [] } = command;
  const own = participants.find(({ userId }) => userId === user.userId);
  const others = participants.filter(({ userId }) => userId !== user.userId);
  return [sessionOpened({
    sessionId,
    title,
    description,
    open: command.open ?? participants.length === 0,
    openedBy: user.userId,
    participants: [
      // Who opens a session leads it, whatever the list says.
      {
        ...joining({ ...own, userId: user.userId, name: user.name }),
        role: "facilitator",
      },
      ...others.map(joining),
    ],
  })];
}

function join(session: Session, user: User): readonly DomainEvent[] {
  const known = find(session, user.userId);
  if (known && known.status !== "left") return [];
  demandRoom(session, known);
  // Coming back, one is who one was: leaving is no way to change role or weight.
  const { role, weight } = known ?? {
    role: hasRole(user, "member") ? "member" as const : "observer" as const,
    weight: 1,
  };
  const { userId, name } = user;
  return [participantJoined({ userId, name, role, weight })];
}

function leave(session: Session, user: User): readonly DomainEvent[] {
  const known = find(session, user.userId);
  if (!known) throw new Refusal("participant_not_found");
  if (known.status === "left") return [];
  demandOtherFacilitator(session, known);
  return [participantLeft(known, "left")];
}

function add(
  session: Session,
  invitation: Invitation,
  user: User,
): readonly DomainEvent[] {
  demandFacilitator(session, user);
  const known = find(session, invitation.userId);
  if (known && known.status !== "left") throw new Refusal("participant_exists");
  demandRoom(session, known);
  return [participantJoined(joining(invitation))];
}

function remove(
  session: Session,
  userId: string,
  user: User,
): readonly DomainEvent[] {
  demandFacilitator(session, user);
  const known = find(session, userId);
  if (!known) throw new Refusal("participant_not_found");
  demandOtherFacilitator(session, known);
  return [participantLeft(known, "removed")];
}

function setStatus(
  session: Session,
  userId: string,
  status: "active" | "away",
  user: User,
): readonly DomainEvent[] {
  // Nobody says for another that they are here.
  if (userId !== user.userId) throw new Refusal("not_allowed");
  const known = find(session, userId);
  if (!known || known.status === "left") {
    throw new Refusal("not_a_participant");
  }
  return known.status === status ? [] : [participantStatus(known, status)];
}

function post(
  session: Session,
  text: string,
  user: User,
): readonly DomainEvent[] {
  if (!hasRole(user, "admin")) demandVoice(session, user);
  return [messagePosted(user, text)];
}

/** Inside, the participant's role counts; into an open session members speak from outside too. */
function demandVoice(session: Session, user: User): void {
  const known = find(session, user.userId);
  if (known && known.status !== "left") {
    if (known.role === "observer") throw new Refusal("not_allowed");
    return;
  }
  if (!session.open) throw new Refusal("not_a_participant");
  if (!hasRole(user, "member")) throw new Refusal("not_allowed");
}

function demandFacilitator(session: Session, user: User): void {
  if (!leads(session, user)) throw new Refusal("not_allowed");
}

/** Reports whether a user leads a session: as its facilitator, or as an admin of the house. */
export function leads(session: Session, user: User): boolean {
  const known = find(session, user.userId);
  const facilitates = known?.role === "facilitator" && known.status !== "left";
  return facilitates || hasRole(user, "admin");
}

/** A session that nobody leads could only be closed by an admin. */
function demandOtherFacilitator(session: Session, leaving: Participant): void {
  if (leaving.role !== "facilitator" || leaving.status === "left") return;
  const stays = session.participants.some(({ userId, role, status }) =>
    userId !== leaving.userId && role === "facilitator" && status !== "left"
  );
  if (!stays) throw new Refusal("last_facilitator");
}

function demandRoom(session: Session, known: Participant | undefined): void {
  if (!known && session.participants.length >= MAX_PARTICIPANTS) {
    throw new Refusal("session_full");
  }
}

function find(session: Session, userId: string): Participant | undefined {
  return session.participants.find((one) => one.userId === userId);
}

function joining(one: Invitation): NewParticipant {
  const { userId, name = userId, role = "member", weight = 1 } = one;
  return { userId, name, role, weight };
}
