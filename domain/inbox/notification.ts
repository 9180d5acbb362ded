/**
 * Which publications raise a notification, and what it says: one table for toasts and
 * inbox. Shapes are read defensively: what another version wrote must not break a page.
 */
import { userOfChannel } from "../user_id.ts";
import { alert } from "./alert_words.ts";
import { INBOX_UPDATE, isRecord } from "./events.ts";
import { notificationKey } from "./inbox.ts";
import { directMessage, inboxUpdate } from "./inbox_words.ts";
import { consensusUpdate } from "./poll_words.ts";
import { analysisResult, evaluationResult, jobUpdate } from "./result_words.ts";
import type { ReadWords, Told, Words } from "./words.ts";

export interface Notification extends Words {
  /** Names its entry: `channel#offset`. */
  readonly key: string;
  /** Equal ones are one toast, counted. */
  readonly dedupeKey: string;
  /** Stays until it is dismissed. */
  readonly sticky: boolean;
  /** Interrupts a screen reader. */
  readonly assertive: boolean;
}

const MAX_TITLE_LENGTH = 120;
const MAX_BODY_LENGTH = 280;

const READERS: Readonly<Record<string, ReadWords>> = {
  DIRECT_MESSAGE: directMessage,
  [INBOX_UPDATE]: inboxUpdate,
  ALERT: alert,
  CONSENSUS_UPDATE: consensusUpdate,
  DECISION_ANALYSIS_RESULT: analysisResult,
  RULE_EVALUATION_RESULT: evaluationResult,
  JOB_UPDATE: jobUpdate,
};

/** Message types that may raise one. */
export const NOTIFYING_TYPES: readonly string[] = Object.keys(READERS);

/**
 * The notification a publication raises for this viewer. What they did themselves raises none,
 * but ends silently what it saw to: an alert acknowledged in a list is off their screen, too.
 */
export function notificationOf(
  told: Told,
  viewer: { readonly userId: string },
): Notification | undefined {
  const { type, channel, offset, sender, body } = told;
  if (!Object.hasOwn(READERS, type) || !isRecord(body)) return undefined;
  if (!concerns(told, viewer.userId)) return undefined;
  const words = READERS[type](body, told);
  if (words === undefined) return undefined;
  if (sender === viewer.userId && words.isSilent !== true) return undefined;
  const key = notificationKey(channel, offset);
  const { severity, isPast } = words;
  const isCritical = severity === "critical" && !isPast;
  return {
    ...words,
    key,
    dedupeKey: words.dedupeKey ?? key,
    title: line(words.title, MAX_TITLE_LENGTH),
    body: line(words.body, MAX_BODY_LENGTH),
    sticky: isCritical || (severity === "high" && !isPast),
    assertive: isCritical,
  };
}

/** Types that concern whose channel they are on, and nobody elsewhere. */
const PERSONAL = ["DIRECT_MESSAGE", INBOX_UPDATE, "JOB_UPDATE"];

function concerns({ type, channel }: Told, userId: string): boolean {
  const owner = userOfChannel(channel);
  return owner === undefined ? !PERSONAL.includes(type) : owner === userId;
}

/** One line of at most `max` characters; a character is never cut in half. */
function line(value: string, max: number): string {
  const flat = value.replace(/\s+/g, " ").trim().toWellFormed();
  // No more is split than can be shown: a message may be tens of thousands long.
  const characters = [...flat.slice(0, 2 * max + 2)];
  return characters.length <= max
    ? flat
    : `${characters.slice(0, max - 1).join("")}…`;
}
