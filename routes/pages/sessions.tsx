/** All sessions one may see, a page at a time, and opening a new one. */
import { Hono } from "hono";
import type { ComponentChild } from "preact";
import { hasRole } from "../../domain/access.ts";
import { Banner } from "../../islands/components/Banner.tsx";
import { Button, ButtonLink } from "../../islands/components/Button.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { described, Field } from "../../islands/components/Field.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import type { Zone } from "../../islands/format.ts";
import { isRecord } from "../../realtime/client/wire.ts";
import type { Json } from "../../realtime/json.ts";
import type { User } from "../../realtime/user.ts";
import type { AppContext, Env } from "../env.ts";
import { type DemoOffer, DemoOfferPart, offerOf } from "./DemoOffer.tsx";
import {
  type Fields,
  messageIdOf,
  readFields,
  type Refused,
  refusedBy,
} from "./form.ts";
import { Main } from "./layout.tsx";
import type { PageParts } from "./page_parts.ts";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { listSessions, type SessionPage } from "../session_list.ts";
import { SessionTable } from "./SessionTable.tsx";
import { signedIn } from "./signed_in.ts";

const PER_PAGE = 25;

export function sessionsPages(parts: PageParts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/sessions", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    return await show(c, parts, user, {});
  });
  app.post("/sessions", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const fields = await readFields(c);
    const { title = "", description = "", who } = fields;
    const input = {
      title,
      open: who !== "participants",
      ...(description.trim() === "" ? {} : { description }),
    };
    try {
      const { result } = await parts.commands.execute("open_session", input, {
        user,
        messageId: messageIdOf(fields),
      });
      return c.redirect(`/sessions/${openedId(result)}`, 303);
    } catch (error) {
      const refused = refusedBy(error);
      if (!refused) throw error;
      return await show(c, parts, user, fields, refused);
    }
  });
  return app;
}

function openedId(result: Json): string {
  const session = isRecord(result) ? result.session : undefined;
  const id = isRecord(session) ? session.id : undefined;
  return typeof id === "string" ? id : "";
}

async function show(
  c: AppContext,
  parts: PageParts,
  user: User,
  fields: Fields,
  refused?: Refused,
): Promise<Response> {
  const cursor = c.req.query("cursor");
  const page = await listSessions(parts.log, user, { limit: PER_PAGE, cursor })
    .catch((error: unknown) => {
      // A cursor of another time or hand: the list starts over instead of failing.
      if (!(error instanceof RangeError)) throw error;
      return listSessions(parts.log, user, { limit: PER_PAGE });
    });
  const offer = page.items.length > 0
    ? undefined
    : await offerOf(parts.demoCase, user);
  const now = (parts.now ?? Date.now)();
  const formId = (parts.newId ?? (() => crypto.randomUUID()))();
  return renderPage(c, parts, {
    title: "Sessions",
    status: refused?.status ?? 200,
    body: (
      <Sessions
        page={page}
        later={cursor !== undefined}
        offer={offer}
        now={now}
        zone={zoneOf(c)}
        form={hasRole(user, "facilitator")
          ? <OpenForm fields={fields} refused={refused} formId={formId} />
          : <WhoOpens />}
      />
    ),
  });
}

function Sessions(
  { page, later, offer, now, zone, form }: {
    page: SessionPage;
    later: boolean;
    offer: DemoOffer;
    now: number;
    zone: Zone;
    form: ComponentChild;
  },
) {
  const { items, nextCursor } = page;
  return (
    <Main>
      <div class="intro">
        <h1>Sessions</h1>
      </div>
      <div class="two">
        <div class="stack">
          <DemoOfferPart offer={offer} />
          <Panel id="list" title="Last active first">
            {items.length > 0
              ? (
                <SessionTable
                  items={items}
                  now={now}
                  zone={zone}
                  label="Sessions you may see"
                />
              )
              : <NoSessions later={later} />}
          </Panel>
          {(later || nextCursor !== null) && (
            <nav class="pager" aria-label="Pages of the list">
              {later && <ButtonLink href="/sessions">Newest</ButtonLink>}
              {nextCursor !== null && (
                <ButtonLink
                  rel="next"
                  href={`/sessions?cursor=${encodeURIComponent(nextCursor)}`}
                >
                  Older
                </ButtonLink>
              )}
            </nav>
          )}
        </div>
        {form}
      </div>
    </Main>
  );
}

function NoSessions({ later }: { later: boolean }) {
  return (
    <EmptyState
      title={later ? "Nothing older" : "No sessions yet"}
      text={later
        ? "This is the end of the list."
        : "A session is one question and the people who decide it. It appears here as soon as one is opened that you may see."}
    />
  );
}

function WhoOpens() {
  return (
    <Panel id="open" title="Open a session">
      <div class="pad">
        <p class="muted">
          Facilitators open sessions. Ask one, or sign in with that role in the
          demo.
        </p>
      </div>
    </Panel>
  );
}

function OpenForm(
  { fields, refused, formId }: {
    fields: Fields;
    refused?: Refused;
    formId: string;
  },
) {
  const { title = "", description = "", who = "everyone" } = fields;
  const wrong = refused?.fields ?? {};
  return (
    <Panel id="open" title="Open a session">
      <form method="post" action="/sessions" class="pad form">
        <input type="hidden" name="messageId" value={`${formId}.open`} />
        {refused?.message && <Banner kind="bad">{refused.message}</Banner>}
        <Field id="title" label="What is to be decided" wrong={wrong.title}>
          <input
            id="title"
            name="title"
            class="input"
            value={title}
            required
            maxLength={200}
            autocomplete="off"
            placeholder="Onboard payment vendor KX-14?"
            {...described("title", { wrong: wrong.title })}
          />
        </Field>
        <Field
          id="description"
          label="What people should know first"
          wrong={wrong.description}
          hint="Optional."
        >
          <textarea
            id="description"
            name="description"
            class="input"
            rows={3}
            maxLength={4000}
            {...described("description", {
              hint: true,
              wrong: wrong.description,
            })}
          >
            {description}
          </textarea>
        </Field>
        <fieldset class="field">
          <legend>Who sees it</legend>
          <div class="choices">
            <label>
              <input
                type="radio"
                name="who"
                value="everyone"
                checked={who !== "participants"}
              />
              <span>
                Everyone signed in<small>Anyone can look in and join.</small>
              </span>
            </label>
            <label>
              <input
                type="radio"
                name="who"
                value="participants"
                checked={who === "participants"}
              />
              <span>
                Participants only<small>You add people once it is open.</small>
              </span>
            </label>
          </div>
        </fieldset>
        <Button kind="primary" type="submit">Open session</Button>
      </form>
    </Panel>
  );
}
