/** What may be proposed: weights from closed decisions, less those that came out wrong. */
import type {
  DecisionState,
  LiveDecision,
} from "../decisions/live/live_decision.ts";
import { visibleSheets } from "../decisions/live/live_decision.ts";
import { aggregate } from "../decisions/live/aggregate.ts";
import { Refusal } from "../refusal.ts";
import type { Evidence, ProposedWeight } from "./events.ts";
import type { Feedback } from "./feedback.ts";
import { learnWeights, type PastChoice, utilities } from "./learn_weights.ts";

/** A decision and what people said of it. */
export interface Told {
  readonly decisionId: string;
  readonly decision: DecisionState;
  readonly feedback: Feedback;
}

/**
 * Weights that would have made the choices of closed decisions. Those that more people called
 * incorrect than correct do not count.
 *
 * @throws {Refusal} `decision_not_found`, or `decision_invalid` where one is open, chose
 * nothing, lacks scores or has other criteria, each with its path; `too_little_known`.
 */
export function weightsFrom(
  told: readonly Told[],
): {
  readonly weights: readonly ProposedWeight[];
  readonly evidence: Evidence;
} {
  const found = told.map(({ decision }, index) => {
    if (decision.status !== "none") return decision;
    throw new Refusal("decision_not_found", {
      errors: [{ path: `decisionIds.${index}`, message: "Not in the house" }],
    });
  });
  const { criteria } = found[0];
  const choices = found.map(choiceIn);
  const mistakes = found.flatMap((decision, index) => {
    const message = typeof choices[index] === "string"
      ? choices[index]
      : isSame(decision, found[0])
      ? undefined
      : "Has other criteria than the first";
    return message ? [{ path: `decisionIds.${index}`, message }] : [];
  });
  if (mistakes.length > 0) {
    throw new Refusal("decision_invalid", { errors: mistakes });
  }
  const sound = choices.filter((choice): choice is PastChoice =>
    typeof choice !== "string"
  ).filter((_, index) => !isWrong(told[index].feedback));
  const learned = learnWeights(sound, meanWeights(found));
  if (learned.state === "cannot_tell") throw new Refusal("too_little_known");
  const before = meanWeights(found);
  return {
    weights: criteria.map(({ id, label, direction }, index) => ({
      id,
      label,
      direction,
      before: before[index],
      after: learned.weights[index],
    })),
    evidence: {
      decisionIds: told.map(({ decisionId }) => decisionId),
      counted: learned.counted,
      before: learned.before,
      after: learned.after,
      restsOn: peopleIn(told),
    },
  };
}

/** The choice of a decision, or why it holds none. */
function choiceIn(decision: LiveDecision): PastChoice | string {
  const { status, chosen, alternatives, criteria } = decision;
  if (status !== "closed") return "Is still open";
  const index = alternatives.findIndex(({ id }) => id === chosen);
  if (index < 0) return "Chose nothing";
  const { matrix } = aggregate(decision, visibleSheets(decision));
  if (matrix === null) return "Lacks scores";
  const directions = criteria.map(({ direction }) => direction);
  return { utilities: utilities(matrix, directions), chosen: index };
}

function isSame(one: LiveDecision, other: LiveDecision): boolean {
  return one.criteria.length === other.criteria.length &&
    one.criteria.every(({ id, direction }, index) =>
      id === other.criteria[index].id &&
      direction === other.criteria[index].direction
    );
}

/** The mean of the weights that were used, each decision's scaled to sum 1. */
function meanWeights(decisions: readonly LiveDecision[]): readonly number[] {
  const scaled = decisions.map(({ criteria }) => {
    const sum = criteria.reduce((all, { weight }) => all + weight, 0);
    return criteria.map(({ weight }) => sum > 0 ? weight / sum : 1);
  });
  const sums = scaled[0].map((_, index) =>
    scaled.reduce((all, weights) => all + weights[index], 0)
  );
  const total = sums.reduce((all, one) => all + one, 0);
  return sums.map((one) => one / total);
}

function isWrong(feedback: Feedback): boolean {
  const labels = [...feedback.values()];
  const wrong = labels.filter(({ outcome }) => outcome === "incorrect").length;
  return wrong * 2 > labels.length;
}

function peopleIn(told: readonly Told[]): readonly string[] {
  const people = told.flatMap(({ feedback }) =>
    [...feedback.values()].map(({ userId }) => userId)
  );
  return [...new Set(people)].sort();
}
