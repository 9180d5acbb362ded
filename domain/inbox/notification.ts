/**
 * Which publications raise a notification, and what it says: one table for toasts and
 * inbox. Shapes are read defensively: what another version wrote must not break a page.
 */
import { INBOX_UPDATE, isRecord } from "./events.ts";
import { notificationKey } from "./inbox.ts";
import { userOfChannel } from "../user_id.ts";

export const SEVERITIES = [
  "critical",
  "high",
  "medium",
  "low",
  "info",
  "success",
] as const;
export type Severity = typeof SEVERITIES[number];

/** A publication as the socket carries it and as the log keeps it. */
export interface Told {
  readonly type: string;
  readonly channel: string;
  readonly offset: number;
  /** User id of who caused it. */
  readonly sender?: string | null;
  /** The payload; null once it was erased. */
  readonly body: unknown;
}

export interface Notification {
  /** Names its entry: `channel#offset`. */
  readonly key: string;
  /** Equal ones are one toast, counted. */
  readonly dedupeKey: string;
  readonly severity: Severity;
  readonly title: string;
  readonly body: string;
  /** Where it leads, on this site. */
  readonly href: string;
  /** Stays until it is dismissed. */
  readonly sticky: boolean;
  /** Interrupts a screen reader. */
  readonly assertive: boolean;
}

interface Words {
  readonly severity: Severity;
  readonly title: string;
  readonly body: string;
  readonly href: string;
  /** @default its own key: never the same as another */
  readonly dedupeKey?: string;
}

type Body = Readonly<Record<string, unknown>>;
type Reader = (body: Body, told: Told) => Words | undefined;

const MAX_TITLE_LENGTH = 120;
const MAX_BODY_LENGTH = 280;

