/** What the policy may be applied to, checked. */
import { z } from "zod";
import { castOf, MAX_WEIGHT } from "./policy.ts";

const Weight = z.number().min(0).max(MAX_WEIGHT);

export const PolicyBody = z.object({
  yes: Weight,
  no: Weight,
  abstain: Weight.default(0),
  eligible: Weight.meta({ description: "Weight of everyone who may vote" }),
  quorum: z.number().min(0).max(1).meta({
    description:
      "Least share of the eligible weight that must be cast, abstentions included",
  }),
  threshold: z.union([z.number().min(0).max(1), z.literal("majority")]).meta({
    description: 'Least yes / (yes + no); "majority" is more than one half',
  }),
  vetoes: z.int().min(0).max(MAX_WEIGHT).default(0),
}).superRefine((votes, context) => {
  if (context.issues.length > 0 || castOf(votes) !== undefined) return;
  const message = "Less than was cast: yes, no and abstain together";
  context.addIssue({ code: "custom", path: ["eligible"], message });
});
