/** Sessions over HTTP: the list, one session, and how a session looks here. Writing is by commands. */
import { z } from "zod";
import { Refusal } from "../../domain/refusal.ts";
import { sessionJson } from "../../domain/sessions/commands.ts";
import type { Session } from "../../domain/sessions/session.ts";
import { isVisible } from "../../domain/sessions/voice.ts";
import type { Commands } from "../../realtime/commands.ts";
import type { Json } from "../../realtime/json.ts";
import type { ChannelPosition, Log } from "../../realtime/log/log.ts";
import { isJsonObject } from "../json_body.ts";
import type { PollReading } from "../poll_reading.ts";
import { listSessions } from "../session_list.ts";
import { readSession } from "../session_sight.ts";
import { operation, type Route } from "./operation.ts";
import { Page, pageOf, refuseCursor } from "./paging.ts";
import { pollInHttp, PollSchema } from "./polls.ts";
import { Position } from "./schemas.ts";
import { withIsoTimes } from "./times.ts";

const tag = "Sessions";

/** A row of the view, as far as access and the list need it. */
const Row = z.looseObject({
  id: z.string(),
  title: z.string(),
  status: z.enum(["open", "closed"]),
  open: z.boolean(),
  openedBy: z.string(),
  participants: z.array(z.object({
    userId: z.string(),
    role: z.enum(["observer", "member", "facilitator"]),
  })),
});

const SessionSchema = z.looseObject({
  id: z.string(),
  title: z.string(),
  status: z.enum(["open", "closed"]),
  open: z.boolean(),
  participants: z.array(z.looseObject({
    userId: z.string(),
    name: z.string(),
    role: z.string(),
    weight: z.number(),
    status: z.string(),
  })),
  activity: z.array(z.looseObject({ offset: z.int() })),
  polls: z.array(PollSchema),
});

export interface SessionParts {
  readonly commands: Pick<Commands, "state">;
  readonly log: Pick<Log, "query">;
  readonly polls: Pick<PollReading, "ofSession">;
  /** ms since 1970. @default Date.now */
  readonly now?: () => number;
}

export function sessionRoutes(
  { commands, log, polls, now = Date.now }: SessionParts,
): Route[] {
  return [
    operation({
      method: "GET",
      path: "/api/v1/sessions",
      summary: "Lists the sessions one may see, last active first",
      tag,
      input: { query: Page },
      answers: { 200: { description: "A page", schema: pageOf(Row) } },
      run: async ({ c, user, query }) => {
        const { items, nextCursor } = await listSessions(log, user, query)
          .catch(refuseCursor);
        const rows = items.map(({ data }) => withIsoTimes(data));
        return c.json({ items: rows, nextCursor });
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/sessions/{sessionId}",
      summary: "Shows a session with the position it was read at",
      tag,
      input: { params: z.object({ sessionId: z.string() }) },
      answers: {
        200: {
          description: "The session",
          schema: z.object({ session: SessionSchema, position: Position }),
        },
      },
      run: async ({ c, user, params: { sessionId } }) => {
        const { state, position } = await readSession(commands, sessionId);
        if (!isVisible(state, user)) throw new Refusal("session_not_found");
        const found = await polls.ofSession(user, state.id);
        const shown = found.map((one) => pollInHttp(one, now()));
        const { epoch, offset } = position;
        return c.json({
          session: inHttp(state, shown),
          position: { epoch, offset },
        });
      },
    }),
  ];
}

/** A command's result as HTTP shows it: a session in it looks as it does when it is read. */
export function presentResult(result: Json, { offset, hash }: Place): Json {
  const shown = withIsoTimes(result);
  if (!isJsonObject(shown)) return shown;
  // The entry itself is the receipt: where it stands, and the chain up to it.
  if (isJsonObject(shown.receipt)) {
    return { ...shown, receipt: { ...shown.receipt, offset, hash } };
  }
  // Just opened, it has none.
  return isJsonObject(shown.session)
    ? { ...shown, session: { ...shown.session, polls: [] } }
    : shown;
}

type Place = Pick<ChannelPosition, "offset" | "hash">;

/** Where a session, poll or decision that was just opened can be read. */
export function locateResult(result: Json): string | undefined {
  if (!isJsonObject(result)) return undefined;
  const { session, poll, decision, alert, job } = result;
  if (isJsonObject(job)) return `/api/v1/jobs/${job.id}`;
  if (isJsonObject(alert)) return `/api/v1/alerts/${alert.id}`;
  if (isJsonObject(decision)) return `/api/v1/decisions/${decision.id}`;
  if (isJsonObject(poll)) {
    return `/api/v1/sessions/${poll.sessionId}/polls/${poll.id}`;
  }
  return isJsonObject(session) ? `/api/v1/sessions/${session.id}` : undefined;
}

function inHttp(session: Session, polls: readonly Json[]): Json {
  const shown = withIsoTimes(sessionJson(session));
  return isJsonObject(shown) ? { ...shown, polls } : shown;
}
