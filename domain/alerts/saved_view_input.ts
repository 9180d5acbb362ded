/** What comes in about saved views, checked: shapes and limits. */
import { z } from "zod";
import { Id, Text } from "../common_input.ts";
import { GROUPINGS, PERIODS, SHOWS } from "./alert_choice.ts";
import { ALERT_SEVERITIES } from "./events.ts";

export const SaveAlertView = z.object({
  name: Text(60).meta({
    description: "Saved again under the same name, it is replaced",
  }),
  show: z.enum(SHOWS).optional().meta({ description: "active without it" }),
  severities: z.array(z.enum(ALERT_SEVERITIES)).max(ALERT_SEVERITIES.length)
    .optional().meta({ description: "All without any" }),
  since: z.enum(PERIODS).optional().meta({
    description: "Only what happened within the last day or week",
  }),
  by: z.enum(GROUPINGS).optional().meta({ description: "Grouped by it" }),
  isDefault: z.boolean().optional().meta({
    description: "The list begins with it",
  }),
});
export type SaveAlertView = z.infer<typeof SaveAlertView>;

export const OfAlertView = z.object({ viewId: Id });
export type OfAlertView = z.infer<typeof OfAlertView>;
