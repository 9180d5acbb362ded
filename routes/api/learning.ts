/** Learning over HTTP: calibration as a calculation, and what was learned. Writing is by commands. */
import { z } from "zod";
import { calibrate } from "../../domain/learning/calibration.ts";
import { CalibrationBody } from "../../domain/learning/calibration_input.ts";
import type { LearningReading } from "../learning_reading.ts";
import { learnedWeightsRoute } from "./learned_weights.ts";
import { operation, type Route } from "./operation.ts";
import { Page, refuseCursor } from "./paging.ts";
import { isoTime, withIsoTimes } from "./times.ts";

const Share = z.number().min(0).max(1);

const Calibration = z.object({
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
      tag: "Calculations",
      input: {
        body: CalibrationBody.meta({
          examples: [{
            predicted: [0.1, 0.1, 0.8, 0.8],
            observed: [0, 0, 1, 0],
          }],
        }),
      },
      answers: { 200: { description: "The measures", schema: Calibration } },
      run: ({ c, body }) => c.json(calibrate(body)),
    }),
  ];
}

const Learned = z.object({
  id: z.string(),
  labels: z.int().min(0).meta({ description: "One person, one result: once" }),
  correct: z.int().min(0),
  incorrect: z.int().min(0),
  alpha: z.number(),
  beta: z.number(),
  mean: Share,
  interval95: z.tuple([Share, Share]),
  tooFew: z.boolean().meta({ description: "Under ten labels" }),
  changedAt: z.iso.datetime(),
});

const Proposal = z.looseObject({
  proposalId: z.string(),
  status: z.enum(["open", "accepted", "rejected"]),
  weights: z.array(z.object({
    id: z.string(),
    label: z.string(),
    before: z.number(),
    after: z.number(),
  })),
});

export function learningRoutes(reading: LearningReading): Route[] {
  return [
    operation({
      method: "GET",
      path: "/api/v1/learning",
      summary: "Shows how far rules can be trusted, and what is proposed",
      tag: "Learning",
      input: { query: Page },
      answers: {
        200: {
          description: "A page of rules, decisions that have labels, proposals",
          schema: z.object({
            rules: z.array(Learned),
            nextCursor: z.string().nullable(),
            calibration: Calibration.nullable().meta({
              description: "Of the trust in these rules before each label",
            }),
            decisions: z.array(Learned),
            proposals: z.array(Proposal),
          }),
        },
      },
      run: async ({ c, query: { limit, cursor } }) => {
        const [rules, decisions, proposals] = await Promise.all([
          reading.list({ kind: "rule", limit, cursor }).catch(refuseCursor),
          reading.list({ kind: "decision", limit: MAX_DECISIONS }),
          reading.proposals(),
        ]);
        return c.json({
          rules: rules.items.map(shown),
          nextCursor: rules.nextCursor,
          calibration: rules.calibration,
          decisions: decisions.items.map(shown),
          proposals: proposals.map(withIsoTimes),
        });
      },
    }),
    learnedWeightsRoute(reading),
  ];
}

/** Decisions shown beside a page of rules. */
const MAX_DECISIONS = 100;

type Shown = Awaited<ReturnType<LearningReading["list"]>>["items"][number];

function shown({ kind: _, changedAt, ...learned }: Shown) {
  return { ...learned, changedAt: isoTime(changedAt) };
}
