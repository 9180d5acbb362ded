/** What everyone is told of a decision as it goes: its analysis as it follows from the entries. */
import type { Json } from "../../decider.ts";
import { analysisOf } from "./analysis.ts";
import { aggregateJson } from "./decision_json.ts";
import { DECISION_ANALYSIS_RESULT } from "./events.ts";
import type { DecisionState } from "./live_decision.ts";

/**
 * The latest of one decision. The matrix and the working are not in it: they are many times
 * as long, and follow from the entries.
 *
 * @param offset Of the channel that it holds at: a signal has none of its own.
 */
export function analysisUpdated(state: DecisionState, offset: number): {
  readonly type: string;
  readonly key: string;
  readonly payload: { readonly [key: string]: Json };
} | undefined {
  if (state.status !== "open") return undefined;
  const analysis = analysisOf(state);
  const { cells: _, ...about } = aggregateJson(analysis);
  const { scores, ranks } = analysis.state === "ready"
    ? analysis.result
    : { scores: null, ranks: null };
  return {
    type: DECISION_ANALYSIS_RESULT,
    key: `decision:${state.decisionId}`,
    payload: {
      event: "analysis_updated",
      decisionId: state.decisionId,
      asOf: offset,
      method: state.method,
      weights: Object.fromEntries(
        state.criteria.map(({ id, weight }) => [id, weight]),
      ),
      alternatives: state.alternatives.map(({ id }) => id),
      ...about,
      scores,
      ranks,
    },
  };
}
