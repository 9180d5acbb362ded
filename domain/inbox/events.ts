/**
 * What stands on a person's own channel besides messages: what others did that concerns
 * them, what they have seen of their notifications, and views they keep. Version 1 of every
 * body; stored shapes never change. A type of its own, so that nobody takes it for the session's record.
 */
import type { DomainEvent, Json } from "../decider.ts";

/** Message type all of them travel as. */
export const INBOX_UPDATE = "INBOX_UPDATE";

/** How far a notification has come with its reader; each level holds those before it. */
export const LEVELS = ["delivered", "shown", "acknowledged"] as const;
export type Level = typeof LEVELS[number];

/** One thing newly known of a notification, or with `through` of all up to it. */
export interface RecordedItem {
  readonly channel: string;
  readonly offset: number;
  readonly level: Level;
  readonly through?: true;
}

/** The session a notice is about, and who did it. */
export interface SessionNotice {
  readonly sessionId: string;
  readonly title: string;
  /** Name of who did it. */
  readonly by: string;
}

/** @param name Of who says so: those who lead are shown who has read an alert. */
export function notificationsRecorded(
  items: readonly RecordedItem[],
  name: string,
): DomainEvent {
  return happened("notifications_recorded", {
    items: items.map((item) => ({ ...item })),
    name,
  });
}

export function addedToSession(notice: SessionNotice): DomainEvent {
  return happened("added_to_session", { ...notice });
}

export function removedFromSession(notice: SessionNotice): DomainEvent {
  return happened("removed_from_session", { ...notice });
}

export function sessionWasClosed(notice: SessionNotice): DomainEvent {
  return happened("session_closed", { ...notice });
}

/** A poll that asks for one's ballot, or was decided. */
export interface PollNotice {
  readonly sessionId: string;
  readonly pollId: string;
  readonly question: string;
  /** Name of who opened or closed it. */
  readonly by: string;
}

export function pollWasOpened(
  notice: PollNotice & {
    readonly round: number;
    readonly closesAt: number | null;
  },
): DomainEvent {
  return happened("poll_opened", { ...notice });
}

export function pollWasClosed(
  notice: PollNotice & {
    readonly state: string;
    /** Label of the one that won. */
    readonly winner: string | null;
  },
): DomainEvent {
  return happened("poll_closed", { ...notice });
}

/** A decision that was closed, with the label of what was chosen. */
export function decisionWasClosed(notice: {
  readonly decisionId: string;
  readonly sessionId: string | null;
  readonly title: string;
  readonly by: string;
  readonly chosen: string | null;
}): DomainEvent {
  return happened("decision_closed", { ...notice });
}

/** An alert that one should look after. */
export interface AlertNotice {
  readonly alertId: string;
  readonly sessionId: string | null;
  readonly title: string;
  readonly severity: string;
}

/** Put into one's hands by somebody. */
export function alertWasAssigned(
  notice: AlertNotice & { readonly by: string },
): DomainEvent {
  return happened("alert_assigned", { ...notice });
}

/** Nobody acknowledged it in time. */
export function alertWasEscalated(notice: AlertNotice): DomainEvent {
  return happened("alert_escalated", { ...notice });
}

/** A view of the list of alerts that one keeps for oneself. */
export function alertViewSaved(
  view: {
    readonly viewId: string;
    readonly name: string;
    readonly choice: Json;
    readonly isDefault: boolean;
  },
): DomainEvent {
  return happened("alert_view_saved", { ...view });
}

export function alertViewRemoved(viewId: string): DomainEvent {
  return happened("alert_view_removed", { viewId });
}

/** The items of a `notifications_recorded`; what is no item is left out. */
export function itemsOf(body: unknown): readonly RecordedItem[] {
  if (!isRecord(body) || body.event !== "notifications_recorded") return [];
  if (!Array.isArray(body.items)) return [];
  return body.items.flatMap((item: unknown) => {
    if (!isRecord(item)) return [];
    const { channel, offset } = item;
    const level = LEVELS.find((one) => one === item.level);
    if (typeof channel !== "string" || typeof offset !== "number" || !level) {
      return [];
    }
    const known = { channel, offset, level };
    return [item.through === true ? { ...known, through: true } : known];
  });
}

export function isRecord(
  value: unknown,
): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function happened(
  event: string,
  body: { readonly [key: string]: Json },
): DomainEvent {
  return { type: INBOX_UPDATE, v: 1, body: { event, ...body } };
}
