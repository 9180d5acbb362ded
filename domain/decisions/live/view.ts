/** The list of decisions as a view: one row each, and each id taken once. */
import type { RecordedEvent, ViewRow } from "../../decider.ts";
import { createRowIndexer, type RowIndexer } from "../../row_indexer.ts";
import { type DecisionState, evolve, initial } from "./live_decision.ts";

/** Rows by decision id, sorted by opening. */
export const DECISIONS_VIEW = "decisions";
/** One row by decision id: it names the channel of the sealed sheets, so it is taken once. */
export const DECISION_IDS_VIEW = "decision_ids";

/** Raise a version when the view's rows change: the store then rebuilds it. */
export const DECISION_VIEWS = [
  [DECISIONS_VIEW, 1],
  [DECISION_IDS_VIEW, 1],
] as const;

const LISTED = ["decision_opened", "decision_changed", "decision_closed"];

/** Rows that change with an event; `state` is the state after it. */
export function index(
  state: DecisionState,
  { body }: RecordedEvent,
): readonly ViewRow[] {
  if (state.status === "none" || body === null) return [];
  // A list shows no scores: what people do most leaves it alone.
  if (!LISTED.includes(body.event)) return [];
  const { decisionId, sessionId, openedAt } = state;
  const row: ViewRow = {
    view: DECISIONS_VIEW,
    key: decisionId,
    sort: openedAt,
    data: {
      decisionId,
      sessionId,
      title: state.title,
      status: state.status,
      method: state.method,
      alternatives: state.alternatives.length,
      criteria: state.criteria.length,
      openedBy: state.openedBy,
      openedByName: state.openedByName,
      openedAt,
      closedAt: state.closedAt,
      chosen: state.alternatives.find(({ id }) => id === state.chosen)?.label ??
        null,
    },
  };
  if (body.event !== "decision_opened") return [row];
  const id = { view: DECISION_IDS_VIEW, key: decisionId, unique: true };
  return [{ ...id, data: { sessionId } }, row];
}

/** Makes the same rows from the log alone: for rebuilding a view under a new version. */
export function createDecisionIndexer(): RowIndexer {
  return createRowIndexer({ initial, evolve, index }, {
    prefix: "decision:",
    hold: (state) => state.status === "closed" ? undefined : state,
  });
}
