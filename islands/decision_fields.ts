/** Fields of a decision's forms as commands take them: the same on the server and in the browser. */
import type { Params, Scores } from "../domain/decisions/live/events.ts";
import type { LiveDecision } from "../domain/decisions/live/live_decision.ts";
import { scoreAt } from "./decision_state.ts";
import { sharesOf } from "./decision_weights.ts";
import { formatShare } from "./decision_words.ts";

type Fields = Readonly<Record<string, string>>;
type Axes = Pick<LiveDecision, "alternatives" | "criteria">;

/** Wrong fields by their name, each with what is wrong. */
export type Wrong = Readonly<Record<string, string>>;

/** What a sheet changes: fields `alternative.criterion`; an empty one takes a score back. */
export function scoresFrom(
  fields: Fields,
  { alternatives, criteria }: Axes,
  own: Scores,
): { readonly scores: Scores; readonly wrong: Wrong } {
  const scores: Record<string, Record<string, number | null>> = {};
  const wrong: Record<string, string> = {};
  for (const { id, label } of alternatives) {
    for (const criterion of criteria) {
      const text = fields[`${id}.${criterion.id}`]?.trim();
      if (text === undefined) continue;
      const value = text === "" ? null : Number(text);
      if (value !== null && !Number.isFinite(value)) {
        const place = `${label} by ${criterion.label}`;
        wrong[`${id}.${criterion.id}`] = `${place}: “${text}” is no number`;
      } else if (value !== scoreAt(own, id, criterion.id)) {
        (scores[id] ??= {})[criterion.id] = value;
      }
    }
  }
  return { scores, wrong };
}

/** Weights from fields `weight.criterion` in percent; those that were left as shown stay as they are. */
export function weightsFrom(
  fields: Fields,
  { criteria }: Axes,
): {
  readonly weights: Readonly<Record<string, number>>;
  readonly wrong: Wrong;
} {
  const shares = sharesOf(criteria.map(({ weight }) => weight));
  const total = criteria.reduce((sum, { weight }) => sum + weight, 0) || 1;
  const weights: Record<string, number> = {};
  const wrong: Record<string, string> = {};
  criteria.forEach(({ id, label, weight }, j) => {
    const text = fields[`weight.${id}`]?.trim();
    if (text === undefined) return;
    const percent = Number(text);
    if (text === "" || !(percent >= 0 && percent <= 100)) {
      wrong[`weight.${id}`] = `${label}: from 0 to 100 percent`;
    } else {
      weights[id] = text === formatShare(shares[j])
        ? weight
        : Number((percent / 100 * total).toPrecision(9));
    }
  });
  return { weights, wrong };
}

/** Method, scaling and aggregation; other parameters stay. */
export function settingsFrom(
  { method = "", normalization = "", aggregation = "" }: Fields,
  { params }: Pick<LiveDecision, "params">,
): { method: string; aggregation: string; params: Params } {
  const { normalization: _, ...others } = params;
  return {
    method,
    aggregation,
    params: normalization === "" ? others : { ...others, normalization },
  };
}
