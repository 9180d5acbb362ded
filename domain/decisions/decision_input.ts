/** What may be analysed, compared and shaken, checked: every mistake is named with its place. */
import { z } from "zod";
import { type Method, METHODS } from "./analyze.ts";
import { paramsFor } from "./compare.ts";
import { DIRECTIONS } from "./decision.ts";
import { isValue, isWeight, MAX_SIZE, MAX_WEIGHT } from "./magnitudes.ts";
import type { Mistake } from "./mistake.ts";
import { mistakesIn } from "./mistakes.ts";
import { MOORA_VARIANTS } from "./moora.ts";
import { NORMALIZATIONS } from "./normalize.ts";
import { PREFERENCES } from "./preference.ts";

export const MAX_ALTERNATIVES = 200;
export const MAX_CRITERIA = 50;

export const Value = z.number().refine(isValue, {
  error: `Neither 0 nor of a size from ${1 / MAX_SIZE} to ${MAX_SIZE}`,
});
const Share = z.number().min(0).max(1);
const Threshold = z.union([
  Value,
  z.array(Value.nullable()).max(MAX_CRITERIA),
]).nullable();

/** A list per criterion; its length is checked beside the matrix. */
const perCriterion = <Item extends z.ZodType>(item: Item) =>
  z.array(item).min(1).max(MAX_CRITERIA);

export const DecisionMatrix = z.array(perCriterion(Value)).min(1)
  .max(MAX_ALTERNATIVES).meta({
    description:
      `A row per alternative, a column per criterion; at most ${MAX_ALTERNATIVES} × ${MAX_CRITERIA}`,
  });

export const Directions = perCriterion(z.enum(DIRECTIONS)).meta({
  description: "Per criterion whether more is better, or less",
});

export const Weight = z.number().min(0, { abort: true })
  .max(MAX_WEIGHT, { abort: true })
  .refine(isWeight, { error: `Neither 0 nor at least ${1 / MAX_WEIGHT}` });

export const Weights = perCriterion(Weight).meta({
  description: "Per criterion; used as given, whatever their sum",
});

const PARAMS = {
  normalization: z.enum(NORMALIZATIONS).optional().meta({
    description:
      "wsm, wpm: none by default; topsis: vector by default, minmax or none",
  }),
  lambda: Share.optional().meta({
    description: "waspas: share of the sum; 0.5 by default",
  }),
  v: Share.optional().meta({
    description: "vikor: weight of group utility; 0.5 by default",
  }),
  preference: z.union([
    z.enum(PREFERENCES),
    perCriterion(z.enum(PREFERENCES)),
  ]).optional().meta({
    description: "promethee2: one for all or one per criterion; usual",
  }),
  q: Threshold.optional().meta({
    description: "promethee2: indifference, for ushape, level, linear",
  }),
  p: Threshold.optional().meta({
    description: "promethee2: preference, for vshape, level, linear",
  }),
  s: Threshold.optional().meta({
    description: "promethee2: where gaussian bends",
  }),
  concordance: Share.optional().meta({
    description: "electre1: least share that speaks for it; 0.65",
  }),
  discordance: Share.optional().meta({
    description: "electre1: most that may speak against it; 0.35",
  }),
  p0: Share.optional().meta({ description: "electre2: 0.65" }),
  p1: Share.optional().meta({ description: "electre2: 0.5" }),
  p2: Share.optional().meta({ description: "electre2: 0.35" }),
  q0: Share.optional().meta({ description: "electre2: 0.65" }),
  q1: Share.optional().meta({ description: "electre2: 0.35" }),
  scale: z.number().min(1).max(1000).optional().meta({
    description: "copras: the score of the best; 1 by default",
  }),
  optimal: perCriterion(Value).optional().meta({
    description: "aras: the optimal values; the best there are by default",
  }),
  variant: z.enum(MOORA_VARIANTS).optional().meta({
    description: "moora: ratio by default",
  }),
  bounds: perCriterion(z.tuple([Value, Value])).optional().meta({
    description: "spotis: lowest and highest possible value per criterion",
  }),
  ideal: perCriterion(Value).optional().meta({
    description: "spotis: what is wished for; the better bounds by default",
  }),
};

export const Params = z.object(PARAMS);

const Problem = z.object({
  matrix: DecisionMatrix,
  weights: Weights,
  directions: Directions,
});

export const AnalyzeBody = Problem.extend({
  method: z.enum(METHODS),
  params: Params.optional(),
}).superRefine((body, context) => {
  if (context.issues.length > 0) return;
  addMistakes(context, mistakesIn(body.method, body));
});

export const CompareBody = Problem.extend({
  methods: z.array(z.enum(METHODS)).min(1).max(METHODS.length)
    .refine((methods) => new Set(methods).size === methods.length, {
      error: "A method twice",
    }),
  params: z.object({
    ...PARAMS,
    ...byMethod(),
  }).optional().meta({
    description: "For all methods; under a method's name for that one alone",
  }),
}).superRefine((body, context) => {
  if (context.issues.length > 0) return;
  // One method's mistakes are enough; those in the shape are every method's.
  for (const method of body.methods) {
    const params = paramsFor(method, body.params);
    const mistakes = mistakesIn(method, { ...body, params });
    addMistakes(context, mistakes.map(named(method)));
    if (mistakes.length > 0) return;
  }
});

/** Adds what the domain finds wrong to what the shape already said. */
export function addMistakes(
  context: z.core.$RefinementCtx,
  mistakes: readonly Mistake[],
): void {
  for (const { path, message } of mistakes) {
    context.addIssue({ code: "custom", path: [...path], message });
  }
}

function byMethod() {
  const one = Params.optional();
  return Object.fromEntries(METHODS.map((method) => [method, one]));
}

function named(method: Method) {
  return ({ path, message }: Mistake): Mistake => ({
    path,
    message: `${method}: ${message}`,
  });
}
