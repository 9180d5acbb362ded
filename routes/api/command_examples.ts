/** Bodies of commands over HTTP, as the API's document shows them; by command, the first is the usual one. */
import { DECISION_EXAMPLES } from "./command_examples_decisions.ts";

type Body = { readonly [field: string]: unknown };

const RULE = {
  name: "Large cash deposit",
  priority: "HIGH",
  type: "VALIDATION",
  when: 'fact.kind == "cash" && fact.amount > 10000',
  riskLevel: "HIGH",
  message: "{{ fact.amount }} in cash",
};

const SESSION_EXAMPLES: Readonly<Record<string, readonly Body[]>> = {
  open_session: [{
    title: "Onboard vendor KX-14?",
    description: "Due diligence of the third quarter",
    participants: [
      { userId: "ana", name: "Ana", role: "member" },
      { userId: "ben", name: "Ben", role: "observer", weight: 2 },
    ],
  }, { title: "Open to everybody", open: true }],
  add_participant: [{ userId: "cem", name: "Cem", role: "member" }],
  set_participant_status: [{ status: "away" }],
  post_message: [{ text: "The audit report is in." }],
};

const POLL_EXAMPLES: Readonly<Record<string, readonly Body[]>> = {
  open_poll: [{
    question: "Which vendor runs the pilot?",
    method: "schulze",
    alternatives: [
      { id: "a", label: "Vendor A" },
      { id: "b", label: "Vendor B" },
      { id: "c", label: "Neither" },
    ],
    quorum: 0.5,
    blind: true,
  }, {
    question: "Accept the residual risk?",
    method: "proposal",
    threshold: 0.75,
  }],
  cast_ballot: [
    { ranking: [["b"], ["a", "c"]], confidence: 0.8 },
    { choice: "block", reason: "The sanctions check is missing." },
    { abstain: true },
  ],
  change_voter: [{ weight: 2 }],
  close_poll: [{ final: true }],
};

const ALERT_EXAMPLES: Readonly<Record<string, readonly Body[]>> = {
  raise_alert: [{
    severity: "high",
    title: "Sanctions list match: KX-14",
    body: "One director matches an entry of yesterday's list.",
    dedupeKey: "sanctions:KX-14",
    source: "screening",
    acknowledgeWithinMs: 900_000,
  }],
  assign_alert: [{ userId: "ana", name: "Ana" }, { userId: null }],
  snooze_alert: [{ until: "2100-01-01T08:00:00Z" }],
  note_alert: [{ text: "Asked the registry for the date of birth." }],
  resolve_alert: [{ dismissed: true, resolution: "Another person." }],
  save_alert_view: [{ name: "Urgent", severities: ["critical", "high"] }],
};

const OTHER_EXAMPLES: Readonly<Record<string, readonly Body[]>> = {
  create_rule: [{ id: "large-cash", ...RULE }],
  edit_rule: [{ ...RULE, riskLevel: "CRITICAL" }],
  deactivate_rule: [{ reason: "Replaced by a decision table" }],
  run_evaluation: [{
    title: "KX-14, first payment",
    rules: [{ id: "large-cash", ...RULE }],
    facts: { fact: { kind: "cash", amount: 12_500 } },
  }],
  give_feedback: [{
    subject: { kind: "rule", id: "large-cash" },
    outcome: "incorrect",
    comment: "Salary of a known employer",
  }],
  propose_weights: [{ decisionIds: ["pilot-1", "pilot-2", "pilot-3"] }],
  accept_proposal: [{ reason: "Fits what we chose last year" }],
  reject_proposal: [{ reason: "Too few decisions" }],
  submit_job: [{
    type: "decisions.smaa",
    priority: "MEDIUM",
    mode: "async",
    input: {
      method: "topsis",
      matrix: [[250, 16, 12], [200, 16, 8], [300, 32, 16]],
      weights: [0.4, 0.3, 0.3],
      directions: ["cost", "benefit", "benefit"],
      params: { samples: 1000, seed: 7 },
    },
  }],
  place_hold: [{ channel: "session:kx-14", reason: "Request of the court" }],
  set_retention: [{ days: 365 }],
  record_notifications: [{
    items: [{ channel: "alerts", offset: 1, acknowledged: true }],
  }],
};

const EXAMPLES: Readonly<Record<string, readonly Body[]>> = {
  ...SESSION_EXAMPLES,
  ...POLL_EXAMPLES,
  ...DECISION_EXAMPLES,
  ...ALERT_EXAMPLES,
  ...OTHER_EXAMPLES,
};

/** None where a command takes nothing worth showing. */
export function examplesOfCommand(name: string): readonly Body[] {
  return EXAMPLES[name] ?? [];
}
