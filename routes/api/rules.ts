/** Rules over HTTP: the list, and one with its draft and history. Writing is by commands. */
import { z } from "zod";
import type { Area } from "../../domain/decider.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { RuleState } from "../../domain/rules/book/kept_rule.ts";
import {
  RULES_CHANNEL,
  ruleSubject,
} from "../../domain/rules/book/rule_commands.ts";
import { keptRuleJson } from "../../domain/rules/book/rule_json.ts";
import { RULES_VIEW } from "../../domain/rules/book/view.ts";
import { RISK_LEVELS } from "../../domain/rules/rule.ts";
import type { Commands } from "../../realtime/commands.ts";
import type { Json } from "../../realtime/json.ts";
import type { Log } from "../../realtime/log/log.ts";
import { isJsonObject } from "../json_body.ts";
import { operation, type Route } from "./operation.ts";
import { Page, pageOf, refuseCursor } from "./paging.ts";
import { Position } from "./schemas.ts";
import { withIsoTimes } from "./times.ts";

const tag = "Rules";

const STATUSES = ["draft", "active", "inactive"] as const;

const Row = z.looseObject({
  ruleId: z.string(),
  name: z.string(),
  status: z.enum(STATUSES),
  version: z.int().nullable(),
  riskLevel: z.enum(RISK_LEVELS),
});

const Rule = z.looseObject({
  id: z.string(),
  name: z.string(),
  when: z.string(),
  status: z.enum(STATUSES),
  version: z.int().nullable(),
  draft: z.unknown(),
  versions: z.array(z.looseObject({ version: z.int() })),
});

export interface RuleParts {
  readonly commands: Pick<Commands, "state">;
  readonly log: Pick<Log, "query">;
  readonly area: Area<RuleState, never>;
}

export function ruleRoutes({ commands, log, area }: RuleParts): Route[] {
  return [
    operation({
      method: "GET",
      path: "/api/v1/rules",
      summary: "Lists the rules, last changed first",
      tag,
      input: {
        query: Page.extend({ status: z.enum(STATUSES).optional() }),
      },
      answers: { 200: { description: "A page", schema: pageOf(Row) } },
      run: async ({ c, query: { limit, cursor, status } }) => {
        const { rows, nextCursor } = await log.query(RULES_VIEW, {
          descending: true,
          limit,
          cursor,
        }).catch(refuseCursor);
        const items = rows.map(({ data }) => data)
          .filter((data) => status === undefined || statusOf(data) === status)
          .map(withIsoTimes);
        return c.json({ items, nextCursor });
      },
    }),
    operation({
      method: "GET",
      path: "/api/v1/rules/{ruleId}",
      summary: "Shows a rule with its draft and every published version",
      tag,
      input: { params: z.object({ ruleId: z.string() }) },
      answers: {
        200: {
          description: "The rule",
          schema: z.object({ rule: Rule, position: Position }),
        },
      },
      run: async ({ c, params: { ruleId } }) => {
        const { state, position: { epoch, offset } } = await commands.state(
          area,
          RULES_CHANNEL,
          ruleSubject(ruleId),
        );
        if (state.status === "none") throw new Refusal("rule_not_found");
        const rule = withIsoTimes(keptRuleJson(state));
        return c.json({ rule, position: { epoch, offset } });
      },
    }),
  ];
}

function statusOf(data: Json): Json {
  return isJsonObject(data) ? data.status : null;
}
