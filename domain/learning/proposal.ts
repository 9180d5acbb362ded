/** A proposal of weights: open until somebody whom it does not rest on accepts or rejects it. */
import type { Json, RecordedEvent } from "../decider.ts";
import { DIRECTIONS } from "../decisions/decision.ts";
import { listOf, numberOf, recordOf, textOf, textsOf } from "../read_json.ts";
import {
  type Evidence,
  LEARNING_FEEDBACK,
  type Person,
  type ProposedWeight,
} from "./events.ts";

const STATUSES = ["open", "accepted", "rejected"] as const;

export interface Proposal {
  readonly status: typeof STATUSES[number];
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
    return body.event === "weights_proposed" ? proposed(body, at, body) : state;
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

/** A proposal as its row holds it; undefined for what is none. */
export function readProposal(value: Json): Proposal | undefined {
  const row = recordOf(value);
  const status = STATUSES.find((one) => one === row?.status);
  if (row === null || status === undefined) return undefined;
  const { settledBy, settledAt, reason } = row;
  const made = proposed(row, numberOf(row.proposedAt) ?? 0, row.proposedBy);
  if (made.status === "none") return undefined;
  return {
    ...made,
    status,
    settledBy: recordOf(settledBy) && personIn(settledBy),
    settledAt: numberOf(settledAt),
    reason: textOf(reason),
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

/** @param by Where it says who proposed it. */
function proposed(
  body: Readonly<Record<string, Json>>,
  at: number,
  by: Json | undefined,
): ProposalState {
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
    proposedBy: personIn(by),
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
  const direction = DIRECTIONS.find((one) => one === record?.direction);
  const label = textOf(record?.label) ?? id;
  return [{ id, label, ...(direction && { direction }), before, after }];
}

function personIn(value: Json | undefined): Person {
  const person = recordOf(value);
  const userId = textOf(person?.userId) ?? "";
  return { userId, name: textOf(person?.name) ?? userId };
}
