/** The commands of learning, declared once: roles, routes, results. */
import { hasRole } from "../access.ts";
import type {
  Area,
  CommandDeclaration,
  Context,
  DomainEvent,
  Json,
  Place,
} from "../decider.ts";
import {
  decisions,
  DECISIONS_CHANNEL,
  decisionSubject,
} from "../decisions/live/decision_commands.ts";
import type { DecisionState } from "../decisions/live/live_decision.ts";
import { Refusal } from "../refusal.ts";
import type { RuleState } from "../rules/book/kept_rule.ts";
import { proposalSettled, weightsProposed } from "./events.ts";
import { type Feedback, initial as noFeedback } from "./feedback.ts";
import {
  createGiveFeedback,
  feedback,
  feedbackSubject,
  LEARNING_CHANNEL,
} from "./feedback_command.ts";
import { ProposeWeights, SettleProposal } from "./learning_input.ts";
import {
  evolve,
  initial,
  proposalJson,
  type ProposalState,
} from "./proposal.ts";
import { index, PROPOSAL_SUBJECT } from "./proposal_view.ts";
import { weightsFrom } from "./propose.ts";

export type ProposalCommand =
  | {
    readonly command: "propose";
    readonly proposalId: string;
    readonly decisionIds: readonly string[];
  }
  | {
    readonly command: "settle";
    readonly accepted: boolean;
    readonly reason: string | null;
  };

/** Decisions and what was said of them, by their subjects. */
type Also = { readonly [subject: string]: DecisionState | Feedback };

/** @param options.fourEyes Whether a proposal is settled by another than those it rests on. */
export function createLearningCommands(
  { fourEyes, rules }: {
    readonly fourEyes: boolean;
    readonly rules: Place<RuleState>["area"];
  },
) {
  const proposals: Area<ProposalState, ProposalCommand, Also> = {
    name: "learning",
    initial,
    evolve,
    decide: (state, command, context) =>
      command.command === "propose"
        ? propose(state, command, context)
        : settle(state, command, context, fourEyes),
    index,
  };

  const proposeWeights: CommandDeclaration<
    ProposeWeights,
    ProposalState,
    ProposalCommand,
    Also
  > = {
    name: "propose_weights",
    summary: "Propose weights that closed decisions speak for",
    input: ProposeWeights,
    role: "facilitator",
    http: { method: "POST", path: "/learning/proposals", status: 201 },
    area: proposals,
    scope: LEARNING_CHANNEL,
    complete: (input, newId) => ({
      ...input,
      proposalId: input.proposalId ?? newId(),
    }),
    channel: () => LEARNING_CHANNEL,
    subject: ({ proposalId = "" }) => PROPOSAL_SUBJECT + proposalId,
    also: ({ decisionIds }) =>
      Object.fromEntries(decisionIds.flatMap((id) => [
        [decisionSubject(id), {
          area: decisions,
          channel: DECISIONS_CHANNEL,
          subject: decisionSubject(id),
        }],
        [feedbackOn(id), {
          area: feedback,
          channel: LEARNING_CHANNEL,
          subject: feedbackOn(id),
        }],
      ])),
    command: ({ proposalId = "", decisionIds }) => ({
      command: "propose",
      proposalId,
      decisionIds,
    }),
    result: withProposal,
  };

  const settling = (accepted: boolean): CommandDeclaration<
    SettleProposal,
    ProposalState,
    ProposalCommand,
    Also
  > => ({
    name: accepted ? "accept_proposal" : "reject_proposal",
    summary: accepted
      ? "Accept weights that rest on others"
      : "Reject weights that rest on others",
    input: SettleProposal,
    role: "facilitator",
    http: {
      method: "POST",
      path: `/learning/proposals/{proposalId}/${
        accepted ? "accept" : "reject"
      }`,
      status: 200,
    },
    area: proposals,
    channel: () => LEARNING_CHANNEL,
    subject: ({ proposalId }) => PROPOSAL_SUBJECT + proposalId,
    command: ({ reason = null }) => ({ command: "settle", accepted, reason }),
    result: withProposal,
  });

  const declarations = [
    createGiveFeedback(rules),
    proposeWeights,
    settling(true),
    settling(false),
  ] as const;
  return { proposals, declarations };
}

function propose(
  state: ProposalState,
  { proposalId, decisionIds }: Extract<ProposalCommand, { command: "propose" }>,
  { user, also }: Context<Also>,
): readonly DomainEvent[] {
  if (!hasRole(user, "facilitator")) throw new Refusal("not_allowed");
  if (state.status !== "none") throw new Refusal("proposal_exists");
  const told = decisionIds.map((decisionId) => {
    const decision = also[decisionSubject(decisionId)];
    const said = also[feedbackOn(decisionId)];
    return {
      decisionId,
      decision: isDecision(decision) ? decision : noDecision(),
      feedback: isDecision(said) ? noFeedback() : said,
    };
  });
  return [weightsProposed({ proposalId, ...weightsFrom(told) }, user)];
}

function settle(
  state: ProposalState,
  { accepted, reason }: Extract<ProposalCommand, { command: "settle" }>,
  { user }: Context<Also>,
  fourEyes: boolean,
): readonly DomainEvent[] {
  if (!hasRole(user, "facilitator")) throw new Refusal("not_allowed");
  if (state.status === "none") throw new Refusal("proposal_not_found");
  if (state.status !== "open") throw new Refusal("proposal_settled");
  const { proposalId, proposedBy, evidence: { restsOn } } = state;
  const concerned = [proposedBy.userId, ...restsOn];
  if (fourEyes && concerned.includes(user.userId)) {
    throw new Refusal("own_proposal");
  }
  return [proposalSettled({ proposalId, accepted, reason }, user)];
}

function feedbackOn(id: string): string {
  return feedbackSubject({ kind: "decision", id });
}

function isDecision(state: DecisionState | Feedback): state is DecisionState {
  return "status" in state;
}

function noDecision(): DecisionState {
  return { status: "none" };
}

function withProposal(state: ProposalState): Json {
  return state.status === "none" ? null : { proposal: proposalJson(state) };
}
