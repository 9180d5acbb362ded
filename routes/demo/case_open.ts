/** The session that is still open: people in it, a running poll, and weights under discussion. */
import { HARBOUR_PAYMENTS } from "./case_facts.ts";
import {
  ALTERNATIVES,
  CRITERIA,
  participants,
  said,
  scoresOf,
} from "./case_matter.ts";
import { ruleIds } from "./case_rules.ts";
import { DEMO_SOURCE, type DemoPersonName } from "./demo_people.ts";
import { demoId, type DemoPlan, type DemoStep, timeFrom } from "./demo_step.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Ids of the open session and of what it holds: those who act there live need them. */
export function openIds(plan: Pick<DemoPlan, "generation">) {
  return {
    sessionId: demoId(plan, "harbour"),
    decisionId: demoId(plan, "harbour-matrix"),
    pollId: demoId(plan, "harbour-poll"),
    /** Equal ones count up. */
    dedupeKey: demoId(plan, "harbour-deposits"),
  };
}

const SCORES = [
  ["aisha", scoresOf([[2, 8, 8, 12], [4, 6, 4, 12], [9, 2, 1, 1]])],
  ["jonas", scoresOf([[3, 5, 9, 14], [4, 7, 3, 8], [7, 4, 1, 1]])],
  ["priya", scoresOf([[3, 6, 8, 12], [3, 8, 4, 10], [8, 2, 1, 1]])],
] as const;

export function openSteps(plan: DemoPlan): readonly DemoStep[] {
  const { sessionId, decisionId, pollId, dedupeKey } = openIds(plan);
  const session = `/sessions/${sessionId}`;
  const decision = `/decisions/${decisionId}`;
  const say = (nth: number, as: DemoPersonName, text: string) =>
    said(`open.said.${nth}`, { as, sessionId, text });
  const ballot = (as: DemoPersonName, choice: string): DemoStep => ({
    key: `open.ballot.${as}`,
    as,
    path: `${session}/polls/${pollId}/ballots`,
    body: { choice, confidence: 0.7 },
  });
  return [
    {
      key: "open.open",
      as: "mara",
      path: "/sessions",
      body: {
        id: sessionId,
        title: "Harbour Street Exchange: hold or release? (demo)",
        description:
          "27,500 EUR wait to leave for an exchange house that was opened this year.",
        open: true,
        participants: participants(plan.guest),
      },
    },
    {
      key: "open.alert",
      ...depositAlert({ sessionId, dedupeKey }),
    },
    say(
      1,
      "mara",
      "The customer calls every hour. We need a line by tomorrow.",
    ),
    ...HARBOUR_PAYMENTS.map(({ ref, title, facts }): DemoStep => ({
      key: `open.evaluation.${ref}`,
      as: "aisha",
      path: `${session}/evaluations`,
      body: { id: demoId(plan, ref), title, ruleIds: ruleIds(plan), facts },
    })),
    say(
      2,
      "aisha",
      "Four of six rules fire. The name is 0.79 like a listed one.",
    ),
    say(3, "jonas", "That is below our 0.85. Their licence is from March."),
    {
      key: "open.decision",
      as: "mara",
      path: "/decisions",
      body: {
        id: decisionId,
        sessionId,
        title: "Harbour Street Exchange: what now? (demo)",
        method: "topsis",
        alternatives: ALTERNATIVES,
        criteria: CRITERIA,
      },
    },
    ...SCORES.map(([as, scores]): DemoStep => ({
      key: `open.scores.${as}`,
      as,
      path: `${decision}/scores`,
      body: { sessionId, scores },
    })),
    say(
      4,
      "priya",
      "A wrong report burdens them for years. Burden counts more.",
    ),
    {
      key: "open.weights",
      as: "priya",
      path: `${decision}/weights`,
      body: { sessionId, weights: { burden: 25, "risk-left": 30 } },
    },
    say(
      5,
      "tomas",
      "And if we release and are wrong? Move it and watch who leads.",
    ),
    {
      key: "open.poll",
      as: "mara",
      path: `${session}/polls`,
      body: {
        id: pollId,
        question: "What do we do with the 27,500 EUR?",
        method: "majority",
        alternatives: ALTERNATIVES,
        quorum: 0.5,
        closesAt: timeFrom(plan, 2 * DAY_MS),
      },
    },
    ballot("jonas", "documents"),
    ballot("priya", "documents"),
    {
      key: "open.status.priya",
      as: "priya",
      method: "PATCH",
      path: `${session}/participants/demo-priya`,
      body: { status: "away" },
    },
  ];
}

/** The alert that comes again while people talk: the same key counts up. */
export function depositAlert(
  { sessionId, dedupeKey }: Pick<
    ReturnType<typeof openIds>,
    "sessionId" | "dedupeKey"
  >,
) {
  return {
    as: "aisha",
    path: "/alerts",
    body: {
      sessionId,
      severity: "high",
      title: "Harbour Street Exchange: cash deposits below 10,000",
      body: "Between 9,100 and 9,900 each, at the counter.",
      source: DEMO_SOURCE,
      dedupeKey,
    },
  } as const;
}
