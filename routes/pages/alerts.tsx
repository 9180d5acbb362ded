/** Alerts to work through: the most urgent first, filtered by links, acted on by one form. */
import { Hono } from "hono";
import { hasRole } from "../../domain/access.ts";
import {
  alertChannel,
  ALERTS_CHANNEL,
} from "../../domain/alerts/alert_commands.ts";
import { ALERT_SEVERITIES } from "../../domain/alerts/events.ts";
import { AlertTriage, ISLAND } from "../../islands/AlertTriage.tsx";
import {
  addressOf,
  type AlertPageState,
  type Asked,
  createAlerts,
} from "../../islands/alert_model.ts";
import {
  type AlertChoice,
  type AlertRow,
  GROUPINGS,
  packRow,
  SHOWS,
} from "../../islands/alert_row.ts";
import { Badge } from "../../islands/components/Badge.tsx";
import { Banner } from "../../islands/components/Banner.tsx";
import { ButtonLink } from "../../islands/components/Button.tsx";
import { EmptyState } from "../../islands/components/EmptyState.tsx";
import { count } from "../../islands/format.ts";
import type { User } from "../../realtime/user.ts";
import { AlertReading } from "../alert_reading.ts";
import type { AlertBoard } from "../alert_board.ts";
import type { AppContext, Env } from "../env.ts";
import { actOn } from "./alert_forms.ts";
import { type AlertList, isSeverity, listAlerts } from "./alert_list.ts";
import { Main } from "./layout.tsx";
import type { PageParts } from "./page_parts.ts";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

const PER_PAGE = 50;

interface Place {
  readonly choice: AlertChoice;
  readonly page: number;
  readonly open: string | undefined;
}

/** What was sent and could not be done as it was. */
interface SentBack {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422 | 429 | 503;
  readonly message?: string;
  readonly asked?: Asked;
  readonly picked: readonly string[];
}

export function alertsPage(parts: PageParts, board: AlertBoard): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/alerts", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    return await show(c, parts, board, { user, place: placeOf(c.req.query()) });
  });
  app.post("/alerts", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const { place: sent, outcome } = await actOn(c, parts, user);
    const place = placeOf(sent);
    if (outcome.state === "done") {
      return c.redirect(addressOf(place.choice, place), 303);
    }
    const { picked } = outcome;
    const sentBack = outcome.state === "asks"
      ? { status: 200 as const, asked: outcome.asked, picked }
      : { status: outcome.status, message: outcome.message, picked };
    return await show(c, parts, board, { user, place, sentBack });
  });
  return app;
}

function placeOf(
  { show, severity = "", by, page = "", open = "" }: Record<string, string>,
): Place {
  return {
    choice: {
      show: SHOWS.find((one) => one === show) ?? "active",
      severity: isSeverity(severity) ? severity : undefined,
      by: GROUPINGS.find((one) => one === by),
    },
    page: /^[1-9]\d{0,3}$/.test(page) ? Number(page) : 1,
    open: /^[a-z0-9][A-Za-z0-9_-]{0,63}$/.test(open) ? open : undefined,
  };
}

async function show(
  c: AppContext,
  parts: PageParts,
  board: AlertBoard,
  { user, place, sentBack }: {
    readonly user: User;
    readonly place: Place;
    readonly sentBack?: SentBack;
  },
): Promise<Response> {
  const { choice, page, open } = place;
  // Before the rows: what is written in between comes again, and nothing is missed.
  const { epoch, offset } = await parts.log.head(ALERTS_CHANNEL);
  const list = await listAlerts(parts, board, {
    user,
    choice,
    page,
    perPage: PER_PAGE,
  });
  const reading = new AlertReading(parts);
  const opened = open === undefined
    ? undefined
    : await reading.read(user, open).catch(() => undefined);
  const rows = withOpened(list.rows, opened?.alert);
  const sessionIds = new Set(rows.flatMap(({ sessionId }) => sessionId ?? []));
  const positions = [{ channel: ALERTS_CHANNEL, epoch, offset }];
  for (const sessionId of [...sessionIds].slice(0, 20)) {
    const channel = alertChannel(sessionId);
    const head = await parts.log.head(channel);
    positions.push({ channel, epoch: head.epoch, offset: head.offset });
  }
  const state: AlertPageState = {
    rows: rows.map(packRow),
    choice,
    page,
    opened: opened
      ? {
        alertId: opened.alert.alertId,
        body: opened.alert.body,
        notes: opened.alert.notes,
      }
      : null,
    picked: sentBack?.picked ?? [],
    asked: sentBack?.asked ?? null,
    reader: {
      userId: user.userId,
      name: user.name,
      // A session may give an observer a voice: what is not allowed is refused in words.
      mayAct: hasRole(user, "member") || sessionIds.size > 0,
    },
    positions,
    now: (parts.now ?? Date.now)(),
    zone: zoneOf(c),
    messageId: (parts.newId ?? (() => crypto.randomUUID()))(),
  };
  return renderPage(c, parts, {
    title: "Alerts",
    status: sentBack?.status,
    islands: { [ISLAND]: state, LivePart: {} },
    body: <Alerts list={list} state={state} message={sentBack?.message} />,
  });
}

