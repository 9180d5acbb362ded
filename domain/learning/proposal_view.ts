/** The proposals as a view: a row each, newest last. */
import type { RecordedEvent, ViewRow } from "../decider.ts";
import {
  evolve,
  initial,
  proposalJson,
  type ProposalState,
} from "./proposal.ts";

/** Rows by proposal id, sorted by when it was proposed. */
export const PROPOSALS_VIEW = "weight_proposals";

/** Raise the version when the rows change: the store then rebuilds the view. */
export const PROPOSAL_VIEWS = [[PROPOSALS_VIEW, 1]] as const;

/** What the subjects of proposals begin with. */
export const PROPOSAL_SUBJECT = "learning:proposal:";

/** Rows that change with an event; `state` is the state after it. */
export function index(
  state: ProposalState,
  _event: RecordedEvent,
): readonly ViewRow[] {
  if (state.status === "none") return [];
  return [{
    view: PROPOSALS_VIEW,
    key: state.proposalId,
    sort: state.proposedAt,
    data: proposalJson(state),
  }];
}

/**
 * Makes the same rows from recorded events alone, in their order per channel: for rebuilding
 * a view under a new version. It folds as it goes, so make one per rebuild.
 */
export function createProposalIndexer(): (
  event: RecordedEvent,
  subject: string,
) => readonly ViewRow[] {
  const states = new Map<string, ProposalState>();
  return (event, subject) => {
    if (!subject.startsWith(PROPOSAL_SUBJECT)) return [];
    const state = evolve(states.get(subject) ?? initial(), event);
    states.set(subject, state);
    return index(state, event);
  };
}
