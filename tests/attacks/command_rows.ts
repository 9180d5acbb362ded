/** Every command that is declared, the rule it falls under, and an attempt at it that is sound. */
import type { RuleName } from "./authorisation_rules.ts";

/** What must be there before an attempt. */
export type Given =
  | "poll"
  | "decision"
  | "alert"
  | "job"
  | "draft"
  | "rule"
  | "hold";

/** Where an attempt is made, and on what. `session` is `{}` in the house. */
export interface Place {
  readonly session: { readonly sessionId?: string };
  readonly sessionId: string;
  /** Of what was given; all of one name. */
  readonly id: string;
  readonly actor: string;
}

export interface CommandRow {
  readonly command: string;
  /** Inside sessions, in the house, or both. */
  readonly rules: readonly RuleName[];
  readonly given?: Given;
  readonly input: (place: Place) => Readonly<Record<string, unknown>>;
  /** Where those who may are told something of what they asked for. @default "yes" */
  readonly granted?: string;
  /** Only sockets offer it: it is told, not kept. */
  readonly signal?: true;
}

const alternatives = [{ id: "a", label: "A" }, { id: "b", label: "B" }];
const criteria = [{ id: "c", label: "C", direction: "cost", weight: 1 }];
const rule = {
  name: "Too much",
  priority: "LOW",
  type: "VALIDATION",
  when: "amount > 10",
  riskLevel: "LOW",
};
const facts = { amount: 11 };
const inPoll = ({ sessionId, id }: Place) => ({ sessionId, pollId: id });
const inDecision = ({ session, id }: Place) => ({ ...session, decisionId: id });
const ofAlert = ({ session, id }: Place) => ({ ...session, alertId: id });
const ofJob = ({ session, id }: Place) => ({ ...session, jobId: id });
const ofRule = ({ id }: Place) => ({ ruleId: id });
const channel = (place: Place) => `session:${place.sessionId}`;

