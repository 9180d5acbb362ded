/** What is told of kept rules, and of evaluations that are kept in a session. */
import { z } from "zod";
import type { RuleEventName } from "../../domain/rules/book/events.ts";
import { RISK_LEVELS } from "../../domain/rules/rule.ts";
import { RuleShape } from "../../domain/rules/rule_input.ts";
import { Anything, BY, event } from "./event_shapes.ts";

const RULE = { ruleId: z.string(), ...BY };

export const RULE_EVENTS = {
  rule_drafted: event("rule_drafted", { ...RULE, rule: RuleShape }),
  draft_discarded: event("draft_discarded", RULE),
  rule_published: event("rule_published", { ...RULE, rule: RuleShape }),
  rule_deactivated: event("rule_deactivated", {
    ...RULE,
    reason: z.string().nullable(),
  }),
  rule_activated: event("rule_activated", RULE),
  rules_evaluated: event("rules_evaluated", {
    ...BY,
    evaluationId: z.string(),
    title: z.string().nullable(),
    facts: z.record(z.string(), Anything),
    results: z.array(z.object({
      ruleId: z.string(),
      version: z.int(),
      result: z.enum(["PASS", "FAIL", "ERROR", "TIMEOUT", "SKIPPED"]),
      riskLevel: z.enum(RISK_LEVELS),
      score: z.number(),
      message: z.string().nullable(),
      trace: Anything,
    })),
    names: z.record(z.string(), z.string()),
    riskScore: z.number(),
    riskLevel: z.enum(RISK_LEVELS),
    recommendation: z.enum(["APPROVE", "REVIEW", "BLOCK"]),
  }),
} satisfies Record<RuleEventName, z.ZodObject>;
