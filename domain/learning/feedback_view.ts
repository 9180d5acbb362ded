/** Labels as a view: a row for each that counts, and one for each subject that has any. */
import type { Json, RecordedEvent, ViewRow } from "../decider.ts";
import { numberOf, recordOf, textOf } from "../read_json.ts";
import { createRowIndexer, type RowIndexer } from "../row_indexer.ts";
import { OUTCOMES, SUBJECT_KINDS, type SubjectKind } from "./events.ts";
import { type Feedback, type Label, labelKey, readLabel } from "./feedback.ts";

/** Rows by subject, then place and person; sorted by time. A second label replaces the first. */
export const LABELS_VIEW = "learning_labels";
/** Rows by `<kind>:<id>`: what has labels at all, wherever they were given. */
export const LEARNING_VIEW = "learning";

/** Raise a version when the view's rows change: the store then rebuilds it. */
export const FEEDBACK_VIEWS = [[LABELS_VIEW, 1], [LEARNING_VIEW, 1]] as const;

/** What all keys of a subject's labels begin with. */
export function labelPrefix(kind: SubjectKind, id: string): string {
  // No id holds a `|`: `a` never finds the labels of `ab`.
  return `${kind}:${id}|`;
}

/** Whose label stands under a key of the view; undefined when it is none of its keys. */
export function subjectOfKey(
  key: string,
): { readonly kind: SubjectKind; readonly id: string } | undefined {
  const [, name, id] = key.match(/^(\w+):([^|]+)\|/) ?? [];
  const kind = SUBJECT_KINDS.find((one) => one === name);
  return kind && { kind, id };
}

/** Rows that change with an event. */
export function index(
  _state: Feedback,
  event: RecordedEvent,
): readonly ViewRow[] {
  const label = readLabel(event);
  if (label === null) return [];
  const { kind, id, outcome, userId, name, channel, offset, at } = label;
  return [{
    view: LABELS_VIEW,
    key: labelPrefix(kind, id) + channel + labelKey(label),
    sort: at,
    // Nothing of what was said in a session: everybody learns from the rows.
    data: { outcome, userId, name, channel, offset, at },
  }, {
    view: LEARNING_VIEW,
    key: `${kind}:${id}`,
    data: { kind, id },
  }];
}

/** A label as a row holds it. */
export type LabelRow = Pick<
  Label,
  "outcome" | "userId" | "name" | "channel" | "offset" | "at"
>;

/** The label in a row; undefined when it holds none. */
export function readLabelRow(data: Json): LabelRow | undefined {
  const row = recordOf(data);
  const outcome = OUTCOMES.find((one) => one === row?.outcome);
  const channel = textOf(row?.channel);
  const offset = numberOf(row?.offset);
  const at = numberOf(row?.at);
  const userId = textOf(row?.userId);
  if (!outcome || channel === null || offset === null) return undefined;
  if (at === null || userId === null) return undefined;
  const name = textOf(row?.name) ?? userId;
  return { outcome, userId, name, channel, offset, at };
}

/**
 * Oldest first, from all places. Between channels only time tells an order, and where it is
 * the same the channel's name: the answer is the same on every node.
 */
export function inOrder(rows: readonly LabelRow[]): readonly LabelRow[] {
  return rows.toSorted((a, b) =>
    a.at - b.at || compare(a.channel, b.channel) || a.offset - b.offset
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Makes the same rows from the log alone: for rebuilding a view under a new version. */
export function createFeedbackIndexer(): RowIndexer {
  const none: Feedback = new Map();
  return createRowIndexer(
    // A label's rows tell nothing of those before it: no state need be folded or held.
    { initial: () => none, evolve: () => none, index },
    { prefix: "learning:", hold: () => undefined },
  );
}
