/** Decision calculations over HTTP: anyone who is signed in may ask, and nothing is kept but a cache. */
import { z } from "zod";
import { METHODS } from "../../domain/decisions/analyze.ts";
import {
  AnalyzeBody,
  CompareBody,
} from "../../domain/decisions/decision_input.ts";
import { switchDetails } from "../../domain/decisions/sensitivity.ts";
import { SensitivityBody } from "../../domain/decisions/sensitivity_input.ts";
import { weigh } from "../../domain/decisions/weigh.ts";
import { WeighBody } from "../../domain/decisions/weigh_input.ts";
import type { AppContext } from "../env.ts";
import { DecisionResults } from "../decision_results.ts";
import type { DecisionTask } from "../workers/decision_task.ts";
import {
  ANALYSES,
  COMPARISONS,
  SENSITIVITIES,
  WEIGHINGS,
} from "./decision_examples.ts";
import { operation, type Route } from "./operation.ts";
import { isoTime } from "./times.ts";

const tag = "Calculations";

/** When it was worked out, and whether that was for somebody who asked before. */
const known = { computedAt: z.iso.datetime(), cached: z.boolean() };

const Details = z.record(z.string(), z.unknown()).meta({
  description: "The working, which differs by method; indices are 0-based",
});

const Analysis = z.object({
  method: z.enum(METHODS),
  scores: z.array(z.number()).meta({ description: "In input order" }),
  ranks: z.array(z.int()).meta({
    description: "In input order; 1 is best, equals share the better rank",
  }),
  details: Details,
});

const AnalyzeAnswer = Analysis.extend(known);

const CompareAnswer = z.object({
  results: z.array(Analysis).meta({
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
  ...known,
});

/** @param decisions What is known already, and what works out the rest. */
export function decisionRoutes(
  decisions: Pick<DecisionResults, "of"> = new DecisionResults(),
): readonly Route[] {
  const answer = async (c: AppContext, task: DecisionTask) => {
    const { json, computedAt, cached } = await decisions.of(task);
    const more = JSON.stringify({ computedAt: isoTime(computedAt), cached });
    // One object of two, without reading what may be megabytes.
    const text = `${json.slice(0, -1)},${more.slice(1)}`;
    return c.body(text, 200, { "Content-Type": "application/json" });
  };
  return [
    operation({
      method: "POST",
      path: "/api/v1/decisions/analyze",
      summary: "Scores and ranks alternatives by a method",
      tag,
      input: { body: AnalyzeBody.meta({ examples: ANALYSES }) },
      answers: { 200: { description: "The result", schema: AnalyzeAnswer } },
      run: ({ c, body }) => answer(c, { do: "analyze", input: body }),
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
          schema: z.object({ details: Details }).extend(
            z.object(known).partial().shape,
          ).meta({ description: "`computedAt` and `cached` for `smaa`" }),
        },
      },
      run: async ({ c, body }) => {
        if (body.kind === "switch") {
          const { criterion } = body.params ?? {};
          return c.json({ details: switchDetails({ ...body, criterion }) });
        }
        const { method, matrix, directions } = body;
        const { samples, seed, ...params } = body.params ?? {};
        const input = { method, matrix, directions, params, samples, seed };
        return await answer(c, { do: "smaa", input });
      },
    }),
    operation({
      method: "POST",
      path: "/api/v1/decisions/compare",
      summary: "Ranks by several methods, and tells how far they agree",
      tag,
      input: { body: CompareBody.meta({ examples: COMPARISONS }) },
      answers: { 200: { description: "All results", schema: CompareAnswer } },
      run: ({ c, body }) => answer(c, { do: "compare", input: body }),
    }),
  ];
}
