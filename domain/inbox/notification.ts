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
import type { Body, ReadWords, Told, Words } from "./words.ts";

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

/** The notification a publication raises for this viewer; none for what they did themselves. */
export function notificationOf(
  told: Told,
  viewer: { readonly userId: string },
): Notification | undefined {
  const { type, channel, offset, sender, body } = told;
  if (!Object.hasOwn(READERS, type) || !isRecord(body)) return undefined;
  if (sender === viewer.userId || !concerns(told, body, viewer.userId)) {
    return undefined;
  }
  const words = READERS[type](body, told);
  if (words === undefined) return undefined;
  const key = notificationKey(channel, offset);
  const { severity } = words;
  return {
    ...words,
    key,
    dedupeKey: words.dedupeKey ?? key,
    title: line(words.title, MAX_TITLE_LENGTH),
    body: line(words.body, MAX_BODY_LENGTH),
    sticky: severity === "critical" || severity === "high",
    assertive: severity === "critical",
  };
}

/** Alerts concern everybody; the rest whoever's channel it is on, or who asked for it. */
function concerns({ type, channel }: Told, body: Body, userId: string) {
  const owner = userOfChannel(channel);
  if (owner !== undefined) return owner === userId;
  if (type === "JOB_UPDATE") return submitterOf(body) === userId;
  return type !== "DIRECT_MESSAGE" && type !== INBOX_UPDATE;
}

function submitterOf(body: Body): unknown {
  const job = isRecord(body.job) ? body.job : body;
  return job.submittedBy ?? job.userId;
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