const READERS: Readonly<Record<string, Reader>> = {
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
  const { severity, href } = words;
  return {
    key,
    dedupeKey: words.dedupeKey ?? key,
    severity,
    title: line(words.title, MAX_TITLE_LENGTH),
    body: line(words.body, MAX_BODY_LENGTH),
    href,
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

function directMessage(body: Body, { sender }: Told): Words {
  return {
    severity: "info",
    title: `Message from ${sender ?? "someone who is gone"}`,
    body: spoken(body.body),
    href: "/inbox",
    dedupeKey: `direct:${sender ?? ""}`,
  };
}

function inboxUpdate(body: Body): Words | undefined {
  const by = text(body.by) ?? "Someone";
  const title = text(body.title) ?? "a session";
  const href = sessionPath(body.sessionId);
  const dedupeKey = `session:${text(body.sessionId) ?? ""}:${body.event}`;
  const about = { href, dedupeKey };
  switch (body.event) {
    case "added_to_session":
      return {
        ...about,
        severity: "info",
        title: "Added to a session",
        body: `${by} added you to “${title}”.`,
      };
    case "removed_from_session":
      return {
        ...about,
        // The page may be gone for them.
        href: "/sessions",
        severity: "medium",
        title: "Removed from a session",
        body: `${by} removed you from “${title}”.`,
      };
    case "session_closed":
      return {
        ...about,
        severity: "info",
        title: "Session closed",
        body: `${by} closed “${title}”.`,
      };
    default:
      return undefined;
  }
}

/** What happens to an alert that people must hear of; the rest is seen on its page. */
const ALERTING = new Set([
  undefined,
  "alert_raised",
  "alert_repeated",
  "alert_escalated",
  "raised",
  "repeated",
  "escalated",
]);

function alert(body: Body): Words | undefined {
  if (!ALERTING.has(text(body.event))) return undefined;
  const about = isRecord(body.alert) ? { ...body, ...body.alert } : body;
  const id = text(about.alertId) ?? text(about.id);
  const severity = SEVERITIES.find((one) => one === about.severity) ??
    "medium";
  return {
    severity,
    title: text(about.title) ?? "Alert",
    body: text(about.body) ?? "",
    href: id === undefined ? "/alerts" : `/alerts#${encodeURIComponent(id)}`,
    dedupeKey: `alert:${text(about.dedupeKey) ?? id ?? text(about.title)}`,
  };
}

const OUTCOMES: Readonly<Record<string, readonly [Severity, string]>> = {
  passed: ["success", "Poll passed"],
  rejected: ["info", "Poll rejected"],
  no_quorum: ["medium", "Poll closed without quorum"],
  vetoed: ["medium", "Poll vetoed"],
  tied: ["medium", "Poll tied"],
  cancelled: ["info", "Poll cancelled"],
};

function consensusUpdate(body: Body, told: Told): Words | undefined {
  if (body.event !== "consensus_result") return undefined;
  const result = isRecord(body.result) ? body.result : body;
  const state = text(result.state) ?? "";
  const [severity, title] = Object.hasOwn(OUTCOMES, state)
    ? OUTCOMES[state]
    : ["info" as const, "Poll closed"];
  const question = text(body.question) ?? text(result.question) ?? "";
  const winner = text(result.winner);
  return {
    severity,
    title,
    body: winner ? `${question} Chosen: ${winner}.`.trim() : question,
    href: sessionPath(body.sessionId ?? sessionOf(told)),
  };
}

function analysisResult(body: Body, told: Told): Words {
  const winner = text(body.winner) ?? text(body.best);
  const method = text(body.method);
  return {
    severity: "success",
    title: text(body.title) ?? "Analysis finished",
    body: winner
      ? `${winner} leads${method ? ` by ${method}` : ""}.`
      : method ?? "",
    href: sessionPath(body.sessionId ?? sessionOf(told), "/decisions"),
  };
}

const RECOMMENDATIONS: Readonly<
  Record<string, readonly [Severity, string]>
> = {
  APPROVE: ["success", "Rules: approve"],
  REVIEW: ["medium", "Rules: review needed"],
  BLOCK: ["high", "Rules: block"],
};

function evaluationResult(body: Body, told: Told): Words {
  const recommendation = text(body.recommendation) ?? "";
  const [severity, title] = Object.hasOwn(RECOMMENDATIONS, recommendation)
    ? RECOMMENDATIONS[recommendation]
    : ["info" as const, "Rules evaluated"];
  const { riskScore } = body;
  return {
    severity,
    title,
    body: typeof riskScore === "number"
      ? `Risk score ${riskScore.toFixed(2)}.`
      : "",
    href: sessionPath(body.sessionId ?? sessionOf(told), "/rules"),
  };
}

const ENDINGS: Readonly<Record<string, readonly [Severity, string]>> = {
  done: ["success", "Job done"],
  failed: ["medium", "Job failed"],
  dead: ["high", "Job given up"],
};

function jobUpdate(body: Body): Words | undefined {
  const job = isRecord(body.job) ? { ...body, ...body.job } : body;
  const state = text(job.state) ?? text(job.status) ??
    text(body.event)?.replace(/^job_/, "") ?? "";
  if (!Object.hasOwn(ENDINGS, state)) return undefined;
  const [severity, title] = ENDINGS[state];
  const kind = text(job.title) ?? text(job.jobType) ?? text(job.type) ?? "";
  const reason = text(job.error) ?? text(job.message);
  return {
    severity,
    title,
    body: [kind, reason].filter(Boolean).join(": "),
    href: "/jobs",
  };
}

function submitterOf(body: Body): unknown {
  const job = isRecord(body.job) ? body.job : body;
  return job.submittedBy ?? job.userId;
}

/** What a message says, whatever JSON it is. */
function spoken(body: unknown): string {
  if (typeof body === "string") return body;
  if (isRecord(body)) {
    const said = text(body.text) ?? text(body.body) ?? text(body.message);
    if (said !== undefined) return said;
  }
  return JSON.stringify(body) ?? "";
}

function sessionOf({ channel }: Told): string | undefined {
  return channel.startsWith("session:")
    ? channel.slice("session:".length)
    : undefined;
}

function sessionPath(sessionId: unknown, otherwise = "/sessions"): string {
  const id = text(sessionId);
  return id === undefined ? otherwise : `/sessions/${encodeURIComponent(id)}`;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
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
