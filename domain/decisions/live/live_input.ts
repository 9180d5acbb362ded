/** What comes in about live decisions, checked: shapes and limits. */
import { z } from "zod";
import { Id as AnyId, Text } from "../../common_input.ts";
import { SessionId } from "../../sessions/session_input.ts";
import { METHODS } from "../analyze.ts";
import { DIRECTIONS } from "../decision.ts";
import { AnalyzeBody, Params, Value, Weight } from "../decision_input.ts";
import { AGGREGATIONS } from "./aggregate.ts";
import { MAX_ALTERNATIVES, MAX_CELLS, MAX_CRITERIA } from "./sizes.ts";

/** Of decisions, alternatives and criteria alike. */
const Id = AnyId.refine((id) => id !== "constructor" && id !== "prototype", {
  error: "must be another word",
});

const Alternatives = z.array(z.object({ id: Id, label: Text(200) })).min(1)
  .max(MAX_ALTERNATIVES).refine(areUnique, { error: "Each needs its own id" });

const Criteria = z.array(z.object({
  id: Id,
  label: Text(200),
  unit: Text(40).optional(),
  direction: z.enum(DIRECTIONS),
  weight: Weight,
})).min(1).max(MAX_CRITERIA)
  .refine(areUnique, { error: "Each needs its own id" })
  .refine((list) => list.some(({ weight }) => weight > 0), {
    error: "All weights are 0: nothing would count",
  });

const Settings = z.object({
  title: Text(200),
  description: Text(4000).optional(),
  method: z.enum(METHODS).optional().meta({
    description: "topsis by default",
  }),
  params: Params.optional(),
  aggregation: z.enum(AGGREGATIONS).optional().meta({
    description: "How several people's scores become one; median by default",
  }),
  alternatives: Alternatives,
  criteria: Criteria,
});

export const OpenDecision = Settings.extend({
  id: Id.optional(),
  sessionId: SessionId.optional().meta({
    description: "Whose session; without it everyone in the house sees it",
  }),
  template: Text(64).optional(),
  blind: z.boolean().optional().meta({
    description: "Nobody sees another's scores before the reveal",
  }),
}).refine(
  ({ alternatives, criteria }) =>
    alternatives.length * criteria.length <= MAX_CELLS,
  { error: `At most ${MAX_CELLS} cells`, path: ["alternatives"] },
);
export type OpenDecision = z.infer<typeof OpenDecision>;

export const InDecision = z.object({
  decisionId: Id,
  sessionId: SessionId.optional().meta({
    description: "The session it belongs to, if any",
  }),
});

export const ChangeDecision = InDecision.extend({
  ...Settings.partial().shape,
  description: Text(4000).nullable().optional().meta({
    description: "Null takes it back",
  }),
});

export const SetWeights = InDecision.extend({
  weights: z.record(Id, Weight),
});

export const GiveScores = InDecision.extend({
  scores: z.record(Id, z.record(Id, Value.nullable())),
});

export const CloseDecision = InDecision.extend({
  chosen: Id.optional(),
  reason: Text(4000).optional(),
});

const Labels = z.array(Text(200)).max(MAX_ALTERNATIVES);

/** An analysis whose result is kept in a session. */
export const RunAnalysis = AnalyzeBody.safeExtend({
  sessionId: SessionId,
  id: Id.optional(),
  title: Text(200).optional(),
  alternatives: Labels.optional().meta({ description: "Names of the rows" }),
  criteria: Labels.optional().meta({ description: "Names of the columns" }),
}).superRefine(({ matrix, alternatives, criteria }, context) => {
  if (context.issues.length > 0) return;
  const wrong = (path: string, message: string) =>
    context.addIssue({ code: "custom", path: [path], message });
  const [columns] = matrix;
  if (matrix.length * columns.length > MAX_CELLS) {
    wrong("matrix", `At most ${MAX_CELLS} cells`);
  }
  if (alternatives && alternatives.length !== matrix.length) {
    wrong("alternatives", "Not one per row of the matrix");
  }
  if (criteria && criteria.length !== columns.length) {
    wrong("criteria", "Not one per column of the matrix");
  }
});
export type RunAnalysis = z.infer<typeof RunAnalysis>;

function areUnique(list: readonly { readonly id: string }[]): boolean {
  return new Set(list.map(({ id }) => id)).size === list.length;
}
