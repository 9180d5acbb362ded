/** What comes in about learning, checked: feedback, proposals and their settling. */
import { z } from "zod";
import { Id, Text } from "../common_input.ts";
import { SessionId } from "../sessions/session_input.ts";
import { OUTCOMES, SUBJECT_KINDS } from "./events.ts";

/** Of rules and decisions alike; whether there is one is asked when it is decided. */
const SubjectId = z.string().regex(/^[a-z0-9][A-Za-z0-9_.-]{0,63}$/, {
  error: "must be 1 to 64 of A-Z a-z 0-9 _ . -, first a small letter or digit",
});
const EvaluationId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}$/, {
  error: "must be 1 to 128 of A-Z a-z 0-9 _ . : -",
});

/** Decisions a proposal rests on at most. */
export const MAX_DECISIONS = 50;

export const GiveFeedback = z.object({
  subject: z.object({
    kind: z.enum(SUBJECT_KINDS),
    id: SubjectId,
    evaluationId: EvaluationId.optional().meta({
      description: "Which of its results; one person counts once per result",
    }),
  }),
  outcome: z.enum(OUTCOMES),
  comment: Text(1000).optional(),
  sessionId: SessionId.optional().meta({
    description: "Whose session; what was said then stays in it",
  }),
});
export type GiveFeedback = z.infer<typeof GiveFeedback>;

export const ProposeWeights = z.object({
  proposalId: Id.optional(),
  decisionIds: z.array(Id).min(1).max(MAX_DECISIONS).refine(
    (ids) => new Set(ids).size === ids.length,
    { error: "Each only once" },
  ).meta({
    description: "Closed decisions of the house that have the same criteria",
  }),
});
export type ProposeWeights = z.infer<typeof ProposeWeights>;

export const SettleProposal = z.object({
  proposalId: Id,
  reason: Text(1000).optional(),
});
export type SettleProposal = z.infer<typeof SettleProposal>;
