/** Decision calculations over HTTP: anyone who is signed in may ask, and nothing is kept. */
import { z } from "zod";
import { analyze, METHODS } from "../../domain/decisions/analyze.ts";
import { compare } from "../../domain/decisions/compare.ts";
import {
  AnalyzeBody,
  CompareBody,
} from "../../domain/decisions/decision_input.ts";
import { switchDetails } from "../../domain/decisions/sensitivity.ts";
import { SensitivityBody } from "../../domain/decisions/sensitivity_input.ts";
import type { Matrix } from "../../domain/decisions/decision.ts";
import { weigh } from "../../domain/decisions/weigh.ts";
import { WeighBody } from "../../domain/decisions/weigh_input.ts";
import type { AppContext } from "../env.ts";
import type { DecisionCalls } from "../workers/decision_calls.ts";
import type { DecisionTask } from "../workers/decision_worker.ts";
import {
  ANALYSES,
  COMPARISONS,
  SENSITIVITIES,
  WEIGHINGS,
} from "./decision_examples.ts";
import { operation, type Route } from "./operation.ts";

const tag = "Calculations";

/** Pairs of values that are compared at once: a few milliseconds. */
const MAX_PAIRS = 400_000;

const Details = z.record(z.string(), z.unknown()).meta({
  description: "The working, which differs by method; indices are 0-based",
});

const AnalyzeAnswer = z.object({
  method: z.enum(METHODS),
  scores: z.array(z.number()).meta({ description: "In input order" }),
  ranks: z.array(z.int()).meta({
    description: "In input order; 1 is best, equals share the better rank",
  }),
  details: Details,
});

const CompareAnswer = z.object({
  results: z.array(AnalyzeAnswer).meta({
    description: "By method in the order asked; details.rankReversal tells " +
      "who changes places without the last alternative",
  }),
  agreement: z.object({
    kendallW: z.number().nullable(),
    reason: z.string().optional(),
  }),
  winners: z.array(z.array(z.int())).meta({
    description: "Everyone ranked first, by method in the same order",
  }),
});

/** @param calls Calculations that would hold up this loop run in these workers. */
export function decisionRoutes(
  calls: Pick<DecisionCalls, "run">,
): readonly Route[] {
  const inWorker = async (c: AppContext, task: DecisionTask) =>
    c.body(await calls.run(task), 200, { "Content-Type": "application/json" });
  return [
    operation({
      method: "POST",
      path: "/api/v1/decisions/analyze",
      summary: "Scores and ranks alternatives by a method",
      tag,
      input: { body: AnalyzeBody.meta({ examples: ANALYSES }) },
      answers: { 200: { description: "The result", schema: AnalyzeAnswer } },
      run: ({ c, body }) =>
        isLarge(body.matrix, 1)
          ? inWorker(c, { do: "analyze", input: body })
          : c.json(analyze(body)),
    }),
    operation({
      method: "POST",
      path: "/api/v1/decisions/weights",
      summary: "Finds weights from a matrix or from comparisons",
      tag,
      input: {
        body: WeighBody.meta({
          type: "object",
          required: ["method"],
          examples: WEIGHINGS,
        }),
      },
      answers: {
        200: {
          description: "Weights that add up to 1",
          schema: z.object({ weights: z.array(z.number()), details: Details }),
        },
      },
      run: ({ c, body }) => c.json(weigh(body)),
    }),
    operation({
      method: "POST",
      path: "/api/v1/decisions/sensitivity",
      summary: "Tells what would change a result: weights that switch the " +
        "winner, or how often each rank is taken under any weights",
      tag,
      input: {
        body: SensitivityBody.meta({
          type: "object",
          required: ["kind", "matrix", "directions"],
          examples: SENSITIVITIES,
        }),
      },
      answers: {
        200: {
          description: "What was found",
          schema: z.object({ details: Details }),
        },
      },
      run: async ({ c, body }) => {
        if (body.kind === "switch") {
          const { criterion } = body.params ?? {};
          return c.json({ details: switchDetails({ ...body, criterion }) });
        }
        const { method, matrix, directions, params } = body;
        const { samples, seed } = params ?? {};
        const input = { method, matrix, directions, params, samples, seed };
        return await inWorker(c, { do: "smaa", input });
      },
    }),
    operation({
      method: "POST",
      path: "/api/v1/decisions/compare",
      summary: "Ranks by several methods, and tells how far they agree",
      tag,
      input: { body: CompareBody.meta({ examples: COMPARISONS }) },
      answers: { 200: { description: "All results", schema: CompareAnswer } },
      run: ({ c, body }) =>
        isLarge(body.matrix, body.methods.length)
          ? inWorker(c, { do: "compare", input: body })
          : c.json(compare(body)),
    }),
  ];
}

/** Whether the loop that delivers messages would wait for it. */
function isLarge(matrix: Matrix, methods: number): boolean {
  return matrix.length ** 2 * matrix[0].length * methods > MAX_PAIRS;
}
