/** What needs me: polls to vote in, alerts nobody has acknowledged, jobs under way, unread words, the open sessions I take part in, and what happened since I was here. */
import { Hono } from "hono";
import { hasRole } from "../../domain/access.ts";
import { ButtonLink } from "../../islands/components/Button.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { Panel } from "../../islands/components/Panel.tsx";
import { Time } from "../../islands/components/Time.tsx";
import { count, type Zone } from "../../islands/format.ts";
import type { AlertRow } from "../../islands/alert_row.ts";
import type { User } from "../../realtime/user.ts";
import type { Env } from "../env.ts";
import { type InboxItem, readInbox } from "../inbox.ts";
import type { ShownJob } from "../jobs/job_reading.ts";
import { waiting } from "./alert_list.ts";
import { type DemoOffer, DemoOfferPart, offerOf } from "./DemoOffer.tsx";
import { InboxList } from "./InboxList.tsx";
import { lastVisit } from "./last_visit.ts";
import { Main } from "./layout.tsx";
import type { PageParts } from "./page_parts.ts";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { type ListedSession, listSessions } from "../session_list.ts";
import { readSession } from "../session_sight.ts";
import { SessionTable } from "./SessionTable.tsx";
import { RunningJobs, runningJobs } from "./RunningJobs.tsx";
import { signedIn } from "./signed_in.ts";
import { WaitingAlerts } from "./WaitingAlerts.tsx";
import { type WantedPoll, wantedPolls } from "./wanted_polls.ts";
import { WantedPolls } from "./WantedPolls.tsx";

/** Sessions looked at for this page; older ones are in the list. */
const LOOKED_AT = 40;
const RECENT = 8;
/** Unread notifications shown here; the rest is in the inbox. */
const UNREAD_SHOWN = 3;

interface HomeProps {
  readonly mayOpen: boolean;
  readonly mine: readonly ListedSession[];
  /** Others one may see, last active first. */
  readonly recent: readonly ListedSession[];
  /** Those that close first in front. */
  readonly polls: readonly WantedPoll[];
  /** Not acknowledged by anybody: the reader's own in front, then the most urgent. */
  readonly alerts: readonly AlertRow[];
  /** The reader's own that have not ended, newest first. */
  readonly jobs: readonly ShownJob[];
  readonly unread: readonly InboxItem[];
  /** There are more unread ones than are shown. */
  readonly moreUnread: boolean;
  readonly offer: DemoOffer;
  readonly now: number;
  readonly zone: Zone;
  /** End of the visit before; undefined on the first. */
  readonly since: number | undefined;
}

export function homePage(parts: PageParts): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const [{ items }, inbox, polls, active, jobs, offer] = await Promise.all([
      listSessions(parts.log, user, { limit: LOOKED_AT }),
      readInbox(parts, user, { limit: UNREAD_SHOWN + 1, unreadOnly: true }),
      wantedPolls(parts, user),
      parts.alerts?.active() ?? [],
      runningJobs(parts.jobs, user),
      offerOf(parts.demoCase, user),
    ]);
    const mine = await withMe(parts, user, items);
    const now = (parts.now ?? Date.now)();
    const home: HomeProps = {
      mayOpen: hasRole(user, "facilitator"),
      mine,
      recent: items.filter((one) => !mine.includes(one)).slice(0, RECENT),
      polls,
      alerts: waiting(active, user.userId),
      jobs,
      unread: inbox.items.slice(0, UNREAD_SHOWN),
      moreUnread: inbox.items.length > UNREAD_SHOWN,
      offer,
      now,
      zone: zoneOf(c),
      since: lastVisit(c, user.userId, now),
    };
    return renderPage(c, parts, {
      title: "For you",
      islands: { LivePart: {}, ...(parts.jobs && { JobPart: {} }) },
      body: <Home {...home} />,
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
    const { state } = await readSession(commands, id);
    return state.status === "open" &&
      state.participants.some(({ userId, status }) =>
        userId === user.userId && status !== "left"
      );
  }));
  return open.filter((_, n) => mine[n]);
}

