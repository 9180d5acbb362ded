/** What people said afterwards: which verdicts of the rules were right, and whether the decision was. */
import { MERIDIAN_PAYMENTS } from "./case_facts.ts";
import type { RULE_REFS } from "./case_rules.ts";
import type { DemoPersonName } from "./demo_people.ts";
import { demoId, type DemoPlan, type DemoStep } from "./demo_step.ts";

/** One person on one payment: `+` right, `-` wrong, in the order of `MERIDIAN_PAYMENTS`. */
type Said = readonly [by: DemoPersonName, outcomes: string];

/** Twelve labels and more leave "too few"; six do not. Dots say nothing. */
const SAID: readonly (readonly [typeof RULE_REFS[number], readonly Said[]])[] =
  [
    ["structuring", [
      ["mara", "++++"],
      ["aisha", "++++"],
      ["priya", "+++-"],
      ["jonas", "+-+-"],
    ]],
    ["high-risk-corridor", [["aisha", ".+.."], ["priya", ".+.."]]],
    ["velocity", [["aisha", "...+"], ["jonas", "...-"]]],
    ["round-amounts", [["jonas", "...-"], ["priya", "...-"]]],
  ];

const ON_THE_DECISION = [
  ["tomas", "correct"],
  ["priya", "correct"],
  ["jonas", "incorrect"],
] as const;

/** On what the rules made of the four payments. */
export function ruleFeedback(
  plan: DemoPlan,
  sessionId: string,
): readonly DemoStep[] {
  return SAID.flatMap(([ref, people]) =>
    people.flatMap(([by, outcomes]) =>
      MERIDIAN_PAYMENTS.flatMap((payment, nth): readonly DemoStep[] => {
        const said = outcomes[nth];
        if (said === ".") return [];
        const id = demoId(plan, ref);
        const evaluationId = demoId(plan, payment.ref);
        return [{
          key: `feedback.${ref}.${payment.ref}.${by}`,
          as: by,
          path: "/feedback",
          body: {
            sessionId,
            subject: { kind: "rule", id, evaluationId },
            outcome: said === "+" ? "correct" : "incorrect",
          },
        }];
      })
    )
  );
}

/** On what was decided. */
export function decisionFeedback(
  sessionId: string,
  decisionId: string,
): readonly DemoStep[] {
  return ON_THE_DECISION.map(([by, outcome]) => ({
    key: `feedback.decision.${by}`,
    as: by,
    path: "/feedback",
    body: { sessionId, subject: { kind: "decision", id: decisionId }, outcome },
  }));
}
