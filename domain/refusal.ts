/** Refusals: the expected ways the domain says no. A published code is never reused. */
export const REFUSALS = {
  session_not_found: "Cannot find this session",
  session_exists: "Cannot open a session under an id that is taken",
  session_full: "Cannot add another participant to this session",
  session_closed: "Cannot change a session after it was closed",
  not_allowed: "Cannot do this with your role",
  not_a_participant: "Cannot write in a session before you have joined it",
  participant_not_found: "Cannot find this participant in the session",
  participant_exists: "Cannot add a participant who already takes part",
  last_facilitator: "Cannot leave a session without a facilitator",
  notification_not_found: "Cannot find this notification in your inbox",
  poll_not_found: "Cannot find this poll in the session",
  poll_exists: "Cannot open a poll under an id that is taken",
  poll_closed: "Cannot change a poll after it was closed",
  round_ended: "Cannot cast a ballot in a round that has ended",
  closes_in_the_past: "Cannot open a poll that would be closed already",
  not_a_voter: "Cannot vote in this poll: you are not in its electorate",
  ballot_invalid: "Cannot take this ballot: it does not fit the poll",
  reason_missing: "Cannot block without a reason",
  decision_not_found: "Cannot find this decision",
  decision_exists: "Cannot open a decision under an id that is taken",
  already_recorded: "Cannot record something under an id that is taken",
  decision_closed: "Cannot change a decision after it was closed",
  alert_not_found: "Cannot find this alert",
  alert_exists: "Cannot raise an alert under an id that is taken",
  alert_resolved: "Cannot change an alert after it was resolved",
  snooze_in_the_past: "Cannot snooze an alert until a time that is over",
  rule_not_found: "Cannot find this rule",
  rule_exists: "Cannot write a rule under an id that is taken",
  rule_invalid: "Cannot keep this rule: it could not run",
  draft_changed: "Cannot save over a draft that another has changed since",
  nothing_to_publish: "Cannot publish a rule that has no draft",
  own_draft: "Cannot publish a draft that you wrote on: another must",
  decision_invalid: "Cannot take this: it does not fit the decision",
  proposal_not_found: "Cannot find this proposal",
  proposal_exists: "Cannot propose under an id that is taken",
  proposal_settled: "Cannot settle a proposal twice",
  own_proposal: "Cannot settle a proposal that rests on you: another must",
  too_little_known: "Cannot propose weights: too few decisions tell anything",
} as const;

export type RefusalCode = keyof typeof REFUSALS;

export interface RefusalOptions extends ErrorOptions {
  /** Where in the input it is wrong. */
  readonly errors?: readonly {
    readonly path: string;
    readonly message: string;
  }[];
}

/** A well-formed command that is not allowed. Caught only at a boundary. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly errors: RefusalOptions["errors"];

  constructor(readonly code: RefusalCode, options: RefusalOptions = {}) {
    super(REFUSALS[code], options);
    this.errors = options.errors;
  }
}
