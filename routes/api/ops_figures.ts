/** `GET /api/v1/operations/figures`: what this node did in the last fifteen minutes, second by second. */
import { z } from "zod";
import { OPS_FIGURES } from "../../islands/ops_figures.ts";
import type { FigureSampler } from "../ops/figure_sampler.ts";
import { SAMPLE_EVERY_MS } from "../ops/figure_sampler.ts";
import { operation, type Route } from "./operation.ts";

const NAMES = OPS_FIGURES.map(({ name }) => name);

const Figures = z.object({
  everyMs: z.int(),
  /** What the columns behind the time are. */
  names: z.array(z.string()),
  /** Oldest first; each row its time (ms since 1970), then a value of each name. */
  samples: z.array(z.array(z.number().nullable())),
});

export function opsFiguresRoute(
  sampler: Pick<FigureSampler, "samples">,
): Route {
  return operation({
    method: "GET",
    path: "/api/v1/operations/figures",
    summary: "Figures of this node, one sample a second for fifteen minutes",
    tag: "Operations",
    action: "see_operations",
    input: {},
    answers: { 200: { description: "Columns and rows", schema: Figures } },
    run: ({ c }) =>
      c.json({
        everyMs: SAMPLE_EVERY_MS,
        names: NAMES,
        samples: sampler.samples.map((sample) => [
          sample.at,
          ...NAMES.map((name) => sample[name]),
        ]),
      }),
  });
}
