/** Live decisions over HTTP: the list, and one of them. Writing is by commands. */
import { z } from "zod";
import { decisionJson } from "../../domain/decisions/live/decision_json.ts";
import { scoresJson } from "../../domain/decisions/live/events.ts";
import type { Json } from "../../realtime/json.ts";
import type { DecisionReading, ReadDecision } from "../decision_reading.ts";
import { operation, type Route } from "./operation.ts";
import { Page, pageOf, refuseCursor } from "./paging.ts";
import { Position } from "./schemas.ts";
import { withIsoTimes } from "./times.ts";

const tag = "Decisions";

const Row = z.looseObject({
  decisionId: z.string(),
  sessionId: z.string().nullable(),
  title: z.string(),
  status: z.enum(["open", "closed"]),
});

/** What clients may rely on; the rest is described in docs/decisions.md. */
const Decision = z.looseObject({
  id: z.string(),
  status: z.enum(["open", "closed"]),
  title: z.string(),
  method: z.string(),
  alternatives: z.array(z.object({ id: z.string(), label: z.string() })),
  criteria: z.array(z.looseObject({ id: z.string(), weight: z.number() })),
  state: z.enum(["ready", "incomplete", "impossible"]),
  analysis: z.unknown(),
});

export function liveDecisionRoutes(reading: DecisionReading): Route[] {
  return [
    operation({
      method: "GET",
      path: "/api/v1/decisions",
      summary: "Lists the decisions one may see, newest first",
      tag,
      input: { query: Page.extend({ sessionId: z.string().optional() }) },
      answers: { 200: { description: "A page", schema: pageOf(Row) } },
      run: async ({ c, user, query }) => {
        const page = await reading.list(user, query).catch(refuseCursor);
        return c.json({ ...page, items: page.items.map(withIsoTimes) });
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/decisions/{decisionId}",
      summary: "Shows a decision with its analysis, and one's own scores",
      tag,
      input: { params: z.object({ decisionId: z.string() }) },
      answers: {
        200: {
          description: "The decision; what is still secret is null",
          schema: z.object({ decision: Decision, position: Position }),
        },
      },
      run: async ({ c, user, params: { decisionId } }) => {
        const found = await reading.read(user, decisionId);
        const { epoch, offset } = found.position;
        const position = { epoch, offset };
        return c.json({ decision: decisionInHttp(found), position });
      },
    }),
  ];
}

/** A decision as HTTP shows it to its reader; `mine` is theirs alone. */
export function decisionInHttp({ decision, own }: ReadDecision): Json {
  const mine = own && scoresJson(own);
  return withIsoTimes({ ...decisionJson(decision), mine });
}
