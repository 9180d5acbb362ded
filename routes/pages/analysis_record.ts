/** A kept analysis read back: as the decision of one person it is shown with what decisions are shown with. */
import { z } from "zod";
import { METHODS } from "../../domain/decisions/analyze.ts";
import { DIRECTIONS } from "../../domain/decisions/decision.ts";
import type { LiveDecision } from "../../domain/decisions/live/live_decision.ts";
import { recordOf } from "../../domain/read_json.ts";
import type { Json } from "../../realtime/json.ts";

/** Version 1 of the entry. It is ours; the schema reads it back as what it was. */
const Analysis = z.object({
  event: z.literal("analysis_recorded"),
  analysisId: z.string(),
  title: z.string().nullable(),
  userId: z.string(),
  name: z.string(),
  method: z.enum(METHODS),
  matrix: z.array(z.array(z.number())).min(1),
  weights: z.array(z.number()).min(1),
  directions: z.array(z.enum(DIRECTIONS)).min(1),
  scores: z.array(z.number()),
  ranks: z.array(z.number()),
  /** Empty where nobody named them. */
  alternatives: z.array(z.string()),
  criteria: z.array(z.string()),
});
export type KeptAnalysis = z.infer<typeof Analysis> & {
  readonly params: { readonly [name: string]: Json };
  /** The working by name; empty where it was too long to be kept. */
  readonly details: { readonly [name: string]: Json };
};

/** Undefined for what is none: a later version, another's entry. */
export function readAnalysis(body: Json): KeptAnalysis | undefined {
  const { data } = Analysis.safeParse(body);
  if (data === undefined) return undefined;
  const { matrix, weights, directions } = data;
  const isWhole = matrix.every(({ length }) => length === weights.length) &&
    directions.length === weights.length;
  if (!isWhole) return undefined;
  const { params, details } = recordOf(body) ?? {};
  return {
    ...data,
    alternatives: namesOf(data.alternatives, matrix.length, "Alternative"),
    criteria: namesOf(data.criteria, weights.length, "Criterion"),
    params: recordOf(params) ?? {},
    details: recordOf(details) ?? {},
  };
}

/** What it would be as a decision that was closed with this result: stored figures count. */
export function asDecision(analysis: KeptAnalysis, at: number): LiveDecision {
  const { matrix, weights, directions, userId, name } = analysis;
  const { scores, ranks, method, params } = analysis;
  const rows = matrix.map((row, i) => [
    `a${i}`,
    Object.fromEntries(row.map((value, j) => [`c${j}`, value])),
  ]);
  const sheet = {
    name,
    scores: Object.fromEntries(rows),
    commitment: null,
    salt: null,
    offset: 0,
  };
  return {
    status: "closed",
    decisionId: analysis.analysisId,
    sessionId: null,
    template: null,
    title: analysis.title ?? "",
    description: null,
    method,
    params,
    aggregation: "median",
    alternatives: analysis.alternatives
      .map((label, i) => ({ id: `a${i}`, label })),
    criteria: analysis.criteria.map((label, j) => ({
      id: `c${j}`,
      label,
      unit: null,
      direction: directions[j],
      weight: weights[j],
    })),
    blind: false,
    revealed: true,
    openedBy: userId,
    openedByName: name,
    openedAt: at,
    closedAt: at,
    changedAt: at,
    sheets: new Map([[userId, sheet]]),
    chosen: null,
    reason: null,
    analysis: { scores, ranks },
  };
}

function namesOf(
  given: readonly string[],
  length: number,
  word: string,
): string[] {
  return Array.from({ length }, (_, i) => given[i] ?? `${word} ${i + 1}`);
}
