/** Alerts to work through: the most urgent first, filtered by links, acted on by one form. */
import { Hono } from "hono";
import { hasRole } from "../../domain/access.ts";
import {
  alertChannel,
  ALERTS_CHANNEL,
} from "../../domain/alerts/alert_commands.ts";
import type { Alert } from "../../domain/alerts/alert.ts";
import { Refusal } from "../../domain/refusal.ts";
import { ISLAND } from "../../islands/AlertTriage.tsx";
import {
  addressOf,
  type AlertPageState,
  type Asked,
  type OpenedAlert,
} from "../../islands/alert_model.ts";
import { type AlertRow, packRow } from "../../islands/alert_row.ts";
import type { User } from "../../realtime/user.ts";
import { AlertReading } from "../alert_reading.ts";
import type { AlertBoard } from "../alert_board.ts";
import type { AppContext, Env } from "../env.ts";
import { alertSamplePage } from "./alert_sample.tsx";
import { actOn } from "./alert_forms.ts";
import { listAlerts } from "./alert_list.ts";
import { type AlertPlace, choiceOf, placeOf } from "./alert_place.ts";
import { changeViews } from "./alert_views.ts";
import { AlertsBody, PER_PAGE } from "./AlertsBody.tsx";
import { readFields, type Refused } from "./form.ts";
import type { PageParts } from "./page_parts.ts";
import { zoneOf } from "./reader_zone.ts";
import { renderPage } from "./render.tsx";
import { signedIn } from "./signed_in.ts";

/** Sessions among the rows whose channels the list follows. */
const MAX_SESSIONS = 20;

/** What was sent and could not be done as it was. */
interface SentBack {
  readonly status: 200 | Refused["status"];
  readonly message?: string;
  readonly asked?: Asked;
  readonly picked: readonly string[];
}

export function alertsPage(parts: PageParts, board: AlertBoard): Hono<Env> {
  const app = new Hono<Env>();
  app.route("/", alertSamplePage(parts));
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
  // Whoever goes back in their history to what the form answered begins with the list.
  app.get("/alerts/views", (c) => c.redirect("/alerts", 303));
  app.post("/alerts/views", async (c) => {
    const user = signedIn(c);
    if (user instanceof Response) return user;
    const fields = await readFields(c);
    const refused = await changeViews(parts, { user, fields });
    if (!refused) return c.redirect(addressOf(choiceOf(fields)), 303);
    const { status } = refused;
    const message = refused.message ?? Object.values(refused.fields)[0];
    return await show(c, parts, board, {
      user,
      place: placeOf(fields),
      sentBack: { status, message, picked: [] },
    });
  });
  return app;
}

async function show(
  c: AppContext,
  parts: PageParts,
  board: AlertBoard,
  { user, place, sentBack }: {
    readonly user: User;
    readonly place: AlertPlace;
    readonly sentBack?: SentBack;
  },
): Promise<Response> {
  const { page, open, isBare } = place;
  const reading = new AlertReading(parts);
  const views = await reading.views(user);
  const first = isBare ? views.find(({ isDefault }) => isDefault) : undefined;
  const choice = first?.choice ?? place.choice;
  const now = (parts.now ?? Date.now)();
  // Before the rows: what is written in between comes again, and nothing is missed.
  const head = await parts.log.head(ALERTS_CHANNEL);
  const asked = { user, choice, page, perPage: PER_PAGE, now };
  const list = await listAlerts(parts, board, asked);
  const opened = open === undefined
    ? undefined
    : await openedBy(reading, { user, alertId: open });
  const rows = withOpened(list.rows, opened?.alert);
  const sessionIds = new Set(rows.flatMap(({ sessionId }) => sessionId ?? []));
  const state: AlertPageState = {
    rows: rows.map(packRow),
    choice,
    page,
    opened: opened?.shown ?? null,
    picked: sentBack?.picked ?? [],
    asked: sentBack?.asked ?? null,
    reader: {
      userId: user.userId,
      name: user.name,
      // A session may give an observer a voice: what is not allowed is refused in words.
      mayAct: hasRole(user, "member") || sessionIds.size > 0,
      mayLead: hasRole(user, "facilitator"),
    },
    positions: [
      { channel: ALERTS_CHANNEL, epoch: head.epoch, offset: head.offset },
      ...await headsOf(parts, [...sessionIds].slice(0, MAX_SESSIONS)),
    ],
    now,
    zone: zoneOf(c),
    messageId: (parts.newId ?? (() => crypto.randomUUID()))(),
  };
  const message = sentBack?.message;
  return renderPage(c, parts, {
    title: "Alerts",
    status: sentBack?.status,
    islands: { [ISLAND]: state, LivePart: {} },
    body: (
      <AlertsBody list={list} state={state} views={views} message={message} />
    ),
  });
}

/** The alert that is opened, with what only an open row shows; undefined when there is none. */
async function openedBy(
  reading: AlertReading,
  { user, alertId }: { readonly user: User; readonly alertId: string },
): Promise<{ alert: Alert; shown: OpenedAlert } | undefined> {
  try {
    const { alert } = await reading.read(user, alertId);
    const { body, notes } = alert;
    // Only those who lead are told who has read it.
    const readers = await reading.readers(user, alertId).catch(unlessRefused);
    return { alert, shown: { alertId, body, notes, readers } };
  } catch (error) {
    return unlessRefused(error);
  }
}

function unlessRefused(error: unknown): undefined {
  if (!(error instanceof Refusal)) throw error;
}

function headsOf(
  { log }: Pick<PageParts, "log">,
  sessionIds: readonly string[],
) {
  return Promise.all(sessionIds.map(async (sessionId) => {
    const channel = alertChannel(sessionId);
    const { epoch, offset } = await log.head(channel);
    return { channel, epoch, offset };
  }));
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
