/** What weights may be read from, checked. */
import { z } from "zod";
import { RANDOM_INDEX } from "./ahp.ts";
import { BWM_MODELS } from "./bwm.ts";
import { CORRELATIONS } from "./critic.ts";
import {
  addMistakes,
  DecisionMatrix,
  Directions,
  MAX_CRITERIA,
} from "./decision_input.ts";
import { mistakesInWeighing } from "./mistakes_in_weighing.ts";

/** The largest comparison: more is a matter of other units. */
const MAX_COMPARISON = 1000;

const Comparison = z.number().min(1 / MAX_COMPARISON).max(MAX_COMPARISON);
const Comparisons = z.array(z.number().min(1).max(MAX_COMPARISON)).min(1)
  .max(MAX_CRITERIA);
const Index = z.int().min(0).max(MAX_CRITERIA - 1);

const fromMatrix = <Method extends string>(method: Method) =>
  z.object({
    method: z.literal(method),
    matrix: DecisionMatrix,
    directions: Directions.optional(),
  });

const Ahp = z.object({
  method: z.literal("ahp"),
  comparisons: z.array(
    z.array(Comparison).min(1).max(RANDOM_INDEX.length),
  ).min(1).max(RANDOM_INDEX.length).meta({
    description: "How much more the row's criterion counts than the column's",
  }),
});

const Bwm = z.object({
  method: z.literal("bwm"),
  params: z.object({
    model: z.enum(BWM_MODELS).optional(),
    best: Index,
    worst: Index,
    bestToOthers: Comparisons,
    othersToWorst: Comparisons,
  }),
});

export const WeighBody = z.discriminatedUnion("method", [
  fromMatrix("equal"),
  fromMatrix("entropy"),
  fromMatrix("critic").extend({
    params: z.object({ correlation: z.enum(CORRELATIONS).optional() })
      .optional(),
  }),
  fromMatrix("std"),
  fromMatrix("merec"),
  Ahp,
  Bwm,
]).superRefine((body, context) => {
  if (context.issues.length > 0) return;
  addMistakes(context, mistakesInWeighing(body));
});
