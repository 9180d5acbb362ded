/** What is said of a message that was refused after its page was gone: what it was, and why. */
import { isRecord } from "../domain/inbox/events.ts";
import { sessionPath, text } from "../domain/inbox/words.ts";
import type { Refused } from "../realtime/client/client_events.ts";

import type { RefusalWords } from "./notification_refusals.ts";

/** Why a ballot was not counted, by the domain's reason. */
const NOT_COUNTED: Readonly<Record<string, (poll: string) => string>> = {
  poll_closed: (poll) => `${poll} had closed before your ballot arrived.`,
  round_ended: (poll) =>
    `The round of ${
      lower(poll)
    } you voted in had ended before your ballot arrived.`,
  not_a_voter: (poll) => `You have no vote in ${lower(poll)}.`,
  ballot_invalid: (poll) => `Your ballot does not fit ${lower(poll)}.`,
  reason_missing: () => "A block needs a reason.",
  session_closed: (poll) =>
    `The session of ${lower(poll)} had closed before your ballot arrived.`,
  poll_not_found: () => "The poll is no longer there for you.",
  session_not_found: () => "The session is no longer there for you.",
};

/** @param get Asks for the poll, whose question the message does not hold. */
export async function refusalWords(
  refused: Refused,
  get: typeof fetch = fetch,
): Promise<RefusalWords> {
  const { message, sent } = refused;
  const payload = isRecord(sent.payload) ? sent.payload : {};
  const input = isRecord(payload.input) ? payload.input : {};
  const sessionId = text(input.sessionId);
  const href = sessionPath(sessionId, "/inbox");
  if (payload.command === "cast_ballot") {
    const pollId = text(input.pollId) ?? "";
    return {
      title: "Your ballot was not counted",
      body: await whyNotCounted(refused, { sessionId, pollId, get }),
      href: `${href}?poll=${encodeURIComponent(pollId)}#poll`,
    };
  }
  const words = text(input.text) ?? text(payload.body);
  return {
    title: "Your message was not sent",
    body: words === undefined ? message : `${message}. You wrote: “${words}”`,
    href,
  };
}

async function whyNotCounted(
  { reason = "", message }: Refused,
  { sessionId = "", pollId, get }: {
    readonly sessionId?: string;
    readonly pollId: string;
    readonly get: typeof fetch;
  },
): Promise<string> {
  if (!Object.hasOwn(NOT_COUNTED, reason)) return `${message}.`;
  const question = await questionOf(sessionId, pollId, get);
  const poll = question === undefined ? "The poll" : `The poll “${question}”`;
  return NOT_COUNTED[reason](poll);
}

/** Undefined where it cannot be read: the reason counts more than the name. */
async function questionOf(
  sessionId: string,
  pollId: string,
  get: typeof fetch,
): Promise<string | undefined> {
  const path = [sessionId, "polls", pollId].map(encodeURIComponent).join("/");
  try {
    const response = await get(`/api/v1/sessions/${path}`);
    const answer: unknown = response.ok ? await response.json() : undefined;
    const poll = isRecord(answer) ? answer.poll : undefined;
    return isRecord(poll) ? text(poll.question) : undefined;
  } catch {
    return undefined;
  }
}

function lower(poll: string): string {
  return `the${poll.slice("The".length)}`;
}
