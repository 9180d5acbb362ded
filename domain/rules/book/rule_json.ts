/** A kept rule as it is shown: the version in use, the draft of the next, and the history. */
import type { Json } from "../../decider.ts";
import { ruleJson } from "./events.ts";
import type { KeptRule } from "./kept_rule.ts";

/** Times in ms since 1970. */
export function keptRuleJson(kept: KeptRule) {
  const { draft, versions } = kept;
  const newest = versions.at(-1);
  const shown = newest?.rule ?? draft?.rule;
  return {
    ...(shown && ruleJson(shown)),
    id: kept.ruleId,
    ruleId: kept.ruleId,
    status: statusOf(kept),
    active: kept.active,
    version: newest?.version ?? null,
    createdAt: kept.createdAt,
    changedAt: kept.changedAt,
    deactivatedBy: kept.deactivatedBy,
    deactivationReason: kept.deactivationReason,
    draft: draft && { ...draft, rule: ruleJson(draft.rule) },
    versions: versions.map((one) => ({ ...one, rule: ruleJson(one.rule) })),
  } satisfies Json;
}

/** UTF-16 units of a rule that a command answers with: it is kept beside its messageId. */
const MAX_ANSWER = 48 * 1024;

/** As commands answer it: where the history is long, only the newest version is in it. */
export function answeredRuleJson(kept: KeptRule) {
  const whole = keptRuleJson(kept);
  return JSON.stringify(whole).length <= MAX_ANSWER
    ? whole
    : { ...whole, versions: whole.versions.slice(-1) };
}

/** One word for lists: a rule that was never published is a draft. */
export function statusOf(
  { versions, active }: KeptRule,
): "draft" | "active" | "inactive" {
  if (versions.length === 0) return "draft";
  return active ? "active" : "inactive";
}
