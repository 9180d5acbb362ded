/** A decision that is not opened yet: what its form holds, where it comes from, what it sends. */
import { type Method, METHODS } from "../../domain/decisions/analyze.ts";
import type { Direction } from "../../domain/decisions/decision.ts";
import type { Aggregation } from "../../domain/decisions/live/aggregate.ts";
import type { DecisionTable } from "../../domain/decisions/live/csv.ts";
import { idsFrom } from "../../domain/decisions/live/ids.ts";
import {
  MAX_ALTERNATIVES,
  MAX_CRITERIA,
} from "../../domain/decisions/live/sizes.ts";
import type { DecisionTemplate } from "../../domain/decisions/live/templates.ts";
import type { Fields } from "./form.ts";

/** All of it as typed; empty rows are none. */
export interface Draft {
  readonly title: string;
  readonly description: string;
  readonly template: string;
  readonly sessionId: string;
  readonly method: Method;
  readonly aggregation: Aggregation;
  readonly blind: boolean;
  readonly alternatives: readonly string[];
  readonly criteria: readonly DraftCriterion[];
  /** A table to start from, and to take scores from by their names. */
  readonly csv: string;
}

export interface DraftCriterion {
  readonly label: string;
  readonly unit: string;
  readonly direction: Direction;
  readonly weight: string;
}

/** Mistakes by the name of their control. */
export type Wrong = Readonly<Record<string, string>>;

const EMPTY_ROWS = 4;
const NO_CRITERION: DraftCriterion = {
  label: "",
  unit: "",
  direction: "benefit",
  weight: "1",
};

export function emptyDraft(sessionId: string): Draft {
  return {
    title: "",
    description: "",
    template: "",
    sessionId,
    method: "topsis",
    aggregation: "median",
    blind: false,
    alternatives: Array(EMPTY_ROWS).fill(""),
    criteria: Array(EMPTY_ROWS).fill(NO_CRITERION),
    csv: "",
  };
}

export function draftOf(template: DecisionTemplate, sessionId: string): Draft {
  return {
    ...emptyDraft(sessionId),
    title: template.title,
    description: template.description,
    template: template.id,
    method: template.method,
    blind: template.blind,
    alternatives: template.alternatives,
    criteria: template.criteria.map(({ label, unit, direction, weight }) => ({
      label,
      unit: unit ?? "",
      direction,
      weight: String(weight),
    })),
  };
}

/** What a posted form held. What is not ours in it is left out. */
export function draftFrom(fields: Fields): Draft {
  const of = (name: string) => fields[name] ?? "";
  const alternatives = rowsIn(fields, /^alternative\.(\d+)$/, MAX_ALTERNATIVES);
  const criteria = rowsIn(fields, /^criterion\.(\d+)\.label$/, MAX_CRITERIA);
  return {
    title: of("title"),
    description: of("description"),
    template: of("template"),
    sessionId: of("sessionId"),
    method: methodOf(of("method")),
    aggregation: of("aggregation") === "mean" ? "mean" : "median",
    blind: of("blind") === "on",
    alternatives: alternatives.map((row) => of(`alternative.${row}`)),
    criteria: criteria.map((row) => ({
      label: of(`criterion.${row}.label`),
      unit: of(`criterion.${row}.unit`),
      direction: of(`criterion.${row}.direction`) === "cost"
        ? "cost"
        : "benefit",
      weight: of(`criterion.${row}.weight`),
    })),
    csv: of("csv"),
  };
}

export function withAlternative(draft: Draft): Draft {
  const alternatives = [...draft.alternatives, ""].slice(0, MAX_ALTERNATIVES);
  return { ...draft, alternatives };
}

export function withCriterion(draft: Draft): Draft {
  const criteria = [...draft.criteria, NO_CRITERION].slice(0, MAX_CRITERIA);
  return { ...draft, criteria };
}

/** Reports whether no alternative and no criterion has a name yet. */
export function isUnnamed({ alternatives, criteria }: Draft): boolean {
  return alternatives.every((label) => label.trim() === "") &&
    criteria.every(({ label }) => label.trim() === "");
}

