/** What sensitivity may be asked of, checked. */
import { z } from "zod";
import { METHODS } from "./analyze.ts";
import {
  addMistakes,
  DecisionMatrix,
  Directions,
  MAX_CRITERIA,
  Params,
  Weights,
} from "./decision_input.ts";
import { mistakesIn } from "./mistakes.ts";
import { MAX_SEED } from "./random.ts";
import { MAX_SAMPLES, samplesAllowed } from "./smaa.ts";

const Switch = z.object({
  kind: z.literal("switch"),
  method: z.literal("wsm", { error: "Only wsm has exact switch weights" })
    .default("wsm"),
  matrix: DecisionMatrix,
  weights: Weights,
  directions: Directions,
  params: Params.extend({
    criterion: z.int().min(0).max(MAX_CRITERIA - 1).optional().meta({
      description: "Index of the criterion; all of them by default",
    }),
  }).optional(),
}).superRefine((body, context) => {
  if (context.issues.length > 0) return;
  addMistakes(context, mistakesIn(body.method, body));
  const criterion = body.params?.criterion ?? 0;
  if (criterion < body.directions.length) return;
  const message = `No such criterion: there are ${body.directions.length}`;
  addMistakes(context, [{ path: ["params", "criterion"], message }]);
});

/** What SMAA may be asked of. */
export const SmaaBody = z.object({
  kind: z.literal("smaa"),
  method: z.enum(METHODS).default("wsm"),
  matrix: DecisionMatrix,
  weights: Weights.nullish().meta({
    description: "Not read: nothing is known of the weights",
  }),
  directions: Directions,
  params: Params.extend({
    samples: z.int().min(1).max(MAX_SAMPLES).optional().meta({
      description: "How many weights are drawn; 10,000 by default",
    }),
    seed: z.int().min(0).max(MAX_SEED).optional().meta({
      description: "The same seed gives the same answer; 1 by default",
    }),
  }).optional(),
}).superRefine((body, context) => {
  if (context.issues.length > 0) return;
  const weights = body.directions.map(() => 1 / body.directions.length);
  const mistakes = mistakesIn(body.method, { ...body, weights });
  addMistakes(context, mistakes);
  if (mistakes.length > 0) return;
  const most = samplesAllowed(body);
  if ((body.params?.samples ?? 1) <= most) return;
  const message = `Too many for ${body.method} and this size: at most ${most}`;
  addMistakes(context, [{ path: ["params", "samples"], message }]);
});

export const SensitivityBody = z.discriminatedUnion("kind", [Switch, SmaaBody]);
