/** Words for what others did that concerns one person: messages, sessions, polls, decisions. */
import { alertAssigned, alertEscalated } from "./alert_words.ts";
import { isRecord } from "./events.ts";
import { pollClosed, pollOpened } from "./poll_words.ts";
import {
  type Body,
  sessionPath,
  text,
  type Told,
  type Words,
} from "./words.ts";

export function directMessage(body: Body, { sender }: Told): Words {
  return {
    severity: "info",
    title: `Message from ${sender ?? "someone who is gone"}`,
    body: spoken(body.body),
    href: "/inbox",
    dedupeKey: `direct:${sender ?? ""}`,
  };
}

export function inboxUpdate(
  body: Body,
  told: Told,
): Words | undefined {
  const by = text(body.by) ?? "Someone";
  const title = text(body.title) ?? "a session";
  const href = sessionPath(body.sessionId);
  const dedupeKey = `session:${text(body.sessionId) ?? ""}:${
    text(body.event) ?? ""
  }`;
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
    case "poll_opened":
      return pollOpened(body, told);
    case "poll_closed":
      return pollClosed(body);
    case "alert_assigned":
      return alertAssigned(body);
    case "alert_escalated":
      return alertEscalated(body);
    case "decision_closed": {
      const chosen = text(body.chosen);
      return {
        severity: "info",
        title: "Decision closed",
        body: chosen
          ? `${by} closed “${title}”. Chosen: ${chosen}.`
          : `${by} closed “${title}”.`,
        href: sessionPath(body.sessionId, "/decisions"),
        dedupeKey: `decision:${text(body.decisionId) ?? ""}:closed`,
      };
    }
    default:
      return undefined;
  }
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
