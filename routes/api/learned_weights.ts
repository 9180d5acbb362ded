/** Weights that somebody accepted, over HTTP: there to be taken up, by whoever decides. */
import { z } from "zod";
import { DIRECTIONS } from "../../domain/decisions/decision.ts";
import type { LearningReading } from "../learning_reading.ts";
import { operation, type Route } from "./operation.ts";
import { isoTime } from "./times.ts";

const LearnedWeights = z.object({
  proposalId: z.string(),
  weights: z.array(z.object({
    id: z.string(),
    label: z.string(),
    direction: z.enum(DIRECTIONS).nullable().meta({
      description: "null in proposals of earlier days: fits either",
    }),
    weight: z.number().min(0).max(1),
  })),
  outcomes: z.int().min(0).meta({ description: "Decisions it rests on" }),
  acceptedBy: z.object({ userId: z.string(), name: z.string() }),
  acceptedAt: z.iso.datetime(),
});

export function learnedWeightsRoute(
  reading: Pick<LearningReading, "learnedWeights">,
): Route {
  return operation({
    method: "GET",
    path: "/api/v1/learning/weights",
    summary: "Shows weights that were accepted, ready to be taken up",
    tag: "Learning",
    input: {},
    answers: {
      200: {
        description: "Accepted last first; they apply to nothing by themselves",
        schema: z.object({ items: z.array(LearnedWeights) }),
      },
    },
    run: async ({ c }) => {
      const items = await reading.learnedWeights();
      return c.json({
        items: items.map(({ acceptedAt, ...one }) => ({
          ...one,
          acceptedAt: isoTime(acceptedAt),
        })),
      });
    },
  });
}
