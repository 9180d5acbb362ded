/** The form of an open decision that is changed: what it started from, and its rows by id, so that scores stay. */
import { z } from "zod";
import { DIRECTIONS } from "../../domain/decisions/decision.ts";
import type { LiveDecision } from "../../domain/decisions/live/live_decision.ts";
import {
  MAX_ALTERNATIVES,
  MAX_CRITERIA,
} from "../../domain/decisions/live/sizes.ts";
import { decodeJson } from "../json_body.ts";
import {
  type Draft,
  type DraftCriterion,
  draftFrom,
  emptyDraft,
} from "./decision_draft.ts";
import type { Fields } from "./form.ts";

const Was = z.object({
  /** Where the record stood: new rows are named after it, so that no two get one id. */
  offset: z.int().nonnegative(),
  title: z.string(),
  description: z.string().nullable(),
  alternatives: z.array(z.object({ id: z.string(), label: z.string() }))
    .max(MAX_ALTERNATIVES),
  criteria: z.array(z.object({
    id: z.string(),
    label: z.string(),
    unit: z.string().nullable(),
    direction: z.enum(DIRECTIONS),
    weight: z.number(),
  })).max(MAX_CRITERIA),
});
/** The decision as a form of it was made. */
export type Was = z.infer<typeof Was>;
export type WasCriterion = Was["criteria"][number];

export interface Edit {
  readonly draft: Draft;
  /** By row; empty for a new one. */
  readonly alternativeIds: readonly string[];
  readonly criterionIds: readonly string[];
  /** Ids of the rows that are to go. */
  readonly removed: ReadonlySet<string>;
  readonly was: Was;
}

export function wasOf(decision: LiveDecision, offset: number): Was {
  const { title, description, alternatives, criteria } = decision;
  return {
    offset,
    title,
    description,
    alternatives: alternatives.map(({ id, label }) => ({ id, label })),
    criteria: criteria.map(({ id, label, unit, direction, weight }) => ({
      id,
      label,
      unit,
      direction,
      weight,
    })),
  };
}

/** The form as it starts. */
export function editOf(was: Was): Edit {
  return {
    draft: {
      ...emptyDraft(""),
      title: was.title,
      description: was.description ?? "",
      alternatives: was.alternatives.map(({ label }) => label),
      criteria: was.criteria.map(typed),
    },
    alternativeIds: was.alternatives.map(({ id }) => id),
    criterionIds: was.criteria.map(({ id }) => id),
    removed: new Set(),
    was,
  };
}

/** What a posted form held; `now` stands in for where it started, when it does not say. */
export function editFrom(fields: Fields, now: Was): Edit {
  const draft = draftFrom(fields);
  const idsOf = (kind: string, { length }: readonly unknown[]) =>
    Array.from({ length }, (_, row) => fields[`${kind}.${row}.id`] ?? "");
  const alternativeIds = idsOf("alternative", draft.alternatives);
  const criterionIds = idsOf("criterion", draft.criteria);
  const removed = [
    ...alternativeIds.filter((_, row) => `alternative.${row}.remove` in fields),
    ...criterionIds.filter((_, row) => `criterion.${row}.remove` in fields),
  ];
  const was = Was.safeParse(decodeJson(fields.was ?? "")).data ?? now;
  return {
    draft,
    alternativeIds,
    criterionIds,
    removed: new Set(removed),
    was,
  };
}

function typed(
  { label, unit, direction, weight }: WasCriterion,
): DraftCriterion {
  return { label, unit: unit ?? "", direction, weight: String(weight) };
}
