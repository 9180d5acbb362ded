/** The forms of polls: opening one, casting, closing, cancelling, recusing; all work without scripts. */
import { Hono } from "hono";
import { Refusal } from "../../domain/refusal.ts";
import { leads } from "../../domain/sessions/decide.ts";
import { ballotFrom, missingIn } from "../../islands/poll_fields.ts";
import type { User } from "../../realtime/user.ts";
import type { AppContext, Env } from "../env.ts";
import { PollReading } from "../poll_reading.ts";
import { seenSession } from "../session_sight.ts";
import {
  type Fields,
  messageIdOf,
  readFields,
  type Refused,
  refusedBy,
} from "./form.ts";
import type { PageParts } from "./page_parts.ts";
import { PollCompose } from "./poll_compose.tsx";
import { PollQuestion } from "./poll_question.tsx";
import { atFields, readPollForm } from "./poll_fields.ts";
import { notFoundPage } from "./problems.tsx";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { showRoom } from "./session.tsx";
import { signedIn } from "./signed_in.ts";

export function pollForms(parts: PageParts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/sessions/:sessionId/polls/new", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    return await showForm(c, parts, user, {});
  });
  app.post("/sessions/:sessionId/polls", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    return await open(c, parts, user, await readFields(c));
  });
  app.post("/sessions/:sessionId/polls/:pollId/ballots", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    return await cast(c, parts, user, await readFields(c));
  });
  for (const action of ["cancel", "recusal"] as const) {
    app.get(`/sessions/:sessionId/polls/:pollId/${action}`, async (c) => {
      const user = signedIn(c);
      if (user instanceof Response) return user;
      return await ask(c, parts, { user, action });
    });
  }
  for (const [path, command] of LEADING) {
    app.post(`/sessions/:sessionId/polls/:pollId/${path}`, async (c) => {
      const user = signedIn(c);
      if (user instanceof Response) return user;
      return await lead(c, parts, { user, command });
    });
  }
  return app;
}

const LEADING = [
  ["close", "close_poll"],
  ["cancel", "cancel_poll"],
  ["recusal", "recuse"],
] as const;

async function open(
  c: AppContext,
  parts: PageParts,
  user: User,
  fields: Fields,
): Promise<Response> {
  const sessionId = c.req.param("sessionId") ?? "";
  const now = (parts.now ?? Date.now)();
  const zone = zoneOf(c);
  const { input, wrong } = readPollForm(fields, { sessionId, zone, now });
  if (Object.keys(wrong).length > 0) {
    const refused = { status: 422, fields: wrong } as const;
    return await showForm(c, parts, user, fields, refused);
  }
  try {
    await parts.commands.execute("open_poll", input, {
      user,
      messageId: messageIdOf(fields),
    });
    return c.redirect(`/sessions/${sessionId}`, 303);
  } catch (error) {
    const refused = refusedBy(error);
    if (!refused) throw error;
    return await showForm(c, parts, user, fields, {
      ...refused,
      fields: atFields(refused.fields),
    });
  }
}

async function showForm(
  c: AppContext,
  parts: PageParts,
  user: User,
  fields: Fields,
  refused?: Refused,
): Promise<Response> {
  const session = await seenSession(
    parts.commands,
    user,
    c.req.param("sessionId") ?? "",
  );
  if (!session) return notFoundPage(c, parts, "session");
  // What nobody could send is not offered: the error page says who may.
  if (!leads(session, user)) throw new Refusal("not_allowed");
  if (session.status === "closed") throw new Refusal("session_closed");
  return renderPage(c, parts, {
    title: "Open a poll",
    status: refused?.status ?? 200,
    body: (
      <PollCompose
        session={session}
        fields={fields}
        refused={refused}
        formId={(parts.newId ?? (() => crypto.randomUUID()))()}
        zone={zoneOf(c)}
      />
    ),
  });
}

async function cast(
  c: AppContext,
  parts: PageParts,
  user: User,
  fields: Fields,
): Promise<Response> {
  const { sessionId, pollId } = namesIn(c);
  const back = async (refused: Refused) =>
    await showRoom(c, parts, user, {
      sessionId,
      pollId,
      refused,
      mistake: { ...refused, form: "ballot", input: fields },
    });
  try {
    const reading = new PollReading(parts);
    const { poll } = await reading.read(user, sessionId, pollId);
    const ballot = ballotFrom(fields, poll);
    const missing = missingIn(ballot, poll);
    if (Object.keys(missing).length > 0) {
      return await back({ status: 422, fields: missing });
    }
    const round = Number(fields.round);
    await parts.commands.execute("cast_ballot", {
      sessionId,
      pollId,
      ...(round > 0 && { round }),
      ...ballot,
    }, { user, messageId: messageIdOf(fields) });
    return c.redirect(`/sessions/${sessionId}?poll=${pollId}#poll`, 303);
  } catch (error) {
    const refused = refusedBy(error);
    if (!refused) throw error;
    return await back({ ...refused, fields: atFields(refused.fields) });
  }
}

/** The question before what cannot be undone. */
async function ask(
  c: AppContext,
  parts: PageParts,
  { user, action }: {
    readonly user: User;
    readonly action: "cancel" | "recusal";
  },
): Promise<Response> {
  const { sessionId, pollId } = namesIn(c);
  const { poll, own } = await new PollReading(parts)
    .read(user, sessionId, pollId);
  return renderPage(c, parts, {
    title: action === "cancel" ? "Cancel this poll?" : "Recuse yourself?",
    body: (
      <PollQuestion
        poll={poll}
        action={action}
        voted={own !== null}
        formId={(parts.newId ?? (() => crypto.randomUUID()))()}
      />
    ),
  });
}

async function lead(
  c: AppContext,
  parts: PageParts,
  { user, command }: {
    readonly user: User;
    readonly command: typeof LEADING[number][1];
  },
): Promise<Response> {
  const { sessionId, pollId } = namesIn(c);
  const fields = await readFields(c);
  const final = command === "close_poll" && fields.final ? { final: true } : {};
  try {
    await parts.commands.execute(command, { sessionId, pollId, ...final }, {
      user,
      messageId: messageIdOf(fields),
    });
    return c.redirect(`/sessions/${sessionId}?poll=${pollId}#poll`, 303);
  } catch (error) {
    const refused = refusedBy(error);
    if (!refused) throw error;
    return await showRoom(c, parts, user, {
      sessionId,
      pollId,
      refused,
      mistake: { ...refused, form: "poll", input: fields },
    });
  }
}

function namesIn(c: AppContext) {
  return {
    sessionId: c.req.param("sessionId") ?? "",
    pollId: c.req.param("pollId") ?? "",
  };
}
