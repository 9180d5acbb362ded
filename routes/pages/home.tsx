/** What needs me: the open sessions I take part in, and what happened lately. */
import { Hono } from "hono";
import { hasRole } from "../../domain/access.ts";
import { sessions } from "../../domain/sessions/commands.ts";
import { sessionChannel } from "../../domain/sessions/session.ts";
import { SESSION_SUBJECT } from "../../domain/sessions/view.ts";
import type { User } from "../../realtime/user.ts";
import type { Env } from "../env.ts";
import { Main } from "./layout.tsx";
import type { PageParts } from "./page_parts.ts";
import { renderPage } from "./render.tsx";
import { type ListedSession, listSessions } from "./session_list.ts";
import { SessionTable } from "./SessionTable.tsx";
import { signedIn } from "./signed_in.ts";

/** Sessions looked at for this page; older ones are in the list. */
const LOOKED_AT = 40;
const RECENT = 8;

export function homePage(parts: PageParts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const { items } = await listSessions(parts.log, user, { limit: LOOKED_AT });
    const mine = await withMe(parts, user, items);
    const recent = items.filter((one) => !mine.includes(one)).slice(0, RECENT);
    const now = (parts.now ?? Date.now)();
    return renderPage(c, parts, {
      title: "For you",
      body: <Home user={user} mine={mine} recent={recent} now={now} />,
    });
  });
  return app;
}

/** The open ones the user takes part in now. */
async function withMe(
  { commands }: PageParts,
  user: User,
  items: readonly ListedSession[],
): Promise<readonly ListedSession[]> {
  const open = items.filter(({ status }) => status === "open");
  const mine = await Promise.all(open.map(async ({ id }) => {
    const { state } = await commands.state(
      sessions,
      sessionChannel(id),
      SESSION_SUBJECT,
    );
    return state.status === "open" &&
      state.participants.some(({ userId, status }) =>
        userId === user.userId && status !== "left"
      );
  }));
  return open.filter((_, n) => mine[n]);
}

function Home(
  { user, mine, recent, now }: {
    user: User;
    mine: readonly ListedSession[];
    recent: readonly ListedSession[];
    now: number;
  },
) {
  const mayOpen = hasRole(user, "facilitator");
  return (
    <Main>
      <div class="intro">
        <h1>For you</h1>
        {mayOpen && (
          <div class="end">
            <a class="button primary" href="/sessions#open">Open a session</a>
          </div>
        )}
      </div>
      <section class="panel" aria-labelledby="mine">
        <header>
          <h2 id="mine">Open sessions with you</h2>
          <span class="end">times in UTC</span>
        </header>
        {mine.length > 0
          ? (
            <SessionTable
              items={mine}
              now={now}
              label="Open sessions you take part in"
            />
          )
          : <NothingOpen mayOpen={mayOpen} others={recent.length > 0} />}
      </section>
      {recent.length > 0 && (
        <section class="panel" aria-labelledby="recent">
          <header>
            <h2 id="recent">Recent sessions</h2>
            <span class="end">
              <a href="/sessions">All sessions</a>
            </span>
          </header>
          <SessionTable
            items={recent}
            now={now}
            label="Other sessions, last active first"
          />
        </section>
      )}
    </Main>
  );
}

function NothingOpen(
  { mayOpen, others }: { mayOpen: boolean; others: boolean },
) {
  return (
    <div class="empty">
      <h3>Nothing waits for you</h3>
      <p>
        {others
          ? "You take part in no open session. Join one below, or ask its facilitator to add you."
          : mayOpen
          ? "Open a session, add the people who decide, and everything said is kept in one record."
          : "Sessions appear here when a facilitator opens one for everyone or adds you to it."}
      </p>
      {mayOpen && !others && (
        <a class="button" href="/sessions#open">Open the first session</a>
      )}
    </div>
  );
}
