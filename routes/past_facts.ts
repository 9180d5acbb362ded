/** The facts that sessions were evaluated on: read back from the log, only where the reader may look. */
import { z } from "zod";
import { may } from "../domain/access.ts";
import { RULE_EVALUATION_RESULT } from "../domain/rules/book/events.ts";
import type { FactsRecord } from "../domain/rules/read_facts.ts";
import { sessionChannel } from "../domain/sessions/session.ts";
import { SESSIONS_VIEW } from "../domain/sessions/view.ts";
import type { Log } from "../realtime/log/log.ts";
import type { User } from "../realtime/user.ts";
import { decodeJson, isJsonObject } from "./json_body.ts";

/** Bounds of one reading: it runs beside everything else that reads the log. */
const MAX_SESSIONS = 200;
const MAX_ENTRIES = 50_000;
const MAX_PAST_FACTS = 5_000;
const PAGE = 500;

/** As much of a session's row as `may` asks for. */
const Access = z.object({
  open: z.boolean(),
  openedBy: z.string(),
  participants: z.array(z.object({
    userId: z.string(),
    role: z.enum(["observer", "member", "facilitator"]),
  })),
});

export interface PastFact {
  readonly facts: FactsRecord;
  readonly sessionId: string;
  readonly offset: number;
  /** Ms since 1970. */
  readonly at: number;
}

export interface PastFacts {
  readonly items: readonly PastFact[];
  readonly sessions: number;
  /** There was more than one reading takes. */
  readonly truncated: boolean;
}

/** Facts of evaluations at or after `since` (ms since 1970), the last active session first. */
export async function readPastFacts(
  log: Pick<Log, "query" | "read">,
  user: User,
  { since, signal }: { readonly since: number; readonly signal: AbortSignal },
): Promise<PastFacts> {
  const items: PastFact[] = [];
  let [sessions, entriesLeft, truncated] = [0, MAX_ENTRIES, false];
  for await (const sessionId of sessionsFor(log, user)) {
    if (sessions === MAX_SESSIONS || entriesLeft <= 0) {
      truncated = true;
      break;
    }
    sessions++;
    const channel = sessionChannel(sessionId);
    for (let after = 0; entriesLeft > 0;) {
      signal.throwIfAborted();
      const entries = await log.read(channel, after, PAGE);
      entriesLeft -= entries.length;
      for (const { at, offset, type, bodyText } of entries) {
        if (at < since || type !== RULE_EVALUATION_RESULT) continue;
        const facts = factsIn(bodyText);
        if (facts !== undefined) items.push({ facts, sessionId, offset, at });
      }
      if (entries.length < PAGE) break;
      after = entries[entries.length - 1].offset;
    }
    if (items.length > MAX_PAST_FACTS) break;
  }
  truncated ||= entriesLeft <= 0 || items.length > MAX_PAST_FACTS;
  return { items: items.slice(0, MAX_PAST_FACTS), sessions, truncated };
}

/** An evaluation does not move a session in its list, so the list cannot be cut at a time. */
async function* sessionsFor(
  log: Pick<Log, "query">,
  user: User,
): AsyncGenerator<string> {
  let cursor: string | undefined;
  do {
    const { rows, nextCursor } = await log.query(SESSIONS_VIEW, {
      descending: true,
      limit: PAGE,
      cursor,
    });
    for (const { key, data } of rows) {
      const { data: session } = Access.safeParse(data);
      if (session && may(user, "read", { kind: "session", session })) yield key;
    }
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}

function factsIn(bodyText: string | null): FactsRecord | undefined {
  const body = bodyText === null ? undefined : decodeJson(bodyText);
  if (!isJsonObject(body) || body.event !== "rules_evaluated") return undefined;
  return isJsonObject(body.facts) ? body.facts : undefined;
}
