/** The six rules of the case: what a bank watches payments for, with thresholds as they are in use. */
import type { Rule } from "../../domain/rules/rule.ts";
import { demoId, type DemoPlan, type DemoStep } from "./demo_step.ts";

type CaseRule = Omit<Rule, "id" | "version" | "active"> & {
  readonly ref: string;
};

/** Ids without their prefix, in the order of the rules. */
export const RULE_REFS = [
  "structuring",
  "high-risk-corridor",
  "new-account-large-payment",
  "velocity",
  "sanctions-near-match",
  "round-amounts",
] as const;

const RULES: readonly (CaseRule & { ref: typeof RULE_REFS[number] })[] = [
  {
    ref: "structuring",
    name: "Structuring below 10,000",
    description:
      "Three or more cash deposits of 8,000 to 9,999 within seven days: each stays under the threshold from which cash is reported.",
    priority: "HIGH",
    type: "PATTERN",
    riskLevel: "HIGH",
    score: 0.7,
    when:
      "last7Days.cashDeposits.filter(d, d >= 8000 && d < 10000).size() >= 3",
    message:
      "{{ last7Days.cashDeposits.size() }} cash deposits in seven days, just below 10,000",
  },
  {
    ref: "high-risk-corridor",
    name: "High-risk corridor",
    description:
      "5,000 or more to a country on the list of high-risk jurisdictions.",
    priority: "HIGH",
    type: "VALIDATION",
    riskLevel: "HIGH",
    score: 0.55,
    when: 'payment.destinationRisk == "HIGH" && payment.amount >= 5000',
    message: "{{ payment.amount }} {{ payment.currency }} to {{ payment.to }}",
  },
  {
    ref: "new-account-large-payment",
    name: "Large payment from a new account",
    description: "More than 5,000 out of an account younger than 30 days.",
    priority: "MEDIUM",
    type: "VALIDATION",
    riskLevel: "MEDIUM",
    score: 0.35,
    when: "account.ageDays < 30 && payment.amount > 5000",
    message: "Account is {{ account.ageDays }} days old",
  },
  {
    ref: "velocity",
    name: "Velocity",
    description:
      "More than ten payments in a day, and over three times the daily average.",
    priority: "MEDIUM",
    type: "SCORING",
    riskLevel: "MEDIUM",
    // 0.2 at the threshold, 0.6 at most: how far over it counts.
    score:
      "min(0.6, 0.2 + 0.1 * (last24Hours.total / account.dailyAverage - 3))",
    when:
      "last24Hours.payments > 10 && last24Hours.total > 3 * account.dailyAverage",
    message: "{{ last24Hours.payments }} payments in 24 hours",
  },
  {
    ref: "sanctions-near-match",
    name: "Sanctions list, near match of a name",
    description:
      "The recipient's name is at least 0.85 like one on a sanctions list. Spellings vary, so a near match is looked at by a person.",
    priority: "CRITICAL",
    type: "PATTERN",
    riskLevel: "CRITICAL",
    when: "recipient.sanctionsSimilarity >= 0.85",
    message:
      "{{ recipient.name }} is {{ recipient.sanctionsSimilarity }} like a listed name",
  },
  {
    ref: "round-amounts",
    name: "Round amounts",
    description:
      "A round thousand, and the fourth of them within thirty days. Weak alone, telling beside others.",
    priority: "LOW",
    type: "PATTERN",
    riskLevel: "LOW",
    score: 0.15,
    when:
      "payment.amount >= 1000 && payment.amount % 1000 == 0 && last30Days.roundPayments >= 4",
    message: "{{ last30Days.roundPayments }} round amounts in thirty days",
  },
];

/** Each is written by one facilitator and published by the other. */
export function ruleSteps(plan: DemoPlan): readonly DemoStep[] {
  return RULES.flatMap(({ ref, name, ...rule }): readonly DemoStep[] => {
    const id = demoId(plan, ref);
    return [{
      key: `rule.${ref}`,
      as: "tomas",
      path: "/rules",
      body: { id, name: `${name} (demo)`, ...rule },
    }, {
      key: `rule.${ref}.publish`,
      as: "mara",
      path: `/rules/${id}/publish`,
    }];
  });
}

/** The ids of the six rules in one life. */
export function ruleIds(plan: DemoPlan): readonly string[] {
  return RULE_REFS.map((ref) => demoId(plan, ref));
}
