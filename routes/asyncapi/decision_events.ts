/** What is told of decisions that people make together, and of analyses that are kept. */
import { z } from "zod";
import { DIRECTIONS } from "../../domain/decisions/decision.ts";
import type { DecisionEventName } from "../../domain/decisions/live/events.ts";
import { Anything, BY, event, Labelled, signal } from "./event_shapes.ts";

const DECISION = { decisionId: z.string() };
const Weights = z.record(z.string(), z.number());
const Scores = z.record(
  z.string(),
  z.record(z.string(), z.number().nullable()),
).meta({ description: "By alternative, by criterion" });

const SETTINGS = {
  title: z.string(),
  description: z.string().nullable(),
  method: z.string(),
  params: z.record(z.string(), Anything),
  aggregation: z.enum(["median", "mean"]),
  alternatives: z.array(Labelled),
  criteria: z.array(z.object({
    id: z.string(),
    label: z.string(),
    unit: z.string().nullable(),
    direction: z.enum(DIRECTIONS),
    weight: z.number(),
  })),
};

export const DECISION_EVENTS = {
  decision_opened: event("decision_opened", {
    ...DECISION,
    ...SETTINGS,
    sessionId: z.string().nullable(),
    template: z.string().nullable(),
    blind: z.boolean(),
    openedBy: z.string(),
    name: z.string(),
  }),
  decision_changed: event("decision_changed", {
    ...DECISION,
    ...SETTINGS,
    ...BY,
  }),
  weights_changed: event("weights_changed", {
    ...DECISION,
    ...BY,
    weights: Weights,
  }),
  scores_given: event("scores_given", {
    ...DECISION,
    ...BY,
    scores: Scores.optional(),
    commitment: z.string().optional().meta({
      description: "Instead of the scores while they are secret",
    }),
  }),
  scores_revealed: event("scores_revealed", {
    ...DECISION,
    part: z.int(),
    parts: z.int(),
    sheets: z.array(z.object({ ...BY, scores: Scores, salt: z.string() })),
  }),
  decision_closed: event("decision_closed", {
    ...DECISION,
    ...BY,
    title: z.string(),
    chosen: z.string().nullable(),
    reason: z.string().nullable(),
    analysis: Anything.meta({
      description: "What it rested on; null where scores were missing",
    }),
  }),
  analysis_recorded: event("analysis_recorded", {
    ...BY,
    analysisId: z.string(),
    title: z.string().nullable(),
    alternatives: z.array(z.string()),
    criteria: z.array(z.string()),
    method: z.string(),
    matrix: z.array(z.array(z.number())),
    weights: z.array(z.number()),
    directions: z.array(z.enum(DIRECTIONS)),
    params: z.record(z.string(), Anything).nullish(),
    scores: z.array(z.number()),
    ranks: z.array(z.int()),
    details: Anything,
  }),
  analysis_updated: signal("analysis_updated", {
    ...DECISION,
    asOf: z.int().meta({ description: "Offset of the channel it holds at" }),
    method: z.string(),
    weights: Weights,
    alternatives: z.array(z.string()),
    missing: z.int(),
    state: z.string(),
    mistakes: z.array(Anything),
    scores: z.array(z.number()).nullable(),
    ranks: z.array(z.int()).nullable(),
  }),
  weights_dragged: signal("weights_dragged", {
    ...DECISION,
    ...BY,
    weights: Weights,
  }),
} satisfies Record<
  DecisionEventName | "analysis_updated" | "weights_dragged",
  z.ZodObject
>;
