/** What a list can do with an alert, as the command it comes to: by form, by key, by button. */
import type { Json } from "../domain/decider.ts";
import type { Person } from "../domain/alerts/events.ts";

export const ACTS = {
  acknowledge: "acknowledged",
  mine: "assigned to you",
  drop: "given back",
  hour: "snoozed for an hour",
  tomorrow: "snoozed until tomorrow",
  resolve: "resolved",
  dismiss: "dismissed",
  note: "noted",
} as const;
export type Act = keyof typeof ACTS;

export interface Acting {
  readonly user: Person;
  /** ms since 1970. */
  readonly now: number;
  /** Nine in the morning of the reader's next day. */
  readonly tomorrow: number;
  /** Of a note, or how it ended. */
  readonly text: string;
}

const HOUR_MS = 60 * 60 * 1000;

export function isAct(name: string): name is Act {
  return Object.hasOwn(ACTS, name);
}

/** An act that was refused, on which alert. */
export interface RefusedAct {
  readonly alertId: string;
  readonly title: string;
  readonly message: string;
}

/** Titles named when several were refused; the rest is counted. */
const MAX_NAMED = 3;

/** Why, and of several also which: the others were done. @param acts How many were asked for */
export function refusalWords(
  refused: readonly RefusedAct[],
  acts: number,
): string {
  const [first] = refused;
  if (first === undefined) return "";
  if (acts === 1) return first.message;
  const named = refused.slice(0, MAX_NAMED).map(({ title }) => title);
  const more = refused.length - named.length;
  return `${first.message}: ${named.join("; ")}${
    more > 0 ? ` and ${more} more` : ""
  }`;
}

/** Ending something takes it off everybody's list, so several at once are asked about. */
export function endsIt(act: Act): boolean {
  return act === "resolve" || act === "dismiss";
}

export function commandFor(
  act: Act,
  alert: { readonly alertId: string; readonly sessionId: string | null },
  { user, now, tomorrow, text }: Acting,
): { readonly command: string; readonly input: { [name: string]: Json } } {
  const { alertId, sessionId } = alert;
  const of = { alertId, ...(sessionId !== null && { sessionId }) };
  const words = text.trim();
  switch (act) {
    case "acknowledge":
      return { command: "acknowledge_alert", input: of };
    case "mine": {
      const { userId, name } = user;
      return { command: "assign_alert", input: { ...of, userId, name } };
    }
    case "drop":
      return { command: "assign_alert", input: { ...of, userId: null } };
    case "hour":
      return {
        command: "snooze_alert",
        input: { ...of, until: now + HOUR_MS },
      };
    case "tomorrow":
      return { command: "snooze_alert", input: { ...of, until: tomorrow } };
    case "note":
      return { command: "note_alert", input: { ...of, text: words } };
    case "resolve":
    case "dismiss": {
      const dismissed = act === "dismiss";
      return {
        command: "resolve_alert",
        input: { ...of, dismissed, ...(words && { resolution: words }) },
      };
    }
  }
}
