/** An alert in a list: what a row needs of it, its order, and which rows a list shows. */
import type { Alert } from "../domain/alerts/alert.ts";
import {
  type AlertChoice,
  type Grouping,
  PERIOD_MS,
} from "../domain/alerts/alert_choice.ts";
import { ALERT_SEVERITIES } from "../domain/alerts/events.ts";
import type { Json } from "../domain/decider.ts";

/** All but the notes themselves: those are read when a row is opened. */
export type AlertRow = Omit<Alert, "notes">;

const BLANK: AlertRow = {
  status: "open",
  alertId: "",
  severity: "medium",
  title: "",
  body: "",
  source: null,
  dedupeKey: null,
  sessionId: null,
  count: 1,
  raisedAt: 0,
  occurredAt: 0,
  lastAt: 0,
  changedAt: 0,
  acknowledgeBy: null,
  escalatedAt: null,
  acknowledgedBy: null,
  acknowledgedAt: null,
  assignee: null,
  snoozedUntil: null,
  resolvedBy: null,
  resolvedAt: null,
  dismissed: false,
  resolution: null,
  raisings: 1,
  noteCount: 0,
  offset: 0,
};

/** A stored row of our own, so its shape is taken as promised; null for none. */
export function readRow(data: Json): AlertRow | null {
  return data === null ? null : JSON.parse(JSON.stringify(data));
}

/** What differs from a blank one: half of a row is usually nothing. The body is left out. */
export function packRow(row: AlertRow): Partial<AlertRow> {
  const { lastAt } = row;
  const usual = { ...BLANK, ...timesOf(lastAt) };
  const blank = new Map<string, unknown>(Object.entries(usual));
  return Object.fromEntries(
    Object.entries(row).filter(([name, value]) =>
      blank.has(name) && blank.get(name) !== value && name !== "body" &&
      name !== "dedupeKey"
    ),
  );
}

export function unpackRow(packed: Partial<AlertRow>): AlertRow {
  const { lastAt = 0 } = packed;
  return { ...BLANK, ...timesOf(lastAt), ...packed };
}

/** Of most alerts, which were raised once and at once. */
function timesOf(lastAt: number) {
  return { raisedAt: lastAt, occurredAt: lastAt, changedAt: lastAt };
}

/** The most urgent first, then the last raised. */
export function byUrgency(a: AlertRow, b: AlertRow): number {
  return rank(a) - rank(b) || b.lastAt - a.lastAt ||
    (a.alertId < b.alertId ? -1 : 1);
}

/** Reports whether a list shows a row, for whom and at what time (ms since 1970). */
export function fits(
  row: AlertRow,
  { show, severities, since }: Omit<AlertChoice, "by">,
  { userId, now }: { readonly userId: string; readonly now: number },
): boolean {
  if (severities.length > 0 && !severities.includes(row.severity)) return false;
  if (since && row.occurredAt < now - PERIOD_MS[since]) return false;
  if ((row.status === "resolved") !== (show === "resolved")) return false;
  if (show === "mine") return row.assignee?.userId === userId;
  return show !== "unassigned" || row.assignee === null;
}

export interface RowGroup {
  /** Empty for the one group of a list without heads. */
  readonly name: string;
  readonly rows: readonly AlertRow[];
}

/** Rows under their heads, in the order they come in. */
export function grouped(
  rows: readonly AlertRow[],
  by: Grouping | undefined,
): readonly RowGroup[] {
  if (by === undefined) return [{ name: "", rows }];
  const groups = Map.groupBy(
    rows,
    (row) => by === "source" ? row.source ?? "No source" : row.severity,
  );
  return [...groups].map(([name, rows]) => ({ name, rows }));
}

function rank({ severity }: AlertRow): number {
  return ALERT_SEVERITIES.indexOf(severity);
}
