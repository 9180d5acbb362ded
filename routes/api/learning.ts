/** Calibration over HTTP: anyone who is signed in may ask, and nothing is kept. */
import { z } from "zod";
import { calibrate } from "../../domain/learning/calibration.ts";
import { CalibrationBody } from "../../domain/learning/calibration_input.ts";
import { operation, type Route } from "./operation.ts";

const tag = "Calculations";

const Share = z.number().min(0).max(1);

const Answer = z.object({
  brier: Share,
  reliability: Share.meta({ description: "By distinct forecasts" }),
  resolution: Share,
  uncertainty: Share.meta({
    description: "brier = reliability − resolution + uncertainty",
  }),
  ece: Share.meta({ description: "By ten bins of equal width" }),
  logLoss: z.number().min(0).meta({
    description: "In nats; probabilities under 1e-15 count as that",
  }),
  curve: z.array(z.object({
    low: Share,
    high: Share,
    count: z.int().min(0),
    predicted: Share.nullable(),
    observed: Share.nullable(),
    interval95: z.tuple([Share, Share]).nullable().meta({
      description: "Wilson's, of what was observed",
    }),
  })),
});

export function calibrationRoutes(): readonly Route[] {
  return [
    operation({
      method: "POST",
      path: "/api/v1/learning/calibration",
      summary: "Measures forecasts against what happened",
      tag,
      input: {
        body: CalibrationBody.meta({
          examples: [{
            predicted: [0.1, 0.1, 0.8, 0.8],
            observed: [0, 0, 1, 0],
          }],
        }),
      },
      answers: { 200: { description: "The measures", schema: Answer } },
      run: ({ c, body }) => c.json(calibrate(body)),
    }),
  ];
}
