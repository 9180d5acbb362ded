/** What calibration can be measured on, checked: every mistake is named with its place. */
import { z } from "zod";

export const MAX_FORECASTS = 50_000;

export const CalibrationBody = z.object({
  predicted: z.array(z.number().min(0).max(1)).min(1).max(MAX_FORECASTS).meta({
    description: "Probabilities from 0 to 1",
  }),
  observed: z.array(
    z.union([z.literal(0), z.literal(1), z.boolean()], {
      error: "Must be 0 or 1: what happened, not how likely it was",
    }).transform(Number),
  ).min(1).max(MAX_FORECASTS).meta({
    description: "What happened, in the same order: 1 or true, if it did",
  }),
}).superRefine(({ predicted, observed }, context) => {
  if (predicted.length === observed.length) return;
  const message =
    `As many outcomes as forecasts are needed: ${predicted.length}, not ${observed.length}`;
  context.addIssue({ code: "custom", path: ["observed"], message });
});
