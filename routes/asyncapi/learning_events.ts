/** What is told of feedback and of weights that are proposed. */
import { z } from "zod";
import { DIRECTIONS } from "../../domain/decisions/decision.ts";
import { OUTCOMES, SUBJECT_KINDS } from "../../domain/learning/events.ts";
import { Anything, BY, event, signal, UserId } from "./event_shapes.ts";

const SETTLED = {
  ...BY,
  proposalId: z.string(),
  reason: z.string().nullable(),
};

export const LEARNING_EVENTS = {
  feedback_given: event("feedback_given", {
    ...BY,
    subject: z.object({
      kind: z.enum(SUBJECT_KINDS),
      id: z.string(),
      evaluationId: z.string().nullable(),
    }),
    outcome: z.enum(OUTCOMES),
    comment: z.string().nullable(),
    sessionId: z.string().nullable(),
  }),
  weights_proposed: event("weights_proposed", {
    ...BY,
    proposalId: z.string(),
    weights: z.array(z.object({
      id: z.string(),
      label: z.string(),
      direction: z.enum(DIRECTIONS).optional(),
      before: z.number(),
      after: z.number(),
    })),
    evidence: z.object({
      decisionIds: z.array(z.string()),
      counted: z.int(),
      before: z.number(),
      after: z.number(),
      restsOn: z.array(UserId),
    }),
  }),
  proposal_accepted: event("proposal_accepted", SETTLED),
  proposal_rejected: event("proposal_rejected", SETTLED),
  trust_updated: signal("trust_updated", {
    kind: z.enum(SUBJECT_KINDS),
    id: z.string(),
  }).catchall(Anything),
};
