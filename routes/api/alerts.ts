/** Alerts over HTTP: the list, and one of them. Writing is by commands. */
import { z } from "zod";
import { alertJson } from "../../domain/alerts/alert_json.ts";
import { ALERT_SEVERITIES } from "../../domain/alerts/events.ts";
import type { AlertReading } from "../alert_reading.ts";
import { operation, type Route } from "./operation.ts";
import { Page, pageOf, refuseCursor } from "./paging.ts";
import { Position } from "./schemas.ts";
import { withIsoTimes } from "./times.ts";

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
