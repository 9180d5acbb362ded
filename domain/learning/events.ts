/** What was said and proposed, as stored: version 1 of every body. */
import type { DomainEvent, Json } from "../decider.ts";
import type { Direction } from "../decisions/decision.ts";

/** Message type all of them travel as. */
export const LEARNING_FEEDBACK = "LEARNING_FEEDBACK";

export const SUBJECT_KINDS = ["rule", "decision", "alert"] as const;
export type SubjectKind = typeof SUBJECT_KINDS[number];

export const OUTCOMES = ["correct", "incorrect"] as const;
export type Outcome = typeof OUTCOMES[number];

/** What feedback is about; without `evaluationId` it is about the whole. */
export interface FeedbackSubject {
  readonly kind: SubjectKind;
  readonly id: string;
  readonly evaluationId: string | null;
}

export interface Person {
  readonly userId: string;
  readonly name: string;
}

/** A criterion's weight as it was used and as it is proposed; each of both sums to 1. */
export interface ProposedWeight {
  readonly id: string;
  readonly label: string;
  /** Absent in proposals of earlier days. */
  readonly direction?: Direction;
  readonly before: number;
  readonly after: number;
}

/** What a proposal was computed from, so that whoever judges it sees why. */
export interface Evidence {
  readonly decisionIds: readonly string[];
  /** Decisions that counted; the others were judged incorrect, or told nothing apart. */
  readonly counted: number;
  /** Mean log likelihood of the choices, per decision, under either weights. */
  readonly before: number;
  readonly after: number;
  /** User ids of those whose feedback it rests on. */
  readonly restsOn: readonly string[];
}

export interface Proposing {
  readonly proposalId: string;
  readonly weights: readonly ProposedWeight[];
  readonly evidence: Evidence;
}

export function feedbackGiven(
  feedback: {
    readonly subject: FeedbackSubject;
    readonly outcome: Outcome;
    readonly comment: string | null;
    readonly sessionId: string | null;
  },
  by: Person,
): DomainEvent {
  const { subject: { kind, id, evaluationId }, ...said } = feedback;
  const subject = { kind, id, evaluationId };
  return happened("feedback_given", by, { ...said, subject });
}

export function weightsProposed(
  { proposalId, weights, evidence }: Proposing,
  by: Person,
): DomainEvent {
  return happened("weights_proposed", by, {
    proposalId,
    weights: weights.map((one) => ({ ...one })),
    evidence: { ...evidence },
  });
}

export function proposalSettled(
  settled: {
    readonly proposalId: string;
    readonly accepted: boolean;
    readonly reason: string | null;
  },
  by: Person,
): DomainEvent {
  const { proposalId, accepted, reason } = settled;
  const event = accepted ? "proposal_accepted" : "proposal_rejected";
  return happened(event, by, { proposalId, reason });
}

function happened(
  event: string,
  { userId, name }: Person,
  body: { readonly [key: string]: Json },
): DomainEvent {
  return {
    type: LEARNING_FEEDBACK,
    v: 1,
    body: { event, ...body, userId, name },
  };
}
