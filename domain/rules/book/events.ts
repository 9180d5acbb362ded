/** What happens to a rule from draft to publication, as stored: version 1 of every body. */
import type { DomainEvent, Json } from "../../decider.ts";
import type { Rule } from "../rule.ts";

/** Message type all of them travel as. */
export const RULE_EVALUATION_RESULT = "RULE_EVALUATION_RESULT";

export type RuleEventName =
  | "rule_drafted"
  | "draft_discarded"
  | "rule_published"
  | "rule_deactivated"
  | "rule_activated"
  | "rules_evaluated";

interface Person {
  readonly userId: string;
  readonly name: string;
}

export function ruleDrafted(rule: Rule, by: Person): DomainEvent {
  return happened("rule_drafted", rule.id, by, { rule: ruleJson(rule) });
}

export function draftDiscarded(ruleId: string, by: Person): DomainEvent {
  return happened("draft_discarded", ruleId, by, {});
}

export function rulePublished(rule: Rule, by: Person): DomainEvent {
  return happened("rule_published", rule.id, by, { rule: ruleJson(rule) });
}

export function ruleDeactivated(
  ruleId: string,
  reason: string | null,
  by: Person,
): DomainEvent {
  return happened("rule_deactivated", ruleId, by, { reason });
}

export function ruleActivated(ruleId: string, by: Person): DomainEvent {
  return happened("rule_activated", ruleId, by, {});
}

/** A rule as JSON: only what its author gave, nothing undefined. */
export function ruleJson(rule: Rule): { readonly [key: string]: Json } {
  const given = Object.entries({ ...rule }).filter(([, value]) =>
    value !== undefined
  );
  return Object.fromEntries(given);
}

function happened(
  event: RuleEventName,
  ruleId: string,
  { userId, name }: Person,
  body: { readonly [key: string]: Json },
): DomainEvent {
  return {
    type: RULE_EVALUATION_RESULT,
    v: 1,
    body: { event, ...body, ruleId, userId, name },
  };
}
