/** Kept evaluations as a view, a row for each rule in each: which results a rule had, newest first. */
import type { Json, RecordedEvent, ViewRow } from "../../decider.ts";
import { listOf, recordOf, textOf } from "../../read_json.ts";
import { createRowIndexer, type RowIndexer } from "../../row_indexer.ts";

/** Rows by rule, then place and evaluation; sorted by time. */
export const RESULTS_VIEW = "rule_results";

/** Raise the version when the rows change: the store then rebuilds the view. */
export const RESULT_VIEWS = [[RESULTS_VIEW, 1]] as const;

/** What the keys of a rule's results begin with: no id holds a `|`. */
export function resultPrefix(ruleId: string): string {
  return `${ruleId}|`;
}

/** Rows of an evaluation; nothing of facts and title: who may see those is asked where they are. */
export function index(
  _state: unknown,
  { body, channel, at }: RecordedEvent,
): readonly ViewRow[] {
  const evaluationId = textOf(body?.evaluationId);
  if (body?.event !== "rules_evaluated" || evaluationId === null) return [];
  return listOf(body.results).flatMap((one: Json) => {
    const result = recordOf(one);
    const ruleId = textOf(result?.ruleId);
    if (ruleId === null) return [];
    return [{
      view: RESULTS_VIEW,
      key: `${resultPrefix(ruleId)}${channel}|${evaluationId}`,
      sort: at,
      data: { channel, evaluationId, at, result: textOf(result?.result) },
    }];
  });
}

/** Makes the same rows from recorded events alone: for rebuilding a view under a new version. */
export function createResultIndexer(): RowIndexer {
  return createRowIndexer({
    initial: () => null,
    evolve: () => null,
    index,
  }, { prefix: "evaluation:", hold: () => undefined });
}
