/** The list of rules as a view: a row each, with the version in use, so that lists never fold. */
import type { RecordedEvent, ViewRow } from "../../decider.ts";
import { createRowIndexer, type RowIndexer } from "../../row_indexer.ts";
import { ruleJson } from "./events.ts";
import { activeVersion, evolve, initial, type RuleState } from "./kept_rule.ts";
import { statusOf } from "./rule_json.ts";

/** Rows by rule id, sorted by last change. */
export const RULES_VIEW = "rules";

/** Raise the version when the rows change: the store then rebuilds the view. */
export const RULE_VIEWS = [[RULES_VIEW, 2]] as const;

/** Rows that change with an event; `state` is the state after it. */
export function index(
  state: RuleState,
  _event: RecordedEvent,
): readonly ViewRow[] {
  if (state.status === "none") return [];
  const { ruleId, draft, versions, changedAt } = state;
  const newest = versions.at(-1);
  const shown = newest?.rule ?? draft?.rule;
  if (shown === undefined) {
    return [{ view: RULES_VIEW, key: ruleId, data: null }];
  }
  const inUse = activeVersion(state);
  return [{
    view: RULES_VIEW,
    key: ruleId,
    sort: changedAt,
    data: {
      ruleId,
      name: shown.name,
      description: shown.description ?? null,
      priority: shown.priority,
      type: shown.type,
      riskLevel: shown.riskLevel,
      status: statusOf(state),
      version: newest?.version ?? null,
      hasDraft: draft !== null,
      draftBy: draft?.authorNames.at(-1) ?? null,
      // Whoever is none of them may be asked to publish it.
      draftAuthors: draft?.authors ?? [],
      changedAt,
      // What is evaluated, whole: the rules in use are read from here at once.
      rule: inUse ? ruleJson({ ...inUse.rule, version: inUse.version }) : null,
    },
  }];
}

/** Makes the same rows from the log alone: for rebuilding a view under a new version. */
export function createRuleIndexer(): RowIndexer {
  return createRowIndexer({ initial, evolve, index }, { prefix: "rule:" });
}
