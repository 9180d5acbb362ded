/** Every reference case of tests/support/cases/learning.json, by the calculation it is about. */
import { z } from "zod";
import file from "../../support/cases/learning.json" with { type: "json" };
import { probabilityBest } from "../../../domain/learning/best_arm.ts";
import { bradleyTerry } from "../../../domain/learning/bradley_terry.ts";
import { calibrate } from "../../../domain/learning/calibration.ts";
import { beliefAfter, posterior } from "../../../domain/learning/precision.ts";
import { wilson } from "../../../domain/learning/wilson.ts";
import { assertClose } from "../decisions/close.ts";

const numbers = z.array(z.number());
const pair = z.tuple([z.number(), z.number()]);

const ANSWERS: Record<string, (input: unknown) => Record<string, unknown>> = {
  beta_bernoulli(input) {
    const { alpha, beta, successes, failures } = z.object({
      alpha: z.number(),
      beta: z.number(),
      successes: z.int(),
      failures: z.int(),
    }).parse(input);
    const shape = { alpha: alpha + successes, beta: beta + failures };
    const { mean, variance, interval95 } = posterior(shape);
    return { mean, variance, ci95: interval95 };
  },
  beta_bernoulli_decay(input) {
    const { prior: [alpha, beta], decay, outcomes } = z.object({
      prior: pair,
      decay: z.number(),
      outcomes: numbers,
    }).parse(input);
    const prior = { alpha, beta };
    const correct = outcomes.map((outcome) => outcome === 1);
    return { ...posterior(beliefAfter(correct, { prior, decay })) };
  },
  brier_decomposition(input) {
    const { p, o } = z.object({ p: numbers, o: numbers }).parse(input);
    return { ...calibrate({ predicted: p, observed: o }) };
  },
  bradley_terry(input) {
    const { wins } = z.object({ wins: z.array(numbers) }).parse(input);
    return { ...bradleyTerry(wins) };
  },
  wilson(input) {
    const { confidence, ...counted } = z.object({
      successes: z.int(),
      n: z.int(),
      confidence: z.number(),
    }).parse(input);
    const [low, high] = wilson(counted, { confidence });
    return { low, high };
  },
  thompson(input) {
    const { arms } = z.object({ arms: z.array(pair) }).parse(input);
    const shapes = arms.map(([alpha, beta]) => ({ alpha, beta }));
    return { probBest: probabilityBest(shapes) };
  },
};

for (const { id, kind, input, expected, tolerance } of file.cases) {
  Deno.test(`[LE1] reference case ${id}`, () => {
    const actual = ANSWERS[kind](input);
    for (const [name, value] of Object.entries(expected)) {
      assertClose(actual[name], value, tolerance, name);
    }
  });
}