/** One that is asked for by its address is shown, whatever else the list shows. */
function withOpened(
  rows: readonly AlertRow[],
  alert: AlertRow & { readonly notes?: unknown } | undefined,
): readonly AlertRow[] {
  if (!alert || rows.some(({ alertId }) => alertId === alert.alertId)) {
    return rows;
  }
  const { notes: _, ...row } = alert;
  return [row, ...rows];
}

function Alerts(
  { list, state, message }: {
    readonly list: AlertList;
    readonly state: AlertPageState;
    readonly message: string | undefined;
  },
) {
  const { choice, page, messageId } = state;
  return (
    <Main>
      <div class="intro">
        <h1>Alerts</h1>
      </div>
      <div
        id="alert-filter"
        class="finder"
        data-island="LivePart"
        data-types="ALERT"
      >
        <Filters list={list} choice={choice} />
      </div>
      {message && <Banner kind="bad">{message}</Banner>}
      <section class="panel" aria-labelledby="alerts-title">
        <h2 id="alerts-title" class="visually-hidden">
          {WORDS[choice.show]}, the most urgent first
        </h2>
        {state.rows.length === 0 && <Nothing list={list} choice={choice} />}
        <form
          method="post"
          action="/alerts"
          class={state.rows.length === 0 ? "triage none" : "triage"}
        >
          <input type="hidden" name="messageId" value={messageId} />
          <input type="hidden" name="show" value={choice.show} />
          {choice.severity && (
            <input type="hidden" name="severity" value={choice.severity} />
          )}
          {choice.by && <input type="hidden" name="by" value={choice.by} />}
          {page > 1 && <input type="hidden" name="page" value={String(page)} />}
          {state.opened && (
            <input type="hidden" name="open" value={state.opened.alertId} />
          )}
          <div data-island={ISLAND}>
            <AlertTriage model={createAlerts(state)} />
          </div>
        </form>
        <footer class="foot">
          <span>
            {list.found > 0 && count(list.found, "alert", "alerts")}
          </span>
          <Pager list={list} state={state} />
        </footer>
      </section>
    </Main>
  );
}

const WORDS = {
  active: "Active",
  mine: "Mine",
  unassigned: "Unassigned",
  resolved: "Resolved",
} as const;

function Filters(
  { list: { counts, severities }, choice }: {
    readonly list: AlertList;
    readonly choice: AlertChoice;
  },
) {
  const total = Object.values(severities).reduce((sum, one) => sum + one, 0);
  return (
    <>
      <nav class="segments" aria-label="Show">
        {SHOWS.map((show) => (
          <a
            key={show}
            href={addressOf({ ...choice, show })}
            aria-current={choice.show === show ? "true" : undefined}
          >
            {WORDS[show]}
            {show !== "resolved" && ` ${counts[show]}`}
          </a>
        ))}
      </nav>
      <nav class="severities" aria-label="Severity">
        <a
          href={addressOf({ ...choice, severity: undefined })}
          aria-current={choice.severity === undefined ? "true" : undefined}
        >
          All {total}
        </a>
        {ALERT_SEVERITIES.filter((one) =>
          severities[one] > 0 || choice.severity === one
        ).map((severity) => (
          <a
            key={severity}
            href={addressOf({ ...choice, severity })}
            aria-current={choice.severity === severity ? "true" : undefined}
          >
            <Badge status={severity} /> {severities[severity]}
          </a>
        ))}
      </nav>
      <nav class="segments" aria-label="Group by">
        {([undefined, ...GROUPINGS] as const).map((by) => (
          <a
            key={by}
            href={addressOf({ ...choice, by })}
            aria-current={choice.by === by ? "true" : undefined}
          >
            {by === undefined ? "One list" : `By ${by}`}
          </a>
        ))}
      </nav>
    </>
  );
}

function Nothing(
  { list: { counts }, choice }: {
    readonly list: AlertList;
    readonly choice: AlertChoice;
  },
) {
  const isFiltered = choice.show !== "active" || choice.severity !== undefined;
  if (isFiltered && counts.active > 0) {
    return (
      <EmptyState
        title="No alert fits"
        text="None is in this state and of this severity just now."
        action={<ButtonLink href="/alerts">Show all active</ButtonLink>}
      />
    );
  }
  return (
    <EmptyState
      title="No alerts"
      text={
        <>
          Nothing asks for attention. Systems raise alerts over{" "}
          <code>POST /api/v1/alerts</code>{" "}
          or a signed webhook; they appear here at once.
        </>
      }
      action={choice.show !== "resolved" && (
        <ButtonLink href="/alerts?show=resolved">Show resolved</ButtonLink>
      )}
    />
  );
}

function Pager(
  { list, state }: {
    readonly list: AlertList;
    readonly state: AlertPageState;
  },
) {
  const { page, choice } = state;
  const last = Math.ceil(list.found / PER_PAGE);
  if (last <= 1 && page === 1) return null;
  return (
    <nav class="pager" aria-label="Pages of the list">
      {page > 1 && (
        <ButtonLink
          rel="prev"
          href={addressOf(choice, { page: page - 1 })}
        >
          Back
        </ButtonLink>
      )}
      {page < last && (
        <ButtonLink
          rel="next"
          href={addressOf(choice, { page: page + 1 })}
        >
          Further
        </ButtonLink>
      )}
    </nav>
  );
}
