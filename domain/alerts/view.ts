/** Rows about alerts: all of them, those that are going on, and what falls due. */
import type { Json, RecordedEvent, ViewRow } from "../decider.ts";
import { createRowIndexer, type RowIndexer } from "../row_indexer.ts";
import { isSampled } from "../learning/sampling.ts";
import { type Alert, type AlertState, evolve, initial } from "./alert.ts";
import { alertJson } from "./alert_json.ts";

/** Rows by alert id, sorted by when they were last raised. */
export const ALERTS_VIEW = "alerts";
/** The same, without those that are resolved. */
export const ACTIVE_ALERTS_VIEW = "active_alerts";
/** Those that are resolved, sorted by when they were. */
export const RESOLVED_ALERTS_VIEW = "resolved_alerts";
/** Those of the resolved that were dismissed and are looked at once more, a share of them. */
export const SAMPLED_ALERTS_VIEW = "sampled_alerts";
/** One row by alert id: ids are taken once, whatever session they are in. */
export const ALERT_IDS_VIEW = "alert_ids";

/** Raise a version when the view's rows change: the store then rebuilds it. */
export const ALERT_VIEWS = [
  [ALERT_IDS_VIEW, 1],
  [ALERTS_VIEW, 3],
  [ACTIVE_ALERTS_VIEW, 3],
  [RESOLVED_ALERTS_VIEW, 2],
  [SAMPLED_ALERTS_VIEW, 1],
] as const;

const DUE_VIEW = "due";

/** Rows that change with an event; `state` is the state after it. */
export function index(
  state: AlertState,
  { body }: RecordedEvent,
): readonly ViewRow[] {
  if (state.status === "none") return [];
  const { alertId: key, sessionId, lastAt, status } = state;
  const { notes: _, ...data } = alertJson(state);
  const isOver = status === "resolved";
  const isNew = body?.event === "alert_raised" && state.raisings === 1;
  const id = { view: ALERT_IDS_VIEW, key, unique: true, data: { sessionId } };
  const over = { view: RESOLVED_ALERTS_VIEW, key, sort: state.resolvedAt ?? 0 };
  const sampled = { ...over, view: SAMPLED_ALERTS_VIEW };
  return [
    ...isNew ? [id] : [],
    { view: ALERTS_VIEW, key, sort: lastAt, data },
    {
      view: ACTIVE_ALERTS_VIEW,
      key,
      sort: lastAt,
      data: isOver ? null : data,
    },
    { ...over, data: isOver ? data : null },
    ...isSampled(key)
      ? [{ ...sampled, data: isOver && state.dismissed ? data : null }]
      : [],
    ...dueRows(state),
  ];
}

/** What will happen by itself: rows that are moot are deleted with what makes them so. */
function dueRows(alert: Alert): readonly ViewRow[] {
  const { acknowledgeBy, acknowledgedAt, escalatedAt, snoozedUntil } = alert;
  const waits = alert.status !== "resolved" && acknowledgedAt === null &&
    escalatedAt === null;
  return [
    dueRow(alert, "escalate", waits ? acknowledgeBy : null),
    dueRow(alert, "wake", alert.status === "snoozed" ? snoozedUntil : null),
  ];
}

function dueRow(
  { alertId, sessionId }: Alert,
  action: "escalate" | "wake",
  at: number | null,
): ViewRow {
  const key = `alert:${alertId}:${action}`;
  if (at === null) return { view: DUE_VIEW, key, data: null };
  const input: Json = sessionId === null ? { alertId } : { alertId, sessionId };
  return {
    view: DUE_VIEW,
    key,
    sort: at,
    data: { command: `${action}_alert`, input },
  };
}

/** Makes the same rows from the log alone: for rebuilding a view under a new version. */
export function createAlertIndexer(): RowIndexer {
  return createRowIndexer({ initial, evolve, index }, { prefix: "alert:" });
}
