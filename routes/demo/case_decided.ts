/** The session that is decided: alert, evaluations, decision, poll, feedback, and its end. */
import { MERIDIAN_PAYMENTS } from "./case_facts.ts";
import { decisionFeedback, ruleFeedback } from "./case_feedback.ts";
import {
  ALTERNATIVES,
  CRITERIA,
  participants,
  said,
  scoresOf,
} from "./case_matter.ts";
import { ruleIds } from "./case_rules.ts";
import type { DemoPersonName } from "./demo_people.ts";
import { demoId, type DemoPlan, type DemoStep } from "./demo_step.ts";

const SCORES = [
  ["mara", scoresOf([[2, 9, 6, 10], [5, 6, 4, 14], [9, 2, 1, 1]])],
  ["tomas", scoresOf([[2, 8, 7, 12], [6, 5, 4, 16], [9, 2, 1, 1]])],
  ["aisha", scoresOf([[1, 9, 6, 9], [5, 6, 5, 14], [10, 1, 1, 1]])],
  ["priya", scoresOf([[3, 7, 7, 12], [4, 7, 4, 10], [8, 3, 1, 1]])],
] as const;

const BALLOTS: readonly (readonly [DemoPersonName, string, number, string?])[] =
  [
    [
      "aisha",
      "report",
      0.95,
      "Three branches, the same depositor, always just below.",
    ],
    ["tomas", "report", 0.85],
    ["jonas", "documents", 0.6, "I would still like to see the invoices."],
    [
      "priya",
      "report",
      0.8,
      "Suspicion is enough, we need not prove anything.",
    ],
    ["mara", "report", 0.9],
  ];

export function decidedSteps(plan: DemoPlan): readonly DemoStep[] {
  const sessionId = demoId(plan, "meridian");
  const decisionId = demoId(plan, "meridian-matrix");
  const pollId = demoId(plan, "meridian-poll");
  const session = `/sessions/${sessionId}`;
  const decision = `/decisions/${decisionId}`;
  const alert = demoId(plan, "meridian-alert");
  const say = (nth: number, as: DemoPersonName, text: string) =>
    said(`decided.said.${nth}`, { as, sessionId, text });
  return [
    {
      key: "decided.open",
      as: "mara",
      path: "/sessions",
      body: {
        id: sessionId,
        title: "Meridian Trading: what do we do? (demo)",
        description:
          "Cash in small amounts at three branches, then abroad. Decide whether it is reported.",
        open: true,
        participants: participants(),
      },
    },
    {
      key: "decided.alert",
      as: "aisha",
      path: "/alerts",
      body: {
        id: alert,
        sessionId,
        severity: "critical",
        title: "Meridian Trading: deposits below the threshold, money abroad",
        body: "57,000 EUR in six deposits, 18,000 USD to Port Selim.",
        source: "Case review (demo)",
      },
    },
    {
      key: "decided.alert.acknowledge",
      as: "mara",
      path: `/alerts/${alert}/acknowledge`,
      body: { sessionId },
    },
    say(1, "mara", "Thank you for coming. Aisha, what do the rules say?"),
    ...MERIDIAN_PAYMENTS.map(({ ref, title, facts }): DemoStep => ({
      key: `decided.evaluation.${ref}`,
      as: "aisha",
      path: `${session}/evaluations`,
      body: { id: demoId(plan, ref), title, ruleIds: ruleIds(plan), facts },
    })),
    say(2, "aisha", "Structuring fires on all four, velocity on the last one."),
    say(3, "jonas", "Could it be a market trader who banks every evening?"),
    say(4, "priya", "Then the amounts would vary. These stay below 10,000."),
    ...ruleFeedback(plan, sessionId),
    {
      key: "decided.decision",
      as: "mara",
      path: "/decisions",
      body: {
        id: decisionId,
        sessionId,
        title: "Meridian Trading: report, ask or release? (demo)",
        method: "topsis",
        alternatives: ALTERNATIVES,
        criteria: CRITERIA,
      },
    },
    ...SCORES.map(([as, scores]): DemoStep => ({
      key: `decided.scores.${as}`,
      as,
      path: `${decision}/scores`,
      body: { sessionId, scores },
    })),
    {
      key: "decided.weights",
      as: "tomas",
      path: `${decision}/weights`,
      body: { sessionId, weights: { evidence: 35, effort: 10 } },
    },
    say(5, "tomas", "Effort should not decide this, so I gave it less weight."),
    {
      key: "decided.decision.close",
      as: "mara",
      path: `${decision}/close`,
      body: {
        sessionId,
        chosen: "report",
        reason: "Leads under every weighting we tried.",
      },
    },
    {
      key: "decided.poll",
      as: "mara",
      path: `${session}/polls`,
      body: {
        id: pollId,
        question: "Do we file a report on Meridian Trading?",
        description: "Two thirds, because it cannot be taken back.",
        method: "supermajority",
        alternatives: ALTERNATIVES,
        quorum: 0.6,
        blind: true,
      },
    },
    ...BALLOTS.map(([as, choice, confidence, reason]): DemoStep => ({
      key: `decided.ballot.${as}`,
      as,
      path: `${session}/polls/${pollId}/ballots`,
      body: { choice, confidence, ...reason === undefined ? {} : { reason } },
    })),
    {
      key: "decided.poll.close",
      as: "mara",
      path: `${session}/polls/${pollId}/close`,
    },
    say(6, "mara", "Four of five. I file it today, the payments stay on hold."),
    ...decisionFeedback(sessionId, decisionId),
    {
      key: "decided.alert.resolve",
      as: "mara",
      path: `/alerts/${alert}/resolve`,
      body: { sessionId, resolution: "Report filed." },
    },
    { key: "decided.close", as: "mara", path: `${session}/close` },
  ];
}
