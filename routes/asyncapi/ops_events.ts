/** What those who run the server are told: its figures, once a second. */
import { z } from "zod";
import { OPS_FIGURES } from "../../islands/ops_figures.ts";
import { Instant, signal } from "./event_shapes.ts";

const Sample = z.object({
  at: Instant,
  ...Object.fromEntries(
    OPS_FIGURES.map(({ name, label, unit }) => [
      name,
      z.number().nullable().meta({
        description: `${label} (${unit}); null: nothing to measure`,
      }),
    ]),
  ),
});

export const OPS_EVENTS = {
  figures_sampled: signal("figures_sampled", {
    node: z.string().meta({ description: "Whose figures these are" }),
    sample: Sample,
  }),
} as const;
