/** The proposals as a view: a row each, newest last. */
import type { RecordedEvent, ViewRow } from "../decider.ts";
import { createRowIndexer, type RowIndexer } from "../row_indexer.ts";
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

/** Makes the same rows from the log alone: for rebuilding a view under a new version. */
export function createProposalIndexer(): RowIndexer {
  const prefix = PROPOSAL_SUBJECT;
  return createRowIndexer({ initial, evolve, index }, { prefix });
}
