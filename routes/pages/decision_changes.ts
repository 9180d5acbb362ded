/**
 * What the form of an open decision changes, row by row: mine where I changed it, else what
 * others have made of it meanwhile.
 */
import { idsFrom } from "../../domain/decisions/live/ids.ts";
import type { DraftCriterion, Wrong } from "./decision_draft.ts";
import {
  type Edit,
  editOf,
  type Was,
  type WasCriterion,
} from "./decision_edit_form.ts";

export interface Changes {
  /** For `change_decision`: only what differs from now. */
  readonly input: Partial<Omit<Was, "offset">>;
  readonly wrong: Wrong;
  /** The control of what both this reader and another have changed: what it is by now. */
  readonly overtaken: Wrong;
  /** The form with what others have changed taken over, to be looked at again. */
  readonly merged: Edit;
  readonly controlOf: (path: string) => string;
}

/** What the form changes of the decision as it is by now. */
export function changesOf(edit: Edit, now: Was): Changes {
  const { draft, was } = edit;
  const wrong: Record<string, string> = {};
  const overtaken: Record<string, string> = {};
  /** Mine where I changed it, else what it is by now. */
  const pick = <Value extends string | number | null>(
    control: string,
    [before, mine, theirs]: readonly [Value, Value, Value],
  ): Value => {
    if (mine === before) return theirs;
    if (theirs !== before && theirs !== mine) {
      overtaken[control] = `Somebody made it “${theirs ?? ""}” meanwhile`;
    }
    return mine;
  };
  const title = pick("title", [was.title, draft.title.trim(), now.title]);
  if (title === "") wrong.title = "This cannot be empty";
  const description = pick("description", [
    was.description,
    draft.description.replaceAll("\r\n", "\n").trim() || null,
    now.description,
  ]);
  const alternatives = mergedRows({
    kind: "alternative",
    ids: edit.alternativeIds,
    labels: draft.alternatives,
    edit,
    was: was.alternatives,
    now: now.alternatives,
    wrong,
    make: (id, row, before, current) => {
      const label = draft.alternatives[row].trim();
      if (!before || !current) return { id, label };
      const control = `alternative.${row}`;
      return { id, label: pick(control, [before.label, label, current.label]) };
    },
  });
  const criteria = mergedRows<WasCriterion>({
    kind: "criterion",
    ids: edit.criterionIds,
    labels: draft.criteria.map(({ label }) => label),
    edit,
    was: was.criteria,
    now: now.criteria,
    wrong,
    make: (id, row, before, current) => {
      const of = (field: string) => `criterion.${row}.${field}`;
      const mine = read(draft.criteria[row], (message) => {
        wrong[of("weight")] = message;
      });
      if (!before || !current) return { id, ...mine };
      return {
        id,
        label: pick(of("label"), [before.label, mine.label, current.label]),
        unit: pick(of("unit"), [before.unit, mine.unit, current.unit]),
        direction: pick(of("direction"), [
          before.direction,
          mine.direction,
          current.direction,
        ]),
        weight: pick(of("weight"), [
          before.weight,
          mine.weight,
          current.weight,
        ]),
      };
    },
  });
  const seen = new Set<string>();
  for (const { label, row } of alternatives.rows) {
    if (seen.has(label) && row >= 0) {
      wrong[`alternative.${row}`] ??= "This is there already";
    }
    seen.add(label);
  }
  if (alternatives.rows.length < 2) {
    wrong.alternatives = "At least two must be left to choose from";
  }
  if (criteria.rows.length === 0) wrong.criteria = "At least one must be left";
  const after = {
    title,
    description,
    alternatives: alternatives.rows.map(({ row: _, ...one }) => one),
    criteria: criteria.rows.map(({ row: _, ...one }) => one),
  };
  const controlOf = (path: string): string => {
    const [, list, index, field] =
      path.match(/^(alternatives|criteria)\.(\d+)\.(\w+)$/) ?? [];
    if (list === undefined) return path;
    const rows = list === "alternatives" ? alternatives.rows : criteria.rows;
    const row = rows[Number(index)]?.row ?? -1;
    if (row < 0) return list;
    return list === "alternatives"
      ? `alternative.${row}`
      : `criterion.${row}.${field}`;
  };
  return {
    input: differing(after, now),
    wrong,
    overtaken,
    merged: { ...editOf({ ...after, offset: now.offset }), was: now },
    controlOf,
  };
}

interface Merging<Row extends { readonly id: string; readonly label: string }> {
  readonly kind: "alternative" | "criterion";
  /** By row of the form. */
  readonly ids: readonly string[];
  readonly labels: readonly string[];
  readonly edit: Edit;
  readonly was: readonly Row[];
  readonly now: readonly Row[];
  readonly wrong: Record<string, string>;
  readonly make: (
    id: string,
    row: number,
    before: Row | undefined,
    current: Row | undefined,
  ) => Row;
}

/** Rows of the form, then those that others have added; each with its row there, or -1. */
function mergedRows<
  Row extends { readonly id: string; readonly label: string },
>(
  { kind, ids, labels, edit, was, now, wrong, make }: Merging<Row>,
): { readonly rows: readonly (Row & { readonly row: number })[] } {
  const byId = (rows: readonly Row[]) =>
    new Map(rows.map((one) => [one.id, one]));
  const [before, current] = [byId(was), byId(now)];
  const suffix = `-${edit.was.offset}`;
  const fresh = idsFrom(labels, kind.slice(0, 1));
  const control = (row: number) =>
    kind === "alternative" ? `${kind}.${row}` : `${kind}.${row}.label`;
  const rows = labels.flatMap((text, row): (Row & { row: number })[] => {
    const id = ids[row];
    const label = text.trim();
    const known = before.get(id);
    if (known === undefined) {
      if (label === "") return [];
      return [{ ...make(fresh[row] + suffix, row, undefined, undefined), row }];
    }
    if (edit.removed.has(id)) return [];
    if (!current.has(id)) {
      // Taken out by another: as it was it goes, changed it is asked about.
      if (label === known.label) return [];
      wrong[control(row)] = "Somebody took this out meanwhile: remove it, too";
      return [];
    }
    if (label === "") {
      wrong[control(row)] = "This cannot be empty: to take it out, tick Remove";
    }
    return [{ ...make(id, row, known, current.get(id)), row }];
  });
  const mine = new Set(rows.map(({ id }) => id));
  const theirs = now.filter(({ id }) => !before.has(id) && !mine.has(id))
    .map((one) => ({ ...one, row: -1 }));
  return { rows: [...rows, ...theirs] };
}

function read(
  { label, unit, direction, weight }: DraftCriterion,
  mistaken: (message: string) => void,
): Omit<WasCriterion, "id"> {
  const plain = weight.trim().replace(",", ".");
  const value = Number(plain);
  const isRight = plain !== "" && Number.isFinite(value) && value >= 0;
  if (!isRight) mistaken("A number, 0 or more");
  return {
    label: label.trim(),
    unit: unit.trim() || null,
    direction,
    weight: isRight ? value : 0,
  };
}

function differing(
  after: Omit<Was, "offset">,
  now: Was,
): Partial<Omit<Was, "offset">> {
  const { title, description, alternatives, criteria } = after;
  const isSame = (a: unknown, b: unknown) =>
    JSON.stringify(a) === JSON.stringify(b);
  return {
    ...(!isSame(title, now.title) && { title }),
    ...(!isSame(description, now.description) && { description }),
    ...(!isSame(alternatives, now.alternatives) && { alternatives }),
    ...(!isSame(criteria, now.criteria) && { criteria }),
  };
}
