/** Alerts over HTTP: the list, and one of them. Writing is by commands. */
import { z } from "zod";
import { GROUPINGS, PERIODS, SHOWS } from "../../domain/alerts/alert_choice.ts";
import { alertJson } from "../../domain/alerts/alert_json.ts";
import { ALERT_SEVERITIES } from "../../domain/alerts/events.ts";
import { viewJson } from "../../domain/alerts/saved_views.ts";
import { OUTCOMES } from "../../domain/learning/events.ts";
import type { AlertReading } from "../alert_reading.ts";
import { operation, type Route } from "./operation.ts";
import { Page, pageOf, refuseCursor } from "./paging.ts";
import { Position } from "./schemas.ts";
import { isoTime, withIsoTimes } from "./times.ts";

const tag = "Alerts";

const STATUSES = ["open", "acknowledged", "snoozed", "resolved"] as const;

const AlertSchema = z.looseObject({
  id: z.string(),
  status: z.enum(STATUSES),
  severity: z.enum(ALERT_SEVERITIES),
  title: z.string(),
  count: z.int(),
  sessionId: z.string().nullable(),
});

const Filter = Page.extend({
  status: z.enum(["active", ...STATUSES]).optional().meta({
    description: "active: all but resolved",
  }),
  severity: z.enum(ALERT_SEVERITIES).optional(),
  assignee: z.string().optional(),
  sessionId: z.string().optional(),
  since: z.union([
    z.string().regex(/^\d{1,16}$/).transform(Number),
    z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  ]).optional().meta({
    description: "Only what happened then or later: ISO 8601, or ms since 1970",
  }),
});

const Time = z.iso.datetime().nullable();

const Reader = z.object({
  userId: z.string(),
  name: z.string(),
  delivered: Time,
  shown: Time,
  acknowledged: Time.meta({ description: "Acting on the alert is, too" }),
});

const Sampled = z.object({
  alert: AlertSchema,
  reviews: z.array(z.object({
    userId: z.string(),
    name: z.string(),
    outcome: z.enum(OUTCOMES).meta({
      description: "correct: dismissing it was right",
    }),
    at: z.iso.datetime(),
  })),
});

const View = z.object({
  id: z.string(),
  viewId: z.string(),
  name: z.string(),
  choice: z.object({
    show: z.enum(SHOWS),
    severities: z.array(z.enum(ALERT_SEVERITIES)),
    since: z.enum(PERIODS).optional(),
    by: z.enum(GROUPINGS).optional(),
  }),
  isDefault: z.boolean(),
});

export function alertRoutes(reading: AlertReading): Route[] {
  return [
    operation({
      method: "GET",
      path: "/api/v1/alerts",
      summary: "Lists the alerts one may see, last raised first",
      tag,
      input: { query: Filter },
      answers: { 200: { description: "A page", schema: pageOf(AlertSchema) } },
      run: async ({ c, user, query }) => {
        const page = await reading.list(user, query).catch(refuseCursor);
        return c.json({ ...page, items: page.items.map(shown) });
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/alerts/sample",
      summary:
        "Lists the 5 % of dismissed alerts that are reviewed, last dismissed first",
      tag,
      input: { query: Page },
      answers: { 200: { description: "A page", schema: pageOf(Sampled) } },
      run: async ({ c, user, query }) => {
        const { items, nextCursor } = await reading.sample(user, query)
          .catch(refuseCursor);
        return c.json({
          items: items.map(({ alert, reviews }) => ({
            alert: shown(alertJson({ ...alert, notes: [] })),
            reviews: reviews.map((one) => ({ ...one, at: isoTime(one.at) })),
          })),
          nextCursor,
        });
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/alerts/views",
      summary: "Lists the views of the list of alerts that one has saved",
      tag,
      input: {},
      answers: {
        200: {
          description: "The views, in the order they were saved in",
          schema: z.object({ views: z.array(View) }),
        },
      },
      run: async ({ c, user }) =>
        c.json({ views: (await reading.views(user)).map(viewJson) }),
    }),
    operation({
      method: "GET",
      path: "/api/v1/alerts/{alertId}/readers",
      summary:
        "Shows who was delivered, shown and has acknowledged an alert, to those who lead",
      tag,
      input: { params: z.object({ alertId: z.string() }) },
      answers: {
        200: {
          description:
            "Those whose inbox has reported it or who acted on it, since it was last raised anew; there is no list of who should have read it",
          schema: z.object({ items: z.array(Reader) }),
        },
      },
      run: async ({ c, user, params: { alertId } }) => {
        const readers = await reading.readers(user, alertId);
        return c.json({
          items: readers.map(({ delivered, shown, acknowledged, ...who }) => ({
            ...who,
            delivered: timeOf(delivered),
            shown: timeOf(shown),
            acknowledged: timeOf(acknowledged),
          })),
        });
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/alerts/{alertId}",
      summary: "Shows an alert: who looks after it, since when, and its notes",
      tag,
      input: { params: z.object({ alertId: z.string() }) },
      answers: {
        200: {
          description: "The alert",
          schema: z.object({ alert: AlertSchema, position: Position }),
        },
      },
      run: async ({ c, user, params: { alertId } }) => {
        const { alert, position } = await reading.read(user, alertId);
        const { epoch, offset } = position;
        return c.json({
          alert: shown(alertJson(alert)),
          position: { epoch, offset },
        });
      },
    }),
  ];
}

const shown = withIsoTimes;

function timeOf(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}