export const COMMAND_ROWS: readonly CommandRow[] = [
  // Sessions.
  {
    command: "open_session",
    rules: ["facilitators"],
    input: () => ({ title: "Another" }),
  },
  {
    command: "join_session",
    rules: ["join"],
    input: ({ sessionId }) => ({ sessionId }),
  },
  {
    command: "leave_session",
    rules: ["leave"],
    input: ({ sessionId }) => ({ sessionId }),
  },
  {
    command: "add_participant",
    rules: ["lead"],
    input: ({ sessionId }) => ({ sessionId, userId: "newcomer" }),
  },
  {
    command: "add_participant",
    rules: ["join"],
    input: ({ sessionId, actor }) => ({ sessionId, userId: actor }),
  },
  {
    command: "remove_participant",
    rules: ["lead"],
    input: ({ sessionId }) => ({ sessionId, userId: "bystander" }),
  },
  {
    command: "remove_participant",
    rules: ["leave"],
    input: ({ sessionId, actor }) => ({ sessionId, userId: actor }),
  },
  {
    command: "set_participant_status",
    rules: ["present"],
    input: ({ sessionId, actor }) => ({
      sessionId,
      userId: actor,
      status: "away",
    }),
  },
  {
    command: "post_message",
    rules: ["speak"],
    input: ({ sessionId }) => ({ sessionId, text: "Hello" }),
  },
  {
    command: "close_session",
    rules: ["lead"],
    input: ({ sessionId }) => ({ sessionId }),
  },
  // Polls.
  {
    command: "open_poll",
    rules: ["lead"],
    input: ({ sessionId }) => ({
      sessionId,
      question: "Which?",
      method: "plurality",
      alternatives,
    }),
  },
  {
    command: "cast_ballot",
    rules: ["vote"],
    given: "poll",
    input: (place) => ({ ...inPoll(place), choice: "a" }),
  },
  { command: "recuse", rules: ["vote"], given: "poll", input: inPoll },
  {
    command: "change_voter",
    rules: ["lead"],
    given: "poll",
    input: (place) => ({ ...inPoll(place), userId: "bystander", weight: 2 }),
  },
  { command: "close_poll", rules: ["lead"], given: "poll", input: inPoll },
  { command: "cancel_poll", rules: ["lead"], given: "poll", input: inPoll },
  // Decisions.
  {
    command: "open_decision",
    rules: ["lead", "members"],
    input: ({ session }) => ({
      ...session,
      title: "Where to",
      alternatives,
      criteria,
    }),
  },
  {
    command: "change_decision",
    rules: ["lead", "facilitators"],
    given: "decision",
    input: (place) => ({ ...inDecision(place), title: "Where else" }),
  },
  {
    command: "set_weights",
    rules: ["voice", "members"],
    given: "decision",
    input: (place) => ({ ...inDecision(place), weights: { c: 2 } }),
  },
  {
    command: "drag_weights",
    rules: ["voice", "members"],
    given: "decision",
    input: (place) => ({ ...inDecision(place), weights: { c: 2 } }),
    signal: true,
  },
  {
    command: "give_scores",
    rules: ["voice", "members"],
    given: "decision",
    input: (place) => ({ ...inDecision(place), scores: { a: { c: 1 } } }),
  },
  {
    command: "reveal_scores",
    rules: ["lead", "facilitators"],
    given: "decision",
    input: inDecision,
  },
  {
    command: "close_decision",
    rules: ["lead", "facilitators"],
    given: "decision",
    input: (place) => ({ ...inDecision(place), chosen: "a" }),
  },
  {
    command: "run_analysis",
    rules: ["voice"],
    input: ({ sessionId }) => ({
      sessionId,
      method: "topsis",
      matrix: [[1, 2], [2, 1]],
      weights: [1, 1],
      directions: ["cost", "benefit"],
    }),
  },
  {
    command: "run_evaluation",
    rules: ["voice"],
    input: ({ sessionId }) => ({
      sessionId,
      rules: [{ ...rule, id: "own" }],
      facts,
    }),
  },
  // Rules.
  { command: "create_rule", rules: ["facilitators"], input: () => rule },
  {
    command: "edit_rule",
    rules: ["facilitators"],
    given: "draft",
    input: (place) => ({ ...rule, ...ofRule(place), name: "Far too much" }),
  },
  {
    command: "discard_draft",
    rules: ["facilitators"],
    given: "draft",
    input: ofRule,
  },
  {
    command: "publish_rule",
    rules: ["facilitators"],
    given: "draft",
    input: ofRule,
  },
  {
    command: "deactivate_rule",
    rules: ["facilitators"],
    given: "rule",
    input: ofRule,
  },
  {
    command: "activate_rule",
    rules: ["facilitators"],
    given: "rule",
    input: ofRule,
  },
  // Alerts.
  {
    command: "raise_alert",
    rules: ["voice", "members"],
    input: ({ session }) => ({ ...session, severity: "low", title: "Look" }),
  },
  ...["acknowledge_alert", "resolve_alert"].map((command) => ({
    command,
    rules: ["voice", "members"],
    given: "alert",
    input: ofAlert,
  } as const)),
  {
    command: "assign_alert",
    rules: ["voice", "members"],
    given: "alert",
    input: (place) => ({ ...ofAlert(place), userId: place.actor }),
  },
  {
    command: "snooze_alert",
    rules: ["voice", "members"],
    given: "alert",
    input: (place) => ({ ...ofAlert(place), until: "2100-01-01T00:00:00Z" }),
  },
  {
    command: "note_alert",
    rules: ["voice", "members"],
    given: "alert",
    input: (place) => ({ ...ofAlert(place), text: "Seen" }),
  },
  ...["wake_alert", "escalate_alert"].map((command) => ({
    command,
    rules: ["clock", "admins"],
    given: "alert",
    input: ofAlert,
  } as const)),
  {
    command: "save_alert_view",
    rules: ["observers"],
    input: () => ({ name: "Mine" }),
  },
  {
    command: "remove_alert_view",
    rules: ["observers"],
    input: () => ({ viewId: "none" }),
  },
  // Learning.
  {
    command: "give_feedback",
    rules: ["voice", "members"],
    given: "rule",
    input: ({ session, id }) => ({
      ...session,
      subject: { kind: "rule", id },
      outcome: "correct",
    }),
  },
  {
    command: "propose_weights",
    rules: ["facilitators"],
    input: () => ({ decisionIds: ["none"] }),
    granted: "decision_not_found",
  },
  ...["accept_proposal", "reject_proposal"].map((command) => ({
    command,
    rules: ["facilitators"],
    input: () => ({ proposalId: "none" }),
    granted: "proposal_not_found",
  } as const)),
  // Jobs. A backtest of no rule ends by itself, and never well.
  {
    command: "submit_job",
    rules: ["voice", "members"],
    input: ({ session }) => ({
      ...session,
      type: "rules.backtest",
      input: { ruleId: "none", facts: [facts] },
    }),
  },
  ...["cancel_job", "retry_job"].map((command) => ({
    command,
    rules: ["job", "facilitators"],
    given: "job",
    input: ofJob,
  } as const)),
  // One's own.
  {
    command: "record_notifications",
    rules: ["observers"],
    input: () => ({ items: [{ channel: "alerts", offset: 1, shown: true }] }),
  },
  {
    command: "record_notifications",
    rules: ["another"],
    input: () => ({
      items: [{ channel: "user:service", offset: 1, shown: true }],
    }),
  },
  // Keeping.
  {
    command: "place_hold",
    rules: ["hold"],
    input: (place) => ({ channel: channel(place), reason: "A case" }),
  },
  {
    command: "lift_hold",
    rules: ["keep"],
    given: "hold",
    input: (place) => ({ channel: channel(place) }),
  },
  {
    command: "set_retention",
    rules: ["keep"],
    input: (place) => ({ channel: channel(place), days: 30 }),
  },
];

/** The server's own: neither the socket nor HTTP offers them, to nobody. */
export const INTERNAL = [
  "change_account",
  "claim_job",
  "finish_job",
  "release_job",
  "renew_job",
  "requeue_job",
  "return_job",
];