function Home(props: HomeProps) {
  const { mayOpen, mine, recent, polls, alerts, jobs } = props;
  const { unread, moreUnread } = props;
  const { offer, now, zone, since } = props;
  const times = { now, zone, since };
  return (
    <Main>
      <div class="intro">
        <h1>For you</h1>
        {mayOpen && (
          <div class="end">
            <ButtonLink kind="primary" href="/sessions#open">
              Open a session
            </ButtonLink>
          </div>
        )}
        <Facts {...props} />
      </div>
      <DemoOfferPart offer={offer} />
      <div
        id="wanted-part"
        data-island="LivePart"
        data-types="INBOX_UPDATE CONSENSUS_UPDATE"
      >
        <WantedPolls polls={polls} now={now} zone={zone} />
      </div>
      <div id="waiting-alerts" data-island="LivePart" data-types="ALERT">
        <WaitingAlerts rows={alerts} now={now} />
      </div>
      <div
        class="job-mine"
        data-island="JobPart"
        data-parts="running-jobs"
      >
        <div id="running-jobs">
          <RunningJobs jobs={jobs} />
        </div>
      </div>
      {unread.length > 0 && (
        <Panel
          id="unread"
          title="Unread"
          end={
            <a href="/inbox">{moreUnread ? "More in the inbox" : "Inbox"}</a>
          }
        >
          <InboxList
            items={unread}
            place={{ show: "unread", cursor: undefined }}
            now={now}
          />
        </Panel>
      )}
      <Panel id="mine" title="Open sessions with you">
        {mine.length > 0
          ? (
            <SessionTable
              items={mine}
              label="Open sessions you take part in"
              {...times}
            />
          )
          : <NothingOpen mayOpen={mayOpen} others={recent.length > 0} />}
      </Panel>
      {recent.length > 0 && (
        <Panel
          id="recent"
          title="Recent sessions"
          end={<a href="/sessions">All sessions</a>}
        >
          <SessionTable
            items={recent}
            label="Other sessions, last active first"
            {...times}
          />
        </Panel>
      )}
    </Main>
  );
}

/** In one row: what waits, and what has happened since. */
function Facts(
  { mine, recent, polls, unread, moreUnread, now, zone, since }: HomeProps,
) {
  const changed =
    [...mine, ...recent].filter(({ lastActivityAt }) =>
      lastActivityAt > (since ?? Infinity)
    ).length;
  return (
    <div class="facts">
      {polls.length > 0 && (
        <span>
          <b>{polls.length}</b>{" "}
          {polls.length === 1 ? "poll needs" : "polls need"} your vote
        </span>
      )}
      <span>
        <b>{moreUnread ? `${unread.length}+` : unread.length}</b> unread in your
        {" "}
        <a href="/inbox">inbox</a>
      </span>
      <span>
        <b>{mine.length}</b> open {mine.length === 1 ? "session" : "sessions"}
        {" "}
        with you
      </span>
      {since !== undefined && (
        <span>
          <b>
            {changed === 0
              ? "Nothing new"
              : count(changed, "session", "sessions")}
          </b>
          {changed === 0 ? " " : " with news "}
          since you were here <Time at={since} now={now} zone={zone} />
        </span>
      )}
    </div>
  );
}

function NothingOpen(
  { mayOpen, others }: { mayOpen: boolean; others: boolean },
) {
  return (
    <EmptyState
      title="Nothing waits for you"
      text={others
        ? "You take part in no open session. Join one below, or ask its facilitator to add you."
        : mayOpen
        ? "Open a session, add the people who decide, and everything said is kept in one record."
        : "Sessions appear here when a facilitator opens one for everyone or adds you to it."}
      action={mayOpen && !others && (
        <ButtonLink href="/sessions#open">Open the first session</ButtonLink>
      )}
    />
  );
}
