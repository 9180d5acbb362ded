/** What happens in a session, as it is stored: version 1 of every body. Stored shapes never change. */
import type { DomainEvent, Json } from "../decider.ts";

/** Message type all of them travel as. */
export const SESSION_UPDATE = "SESSION_UPDATE";

export type SessionEventName =
  | "session_opened"
  | "participant_joined"
  | "participant_left"
  | "participant_status"
  | "message_posted"
  | "session_closed";

/** The roles a participant can have; `admin` is a role of the whole house. */
export type SessionRole = "observer" | "member" | "facilitator";

export interface NewParticipant {
  readonly userId: string;
  readonly name: string;
  readonly role: SessionRole;
  readonly weight: number;
}

interface Person {
  readonly userId: string;
  readonly name: string;
}

export function isSessionRole(role: unknown): role is SessionRole {
  return role === "observer" || role === "member" || role === "facilitator";
}

export function sessionOpened(opening: {
  readonly sessionId: string;
  readonly title: string;
  readonly description: string | null;
  readonly open: boolean;
  readonly openedBy: string;
  readonly participants: readonly NewParticipant[];
}): DomainEvent {
  const participants = opening.participants.map((one) => ({ ...one }));
  return happened("session_opened", { ...opening, participants });
}

export function participantJoined(participant: NewParticipant): DomainEvent {
  return happened("participant_joined", { ...participant });
}

/** `removed` takes the sight of a session that is not open; who `left` may come back. */
export function participantLeft(
  { userId, name }: Person,
  reason: "left" | "removed",
): DomainEvent {
  return happened("participant_left", { userId, name, reason });
}

export function participantStatus(
  { userId, name }: Person,
  status: "active" | "away",
): DomainEvent {
  return happened("participant_status", { userId, name, status });
}

export function messagePosted(
  { userId, name }: Person,
  text: string,
): DomainEvent {
  return happened("message_posted", { userId, name, text });
}

export function sessionClosed({ userId, name }: Person): DomainEvent {
  return happened("session_closed", { userId, name });
}

function happened(
  event: SessionEventName,
  body: { readonly [key: string]: Json },
): DomainEvent {
  return { type: SESSION_UPDATE, v: 1, body: { event, ...body } };
}
