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
  occurred_in_the_future: "Cannot raise an alert before it has happened",
  too_many_alert_views: "Cannot save another view: remove one of yours before",
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
  job_not_found: "Cannot find this job",
  job_exists: "Cannot submit a job under an id that is taken",
  job_done: "Cannot retry a job that is done",
  claim_lost: "Cannot go on with a job that another worker holds",
  hold_exists: "Cannot place a hold on a channel that is on hold",
  hold_not_found: "Cannot lift a hold where there is none",
  too_little_known: "Cannot propose weights: too few decisions tell anything",
  account_not_found: "Cannot find this account",
  account_exists: "Cannot make an account under a name that is taken",
  account_inactive: "Cannot do this with an account that is not in use",
  account_of_provider: "Cannot change here what the provider decides",
  own_account: "Cannot do this to your own account: another admin must",
  link_dead: "Cannot use this link: it was used, replaced or has expired",
  password_changed: "Cannot go on: the password has changed meanwhile",
  too_many_tokens: "Cannot make another token: revoke one of yours before",
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