/** The names of a table in place of those typed; criteria of the same name keep their weight. */
export function withTable(draft: Draft, table: DecisionTable): Draft {
  const weights = new Map(
    draft.criteria.map(({ label, weight }) => [label.trim(), weight]),
  );
  return {
    ...draft,
    alternatives: table.alternatives,
    criteria: table.criteria.map(({ label, unit, direction }) => ({
      label,
      unit: unit ?? "",
      direction,
      weight: weights.get(label) ?? NO_CRITERION.weight,
    })),
  };
}

/** The criteria that have a name, as weights are looked for by it. */
export function namedCriteria({ criteria }: Draft): readonly DraftCriterion[] {
  return criteria.filter(({ label }) => label.trim() !== "");
}

/** @param weights Of the criteria that have a name, in their order; as text. */
export function withWeights(draft: Draft, weights: readonly string[]): Draft {
  const named = namedCriteria(draft);
  return {
    ...draft,
    criteria: draft.criteria.map((one) => {
      const at = named.indexOf(one);
      return at < 0 ? one : { ...one, weight: weights[at] ?? one.weight };
    }),
  };
}

/** What `open_decision` is sent, what is wrong before that, and whose control a path is. */
export function openingOf(draft: Draft) {
  const wrong: Record<string, string> = {};
  const alternatives = draft.alternatives.map((label) => label.trim())
    .flatMap((label, row) => label === "" ? [] : [{ label, row }]);
  const criteria = draft.criteria.map((one, row) => ({ ...one, row }))
    .filter(({ label, unit }) => label.trim() !== "" || unit.trim() !== "");
  if (alternatives.length < 2) {
    wrong.alternatives = "Name at least two to choose from";
  }
  if (criteria.length === 0) wrong.criteria = "Name at least one";
  const seen = new Set<string>();
  for (const { label, row } of alternatives) {
    if (seen.has(label)) wrong[`alternative.${row}`] = "This is there already";
    seen.add(label);
  }
  const ids = idsFrom(alternatives.map(({ label }) => label), "a");
  const criterionIds = idsFrom(criteria.map(({ label }) => label), "c");
  const input = {
    title: draft.title,
    ...(draft.description.trim() && { description: draft.description }),
    ...(draft.sessionId && { sessionId: draft.sessionId }),
    ...(draft.template && { template: draft.template }),
    method: draft.method,
    aggregation: draft.aggregation,
    blind: draft.blind,
    alternatives: alternatives.map(({ label }, i) => ({ id: ids[i], label })),
    criteria: criteria.map(({ label, unit, direction, weight, row }, j) => ({
      id: criterionIds[j],
      label: label.trim(),
      ...(unit.trim() && { unit: unit.trim() }),
      direction,
      weight: weightOf(weight, row, wrong),
    })),
  };
  /** `criteria.1.weight`, counted without empty rows, as the control's own name. */
  const controlOf = (path: string): string => {
    const [, list, index, field] =
      path.match(/^(alternatives|criteria)\.(\d+)\.(\w+)$/) ?? [];
    if (list === undefined) return path;
    return list === "alternatives"
      ? `alternative.${alternatives[Number(index)]?.row}`
      : `criterion.${criteria[Number(index)]?.row}.${field}`;
  };
  return { input, wrong, controlOf };
}

function weightOf(text: string, row: number, wrong: Record<string, string>) {
  const plain = text.trim().replace(",", ".");
  const weight = Number(plain);
  if (plain !== "" && Number.isFinite(weight) && weight >= 0) return weight;
  wrong[`criterion.${row}.weight`] = "A number, 0 or more";
  return 0;
}

function methodOf(name: string): Method {
  return METHODS.find((method) => method === name) ?? "topsis";
}

/** Row numbers of a form, in their order. */
function rowsIn(fields: Fields, name: RegExp, max: number): readonly number[] {
  return Object.keys(fields).flatMap((key) => {
    const row = key.match(name)?.[1];
    return row === undefined ? [] : [Number(row)];
  }).toSorted((a, b) => a - b).slice(0, max);
}
