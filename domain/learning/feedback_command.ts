/** Giving feedback: who may, on what, and where it is kept. */
import {
  alertChannel,
  alerts,
  alertSubject,
} from "../alerts/alert_commands.ts";
import type { AlertState } from "../alerts/alert.ts";
import {
  decisionChannel,
  decisions,
  decisionSubject,
} from "../decisions/live/decision_commands.ts";
import type { DecisionState } from "../decisions/live/live_decision.ts";
import type {
  Area,
  CommandDeclaration,
  Context,
  DomainEvent,
  Json,
  Place,
} from "../decider.ts";
import { listOf, recordOf } from "../read_json.ts";
import { Refusal } from "../refusal.ts";
import type { RuleState } from "../rules/book/kept_rule.ts";
import {
  type RecordedEvaluation,
  recordedEvaluations,
} from "../rules/book/recorded_evaluation.ts";
import { RULES_CHANNEL, ruleSubject } from "../rules/book/rule_commands.ts";
import { sessionChannel, type SessionState } from "../sessions/session.ts";
import { sessionPlace } from "../sessions/session_place.ts";
import { demandSight, hasVoice } from "../sessions/voice.ts";
import { feedbackGiven, type FeedbackSubject, type Outcome } from "./events.ts";
import {
  evolve,
  type Feedback,
  initial,
  labelKey,
  trustIn,
} from "./feedback.ts";
import { GiveFeedback } from "./learning_input.ts";
import { index } from "./feedback_view.ts";

/** Carries what was learned outside of sessions. */
export const LEARNING_CHANNEL = "learning";

export function feedbackSubject(
  { kind, id }: Omit<FeedbackSubject, "evaluationId">,
): string {
  return `learning:${kind}:${id}`;
}

export interface FeedbackCommand {
  readonly subject: FeedbackSubject;
  readonly outcome: Outcome;
  readonly comment: string | null;
  readonly sessionId: string | null;
}

interface Surroundings {
  readonly session?: SessionState;
  readonly rule?: RuleState;
  readonly decision?: DecisionState;
  readonly alert?: AlertState;
  readonly evaluation?: RecordedEvaluation;
}

export const feedback: Area<Feedback, FeedbackCommand, Surroundings> = {
  name: "learning",
  initial,
  evolve,
  decide,
  index,
};

/** Saying the same again changes nothing; saying otherwise takes the first back. @throws {Refusal} */
function decide(
  state: Feedback,
  command: FeedbackCommand,
  { user, also }: Context<Surroundings>,
): readonly DomainEvent[] {
  const { session } = also;
  demandSight(session, user);
  // A closed session still takes it: how things came out shows later.
  if (!hasVoice(user, session)) throw new Refusal("not_allowed");
  demandSubject(command.subject, also);
  const { subject: { evaluationId }, outcome, comment } = command;
  const before = state.get(labelKey({ userId: user.userId, evaluationId }));
  return before?.outcome === outcome && before.comment === comment
    ? []
    : [feedbackGiven(command, user)];
}

function demandSubject(
  { kind, id }: FeedbackSubject,
  { rule, decision, alert, evaluation }: Surroundings,
): void {
  if (kind === "alert") {
    // What is asked of an alert is whether dismissing it was right.
    if (alert?.status === "resolved" && alert.dismissed) return;
    throw new Refusal(
      "alert_not_found",
      at("Not an alert of this place that was dismissed"),
    );
  }
  if (kind === "decision") {
    if (decision?.status !== "none") return;
    throw new Refusal("decision_not_found", at("Not a decision of this place"));
  }
  if (rule?.status === "kept") return;
  // A rule that was only written into an evaluation is known there, and there alone.
  const judged = listOf(evaluation?.results).some((one) =>
    recordOf(one)?.ruleId === id
  );
  if (judged) return;
  throw new Refusal(
    "rule_not_found",
    at("Not a rule of the book, nor of this evaluation"),
  );
}

function at(message: string) {
  return { errors: [{ path: "subject.id", message }] };
}

/** @param rules The area of the kept rules. */
export function createGiveFeedback(
  rules: Place<RuleState>["area"],
): CommandDeclaration<GiveFeedback, Feedback, FeedbackCommand, Surroundings> {
  return {
    name: "give_feedback",
    summary: "Say whether a rule, a decision or dismissing an alert was right",
    input: GiveFeedback,
    // Inside a session its own roles count, so `decide` asks for more.
    role: "observer",
    http: { method: "POST", path: "/feedback", status: 201 },
    area: feedback,
    channel: ({ sessionId }) =>
      sessionId === undefined ? LEARNING_CHANNEL : sessionChannel(sessionId),
    subject: ({ subject }) => feedbackSubject(subject),
    also: ({ subject: { kind, id, evaluationId }, sessionId }) => {
      const session = sessionId ? sessionPlace(sessionId) : undefined;
      return {
        ...session && { session },
        ...kind === "rule" && {
          rule: {
            area: rules,
            channel: RULES_CHANNEL,
            subject: ruleSubject(id),
          },
        },
        ...kind === "decision" && {
          decision: {
            area: decisions,
            channel: decisionChannel(sessionId),
            subject: decisionSubject(id),
          },
        },
        ...kind === "alert" && {
          alert: {
            area: alerts,
            channel: alertChannel(sessionId),
            subject: alertSubject(id),
          },
        },
        ...session && kind === "rule" && evaluationId && {
          evaluation: {
            area: recordedEvaluations,
            channel: session.channel,
            subject: `evaluation:${evaluationId}`,
          },
        },
      };
    },
    command: ({ subject, outcome, comment, sessionId }) => ({
      subject: { ...subject, evaluationId: subject.evaluationId ?? null },
      outcome,
      comment: comment ?? null,
      sessionId: sessionId ?? null,
    }),
    result: withTrust,
  };
}

/** As it stands in this channel alone: `GET /learning` has it over all. */
function withTrust(
  state: Feedback,
  { subject: { kind, id } }: GiveFeedback,
): Json {
  const trust = trustIn([...state.values()]);
  return { feedback: { kind, id, ...trust } };
}
