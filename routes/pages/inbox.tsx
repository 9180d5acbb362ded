/** What one was notified of, newest first; acknowledging works without scripts. */
import { Hono } from "hono";
import {
  InboxPreferences,
  unreadPreferences,
} from "../../islands/InboxPreferences.tsx";
import { count } from "../../islands/format.ts";
import { Icon } from "../../islands/icon.tsx";
import { NOTIFYING_TYPES } from "../../domain/inbox/notification.ts";
import type { User } from "../../realtime/user.ts";
import type { AppContext, Env } from "../env.ts";
import {
  type InboxPage,
  type InboxSummary,
  inboxSummary,
  readInbox,
} from "../inbox.ts";
import { type Fields, readFields, type Refused, refusedBy } from "./form.ts";
import { InboxList, type InboxPlace, Place } from "./InboxList.tsx";
import { Main } from "./layout.tsx";
import type { PageParts } from "./page_parts.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

const PER_PAGE = 25;

export function inboxPage(parts: PageParts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/inbox", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    return await show(c, parts, user, placeOf(c.req.query()));
  });
  app.post("/inbox", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const fields = await readFields(c);
    const place = placeOf(fields);
    const input = { items: itemsOf(fields) };
    try {
      await parts.commands.execute("record_notifications", input, { user });
      return c.redirect(addressOf(place), 303);
    } catch (error) {
      const refused = refusedBy(error);
      if (!refused) throw error;
      return await show(c, parts, user, place, refused);
    }
  });
  return app;
}

/** One notification, or everything up to where the form was made: not what came since. */
function itemsOf({ channel, offset, all = "" }: Fields) {
  if (channel !== undefined) {
    return [{ channel, offset: Number(offset), acknowledged: true }];
  }
  return all.split(" ").filter(Boolean).map((place) => {
    const at = place.lastIndexOf("#");
    return {
      channel: place.slice(0, at),
      offset: Number(place.slice(at + 1)),
      acknowledged: true,
      through: true,
    };
  });
}

function placeOf({ show, cursor }: Record<string, string>): InboxPlace {
  return {
    show: show === "unread" ? "unread" : "all",
    cursor: cursor ? cursor : undefined,
  };
}

function addressOf({ show, cursor }: InboxPlace): string {
  const query = new URLSearchParams();
  if (show === "unread") query.set("show", show);
  if (cursor !== undefined) query.set("cursor", cursor);
  return query.size > 0 ? `/inbox?${query}` : "/inbox";
}

async function show(
  c: AppContext,
  parts: PageParts,
  user: User,
  place: InboxPlace,
  refused?: Refused,
): Promise<Response> {
  const unreadOnly = place.show === "unread";
  const query = { limit: PER_PAGE, unreadOnly };
  const { cursor } = place;
  const [page, summary] = await Promise.all([
    readInbox(parts, user, { ...query, cursor }).catch((error: unknown) => {
      // A cursor of another time or hand: the list starts over instead of failing.
      if (!(error instanceof RangeError)) throw error;
      return readInbox(parts, user, query);
    }),
    inboxSummary(parts, user),
  ]);
  return renderPage(c, parts, {
    title: "Inbox",
    status: refused?.status ?? 200,
    islands: { InboxPreferences: {}, LivePart: {} },
    body: (
      <Inbox
        page={page}
        summary={summary}
        place={place}
        now={(parts.now ?? Date.now)()}
        live={parts.live ?? true}
        refused={refused}
      />
    ),
  });
}

function Inbox(
  { page, summary, place, now, live, refused }: {
    page: InboxPage;
    summary: InboxSummary;
    place: InboxPlace;
    now: number;
    live: boolean;
    refused?: Refused;
  },
) {
  const { items, nextCursor } = page;
  const later = place.cursor !== undefined;
  return (
    <Main>
      <div class="intro">
        <h1>Inbox</h1>
        <div class="end">
          {summary.unread > 0 && <All summary={summary} place={place} />}
        </div>
      </div>
      {refused && (
        <p class="notice bad" role="alert">
          <Icon name="warn" />
          {refused.message ?? "This form cannot be used any more."}
        </p>
      )}
      <div class="two">
        <div
          class="stack"
          id="inbox-part"
          data-island="LivePart"
          data-types={NOTIFYING_TYPES.join(" ")}
        >
          <section class="panel" aria-labelledby="list">
            <header>
              <h2 id="list">Newest first, times in UTC</h2>
              <Filter place={place} summary={summary} />
            </header>
            {items.length > 0
              ? <InboxList items={items} place={place} now={now} />
              : <Nothing place={place} goesOn={nextCursor !== null} />}
          </section>
          {(later || nextCursor !== null) && (
            <nav class="pager" aria-label="Pages of the inbox">
              {later && (
                <a
                  class="button"
                  href={addressOf({ ...place, cursor: undefined })}
                >
                  Newest
                </a>
              )}
              {nextCursor !== null && (
                <a
                  class="button"
                  rel="next"
                  href={addressOf({ ...place, cursor: nextCursor })}
                >
                  Older
                </a>
              )}
            </nav>
          )}
        </div>
        {live && (
          <section class="panel live-only" aria-labelledby="preferences">
            <header>
              <h2 id="preferences">On this device</h2>
            </header>
            <div class="pad" data-island="InboxPreferences">
              <InboxPreferences model={unreadPreferences()} />
            </div>
          </section>
        )}
      </div>
    </Main>
  );
}

function All(
  { summary, place }: { summary: InboxSummary; place: InboxPlace },
) {
  const all = summary.positions.filter(({ offset }) => offset > 0)
    .map(({ channel, offset }) => `${channel}#${offset}`);
  return (
    <form method="post" action="/inbox">
      <Place place={place} />
      <input type="hidden" name="all" value={all.join(" ")} />
      <button class="button" type="submit">Acknowledge all</button>
    </form>
  );
}

function Filter(
  { place, summary }: { place: InboxPlace; summary: InboxSummary },
) {
  const unread = summary.more ? `${summary.unread}+` : `${summary.unread}`;
  return (
    <nav class="segments end" aria-label="Show">
      <a
        href="/inbox"
        aria-current={place.show === "all" ? "true" : undefined}
      >
        All
      </a>
      <a
        href="/inbox?show=unread"
        aria-current={place.show === "unread" ? "true" : undefined}
      >
        Unread {unread}
      </a>
    </nav>
  );
}

function Nothing({ place, goesOn }: { place: InboxPlace; goesOn: boolean }) {
  if (goesOn) {
    return (
      <div class="empty">
        <h3>Nothing here yet</h3>
        <p>Older entries have not been looked at: go on to the next page.</p>
      </div>
    );
  }
  if (place.cursor !== undefined) {
    return (
      <div class="empty">
        <h3>Nothing older</h3>
        <p>This is the end of your inbox.</p>
      </div>
    );
  }
  if (place.show === "unread") {
    return (
      <div class="empty">
        <h3>All read</h3>
        <p>{count(0, "notification", "notifications")} wait for you.</p>
        <a class="button" href="/inbox">Show all</a>
      </div>
    );
  }
  return (
    <div class="empty">
      <h3>Nothing has happened yet</h3>
      <p>
        Messages to you, sessions you are added to, alerts and results appear
        here and stay, also while you are away.
      </p>
      <a class="button" href="/sessions">See the sessions</a>
    </div>
  );
}
