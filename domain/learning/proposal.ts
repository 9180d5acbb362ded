/** A proposal of weights: open until somebody whom it does not rest on accepts or rejects it. */
import type { Json, RecordedEvent } from "../decider.ts";
import { listOf, numberOf, recordOf, textOf, textsOf } from "../read_json.ts";
import {
  type Evidence,
  LEARNING_FEEDBACK,
  type Person,
  type ProposedWeight,
} from "./events.ts";

export interface Proposal {
  readonly status: "open" | "accepted" | "rejected";
  readonly proposalId: string;
  readonly weights: readonly ProposedWeight[];
  readonly evidence: Evidence;
  readonly proposedBy: Person;
  readonly proposedAt: number;
  readonly settledBy: Person | null;
  readonly settledAt: number | null;
  /** Why, in the words of who settled it. */
  readonly reason: string | null;
}

/** `none`: nothing was ever proposed under this id. */
export type ProposalState = Proposal | { readonly status: "none" };

type Body = NonNullable<RecordedEvent["body"]>;

export function initial(): ProposalState {
  return { status: "none" };
}

/** Folds one entry in. What it does not know changes nothing; nothing stored makes it throw. */
export function evolve(
  state: ProposalState,
  { type, v, body, at }: RecordedEvent,
): ProposalState {
  if (type !== LEARNING_FEEDBACK || v !== 1 || body === null) return state;
  if (state.status === "none") {
    return body.event === "weights_proposed" ? proposed(body, at) : state;
  }
  if (state.status !== "open" || body.proposalId !== state.proposalId) {
    return state;
  }
  const accepted = body.event === "proposal_accepted";
  if (!accepted && body.event !== "proposal_rejected") return state;
  return {
    ...state,
    status: accepted ? "accepted" : "rejected",
    settledBy: personIn(body),
    settledAt: at,
    reason: textOf(body.reason),
  };
}

/** As it is shown and listed; times in ms since 1970. */
export function proposalJson(proposal: Proposal) {
  const { weights, evidence, proposedBy, settledBy, ...rest } = proposal;
  return {
    ...rest,
    weights: weights.map((one) => ({ ...one })),
    evidence: { ...evidence },
    proposedBy: { ...proposedBy },
    settledBy: settledBy && { ...settledBy },
  } satisfies Json;
}

function proposed(body: Body, at: number): ProposalState {
  const proposalId = textOf(body.proposalId);
  const evidence = recordOf(body.evidence);
  if (proposalId === null || evidence === null) return initial();
  return {
    status: "open",
    proposalId,
    weights: listOf(body.weights).flatMap(readWeight),
    evidence: {
      decisionIds: textsOf(evidence.decisionIds),
      counted: numberOf(evidence.counted) ?? 0,
      before: numberOf(evidence.before) ?? 0,
      after: numberOf(evidence.after) ?? 0,
      restsOn: textsOf(evidence.restsOn),
    },
    proposedBy: personIn(body),
    proposedAt: at,
    settledBy: null,
    settledAt: null,
    reason: null,
  };
}

function readWeight(value: Json): readonly ProposedWeight[] {
  const record = recordOf(value);
  const id = textOf(record?.id);
  const before = numberOf(record?.before);
  const after = numberOf(record?.after);
  if (id === null || before === null || after === null) return [];
  return [{ id, label: textOf(record?.label) ?? id, before, after }];
}

function personIn(body: Body): Person {
  const userId = textOf(body.userId) ?? "";
  return { userId, name: textOf(body.name) ?? userId };
}
